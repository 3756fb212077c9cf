"""Labels as file names that are legal on Linux, macOS and Windows at once, and back.

    53+6=?   <->  53+6=%3F.jpeg          XK7P2, second picture  <->  XK7P2__3f2a9c.png

Percent-encoding (RFC 3986's escape, on UTF-8 bytes) of everything that one of the systems forbids, hides or
rewrites. A name of more than 255 bytes is cut and ends in "%~" and a hash: then only the row holds the text.
"""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from dataset.errors import LabelError

MAX_NAME_BYTES = 255
_FORBIDDEN = frozenset('<>:"/\\|?*%')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)")
_SUFFIX = re.compile(r"__[0-9a-f]{6}$")
_CUT = re.compile(r"%~[0-9a-f]{8}$")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def label_to_stem(label: str) -> str:
    """The file name stem of a label, of any length; `label_from_name` gives the label back exactly."""
    if label.isascii() and label.isalnum():  # most labels, and every name from a content hash
        return _escape(label[0]) + label[1:] if _RESERVED.match(label) else label
    out: list[str] = []
    raw = ""  # the unescaped tail, which must stay as it is under NFC (some file systems normalise)
    last = len(label) - 1
    for i, character in enumerate(label):
        edge = (i == 0 and character in ". ~") or (i == last and character in ". ")
        doubled = character == "_" and raw.endswith("_")  # "__" announces our suffix
        if edge or doubled or _unsafe(character) or not unicodedata.is_normalized("NFC", raw + character):
            out.append(_escape(character))
            raw = ""
        else:
            out.append(character)
            raw = character if character.isascii() else raw + character
    stem = "".join(out)
    return _escape(stem[0]) + stem[1:] if _RESERVED.match(stem) else stem


def label_to_name(label: str, extension: str, suffix: str = "") -> str:
    """A whole file name of at most 255 bytes. `extension` (with its dot) is kept; `suffix`: 6 hex digits or none."""
    tail = f"__{suffix}{extension}" if suffix else extension
    stem = label_to_stem(label)
    if _length(stem + tail) > MAX_NAME_BYTES:
        tail = f"%~{hashlib.sha256(label.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}{tail}"
        stem = _cut(stem, MAX_NAME_BYTES - _length(tail))
    return stem + tail


def unique_name(label: str, extension: str, taken: dict[str, int]) -> str:
    """The label as a name, numbered when the name is taken on any file system: XK7P2.png, XK7P2__000001.png.

    `taken` counts the names given so far.
    """
    name = label_to_name(label, extension)
    before = taken.get(name_key(name), 0)
    taken[name_key(name)] = before + 1
    return label_to_name(label, extension, f"{before:06x}") if before else name


def label_from_name(name: str) -> str | None:
    """The label that a file name holds (extension, suffix and escapes taken off), or None when it was cut."""
    stem = unicodedata.normalize("NFC", PurePosixPath(name).name)
    stem = stem[: -len(extension)] if (extension := extension_of(stem)) else stem
    stem = _SUFFIX.sub("", stem)
    return None if _CUT.search(stem) else _ESCAPES.sub(_unescape, stem)


def extension_of(name: str) -> str:
    """The last extension with its dot exactly as written (`cap.2021.png` -> `.png`), or an empty string."""
    last = name.rpartition("/")[2]
    dot = last.rfind(".")
    return last[dot:] if 0 < dot < len(last) - 1 else ""


def name_key(file: str) -> str:
    """Equal for two paths that a case-insensitive or normalising file system would take for one."""
    return file.lower() if file.isascii() else unicodedata.normalize("NFC", file).casefold()


def stored_key(file: str) -> str | None:
    """`name_key` as its column holds it: None where it is the path itself, which spares most rows an index entry."""
    key = name_key(file)
    return None if key == file else key


def is_unicode(name: str) -> bool:
    """Whether a file name is text: on Linux a name may hold any bytes, which Python shows as lone surrogates."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def checked_label(text: str) -> str:
    """The label as it is stored: NFC. Raises LabelError for empty text, control characters, lone surrogates."""
    if not isinstance(text, str) or not text:
        raise LabelError("the label is empty; type the text that the picture shows, or skip it")
    if bad := [c for c in text if c != "\t" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]:
        raise LabelError(
            f"the label holds a character that cannot be read or typed (U+{ord(bad[0]):04X}); leave it out"
        )
    return unicodedata.normalize("NFC", text)


def _unsafe(character: str) -> bool:
    if character in _FORBIDDEN:
        return True
    category = unicodedata.category(character)
    return category in _HIDDEN_CATEGORIES or (category == "Zs" and character != " ")


def _escape(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _unescape(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match.group().replace("%", "")).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return match.group()  # a foreign name with a stray percent sign


def _length(name: str) -> int:
    return len(name.encode("utf-8", "surrogatepass"))


def _cut(stem: str, size: int) -> str:
    """At most `size` bytes of `stem`, never ending inside a character or an escape."""
    kept = stem.encode("utf-8")[:size].decode("utf-8", "ignore")
    return re.sub(r"%[0-9A-F]?$", "", kept).rstrip(". ")
