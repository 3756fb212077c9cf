"""Labels and pictures from a seed."""

import difflib
import io
from random import Random

from PIL import Image, ImageChops

from dataset.errors import UsageError
from dataset.synth import fonts
from dataset.synth.style import Drawn, Page, Style
from dataset.synth.styles import STYLES

Length = int | tuple[int, int]
_LONGEST = 64  # characters; a longer text is no short text, and its picture would be refused elsewhere
_SAVING = {"compress_level": 3, "quality": 85}  # of PNG and JPEG: noise does not get smaller with more effort


def find_style(name: str) -> Style:
    """The style of that name; UsageError names the nearest one when there is none."""
    if name in STYLES:
        return STYLES[name]
    near = difflib.get_close_matches(name, STYLES, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(STYLES)}"
    raise UsageError(f"there is no style {name!r}: {hint}")


def random_label(style: str, rng: Random, charset: str | None = None, length: Length | None = None) -> str:
    """A text that the style would show; `length` is one number or (shortest, longest), in characters.

    Raises UsageError for an unknown style, an empty charset, a length outside 1..64, characters without ink.
    """
    found = find_style(style)
    letters = _letters(found, charset)
    bounds = _bounds(found.length if length is None else length)
    if found.compose:
        return found.compose(rng, letters, bounds)
    return "".join(rng.choices(letters, k=rng.randint(*bounds)))


def draw(style: str, label: str, seed: int) -> Image.Image:
    """The label as a picture of that style and of its size in pixels (longer labels get wider pictures).

    The same style, label and seed give the same picture, with the same versions of Pillow and the fonts.
    Raises UsageError for an unknown style, an empty label, or characters that none of the style's fonts has.
    """
    return _paint(style, label, seed).picture


def draw_pair(style: str, label: str, seed: int) -> tuple[Image.Image, Image.Image]:
    """(clean, dirty): the text alone, black on white, mode "L"; and the very picture that `draw` gives."""
    drawn = _paint(style, label, seed)
    return ImageChops.invert(drawn.text), drawn.picture


def encode(image: Image.Image, style: str | None = None) -> bytes:
    """A file's bytes: PNG, or the format that pictures of the given style have."""
    buffer = io.BytesIO()
    image.save(buffer, format=find_style(style).format if style else "PNG", **_SAVING)
    return buffer.getvalue()


def _paint(style: str, label: str, seed: int) -> Drawn:
    found = find_style(style)
    if not label:
        raise UsageError("an empty label cannot be drawn: give at least one character")
    faces = fonts.covering(found.faces, label)
    if not faces:
        raise UsageError(_without_glyph(found, fonts.lacking(found.faces, label)))
    width, height = found.size
    width = width * max(len(label), found.length[1]) // found.length[1]
    # A string as seed goes through SHA-512: the same in each process, and styles do not share their chances.
    return found.paint(Page(label, width, height, faces, Random(f"{style}/{seed}/{label}")))


def _letters(style: Style, charset: str | None) -> str:
    letters = style.charset if charset is None else "".join(dict.fromkeys(charset))
    if not letters:
        raise UsageError("the charset is empty: give at least one character, or none at all for the style's own")
    if not fonts.covering(style.faces, letters):
        raise UsageError(_without_glyph(style, fonts.lacking(style.faces, letters)))
    return letters


def _without_glyph(style: Style, characters: str) -> str:
    names = " ".join(c if c.isprintable() and not c.isspace() else f"U+{ord(c):04X}" for c in characters)
    return f"the fonts of the style {style.name} cannot draw {names}: leave these characters out"


def _bounds(length: Length) -> tuple[int, int]:
    shortest, longest = (length, length) if isinstance(length, int) else length
    if not 1 <= shortest <= longest <= _LONGEST:
        raise UsageError(f"the length {shortest}-{longest} is not a range within 1-{_LONGEST} characters")
    return shortest, longest
