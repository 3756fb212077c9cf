"""Labels as file names: legal on three systems at once, and back without loss."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dataset.errors import LabelError
from dataset.names import (
    MAX_NAME_BYTES,
    checked_label,
    extension_of,
    is_unicode,
    label_from_name,
    label_to_name,
    label_to_stem,
    name_key,
    stored_key,
)

ANY_TEXT = st.text(st.characters(), min_size=1, max_size=60)  # lone surrogates included
EXTENSIONS = st.sampled_from([".png", ".PNG", ".jpeg", ".JpG", ".tif", ".webp"])
SUFFIXES = st.sampled_from(["", "3f2a9c", "000000"])
WINDOWS_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}
AWKWARD = [
    "../x",
    "a/b",
    "a\\b",
    "\0",
    "CON",
    "con.txt",
    "nul ",
    "COM¹",
    "LPT9",
    "a.",
    "a ",
    " a",
    ".a",
    "..",
    ".",
    "~x",
    "53+6=?",
    "a:b",
    '"<>|*',
    "100%",
    "%41",
    "%~12345678",
    "x__3f2a9c",
    "__",
    "_",
    "a_",
    "a__",
    "é",
    "e\u0301",
    "\u1100\u1161",
    "\u212b",
    "שלום",
    "\u202eabc",
    "\u200b",
    "😀",
    "👨‍👩‍👧",
    "\U000e0001",
    "\ud800",
    "\udfff\ud800",
    "日本語",
    "\t",
    "\n",
    "\x7f",
    "\u00a0",
    "\u3000",
    "ﬁ",
    "ẞ",
    "İ",
    "ı",
    "cap.2021",
    "a.png",
    "x" * 300,
    "字" * 100,
    "😀" * 70,
    "%" * 100,
    "\u0301",
    "a\u0301\u0327",
]


def assert_legal(name: str) -> None:
    """Legal on Linux, macOS and Windows, and not changed by any of them."""
    assert name
    assert len(name.encode("utf-8")) <= MAX_NAME_BYTES  # raises for a lone surrogate
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name)
    assert name[0] not in " ."
    assert name[-1] not in " ."
    assert name.partition(".")[0].rstrip(" ").lower() not in WINDOWS_RESERVED
    assert unicodedata.normalize("NFC", name) == name


@given(ANY_TEXT, EXTENSIONS, SUFFIXES)
def test_any_text_survives_its_name(label: str, extension: str, suffix: str) -> None:
    name = label_to_name(label, extension, suffix)
    assert_legal(name)
    assert name.endswith(extension)
    assert extension_of(name) == extension
    whole = len((label_to_stem(label) + (f"__{suffix}" if suffix else "") + extension).encode()) <= MAX_NAME_BYTES
    assert label_from_name(name) == (label if whole else None)


@pytest.mark.parametrize("label", AWKWARD, ids=ascii)
@pytest.mark.parametrize("suffix", ["", "3f2a9c"])
def test_awkward_labels(label: str, suffix: str) -> None:
    name = label_to_name(label, ".png", suffix)
    assert_legal(name)
    assert label_from_name(name) in (label, None)
    if len(label) < 60:
        assert label_from_name(name) == label


@given(ANY_TEXT, EXTENSIONS)
def test_names_survive_a_normalising_file_system(label: str, extension: str) -> None:
    name = label_to_name(label, extension)
    on_macos = unicodedata.normalize("NFD", name)
    if label_from_name(name) is not None:
        assert label_from_name(on_macos) == label


@given(ANY_TEXT, ANY_TEXT)
@example("NFC é", "NFC e\u0301")
def test_different_labels_have_different_names(one: str, other: str) -> None:
    if one != other:
        assert label_to_name(one, ".png") != label_to_name(other, ".png")


def test_the_limit_is_255_bytes_with_everything_in_it() -> None:
    fits = "x" * (255 - len(".png"))
    assert label_from_name(label_to_name(fits, ".png")) == fits
    assert len(label_to_name(fits, ".png")) == 255
    assert label_from_name(label_to_name(fits + "x", ".png")) is None
    with_suffix = "x" * (255 - len("__3f2a9c.png"))
    assert label_from_name(label_to_name(with_suffix, ".png", "3f2a9c")) == with_suffix
    assert label_from_name(label_to_name(with_suffix + "x", ".png", "3f2a9c")) is None


def test_cut_names_of_different_labels_differ() -> None:
    names = {label_to_name("x" * 300 + end, ".png") for end in "abc"}
    assert len(names) == 3
    assert all(name.startswith("xxx") for name in names)


def test_examples_of_the_documents() -> None:
    assert label_to_name("53+6=?", ".jpeg") == "53+6=%3F.jpeg"
    assert label_to_name("XK7P2", ".png", "3f2a9c") == "XK7P2__3f2a9c.png"
    assert label_to_name("日本", ".png") == "日本.png"
    assert label_to_name("../x", ".png") == "%2E.%2Fx.png"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("XK7P2.png", "XK7P2"),
        ("XK7P2__3f2a9c.png", "XK7P2"),
        ("sub/folder/AB.jpeg", "AB"),
        ("cap.2021.png", "cap.2021"),
        ("100%.png", "100%"),
        ("%zz.png", "%zz"),
        ("%FF.png", "%FF"),
        ("e\u0301.png", "é"),
        ("no extension", "no extension"),
    ],
)
def test_names_of_other_programs(name: str, label: str) -> None:
    assert label_from_name(name) == label


def test_the_extension_is_the_last_one() -> None:
    assert extension_of("cap.2021.png") == ".png"
    assert extension_of("a/b.c/PICTURE.JPeG") == ".JPeG"
    assert extension_of("none") == ""


def test_keys_tell_what_some_systems_take_for_one_name() -> None:
    assert name_key("AB.png") == name_key("ab.PNG")
    assert name_key("É.png") == name_key("e\u0301.png")
    assert name_key("ß.png") == name_key("SS.png")
    assert name_key("ab.png") != name_key("abc.png")
    assert stored_key("ab.png") is None
    assert stored_key("AB.png") == "ab.png"


def test_is_unicode() -> None:
    assert is_unicode("日本.png")
    assert not is_unicode("caf\udce9.png")


@pytest.mark.parametrize("bad", ["", "a\0b", "a\nb", "\x1b[31m", "\ud800", "\u2028"], ids=ascii)
def test_labels_that_nobody_can_type_are_refused(bad: str) -> None:
    with pytest.raises(LabelError):
        checked_label(bad)


def test_labels_are_stored_in_one_normal_form() -> None:
    assert checked_label("e\u0301") == "é"
    assert checked_label("a\tb ") == "a\tb "
