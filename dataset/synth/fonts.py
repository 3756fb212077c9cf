"""The fonts that pictures are drawn with: only those that come inside an installed dependency.

matplotlib brings the DejaVu, STIX and Computer Modern families, the `captcha` package brings Droid Sans Mono.
Their folders are found without importing them: importing matplotlib takes longer than drawing 100 pictures.
"""

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from dataset.errors import ToolkitError

# Package that brings the font, and the folder inside that package.
_FOLDERS = {"matplotlib": "mpl-data/fonts/ttf", "captcha": "data"}

SANS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique")
MONO = ("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique", "DejaVuSansMono-BoldOblique")
SERIF = ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic")
TIMES = ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta")
DROID = "DroidSansMono"
ALL = (*SANS, *MONO, *SERIF, *TIMES, "cmss10", "cmtt10", DROID)

# No font of ours has a glyph for this private character, so its picture is the one for "missing".
_NOWHERE = "\U0010fffd"
_PROBE_PIXELS = 24


def package_folder(package: str) -> Path:
    """Where an optional package is installed; raises ToolkitError with the remedy when it is not."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ToolkitError(
            f"drawing pictures needs the package {package}, which is not installed: "
            'run pip install "captcha-toolkit[synth]"'
        )
    return Path(next(iter(spec.submodule_search_locations)))


@cache
def font_path(face: str) -> Path:
    """The file of a face named in this module; the path of a font file is a face, too."""
    if face.lower().endswith((".ttf", ".otf")):
        return Path(face)
    package = "captcha" if face == DROID else "matplotlib"
    path = package_folder(package) / _FOLDERS[package] / f"{face}.ttf"
    if not path.is_file():
        raise ToolkitError(f"the installed package {package} lacks the font {path.name}: install it again")
    return path


@lru_cache(maxsize=512)
def load(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels; basic layout, so that a machine with or without Raqm draws the same."""
    return ImageFont.truetype(font_path(face), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def has_glyph(face: str, character: str) -> bool:
    """Whether the face shows ink of its own for one character: a space or a missing one does not."""
    picture = _probe(face, character)
    return picture.getbbox() is not None and picture.tobytes() != _probe(face, _NOWHERE).tobytes()


def covering(faces: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Those of the faces that can draw every character of the text, in their order."""
    return tuple(face for face in faces if all(has_glyph(face, character) for character in set(text)))


def lacking(faces: tuple[str, ...], text: str) -> str:
    """The characters of the text, sorted, that the face which knows most of them cannot draw."""
    missing = ["".join(sorted(c for c in set(text) if not has_glyph(face, c))) for face in faces]
    return min(missing, key=len)


def _probe(face: str, character: str) -> Image.Image:
    picture = Image.new("L", (2 * _PROBE_PIXELS, 2 * _PROBE_PIXELS))
    ImageDraw.Draw(picture).text((0, _PROBE_PIXELS), character, fill=255, font=load(face, _PROBE_PIXELS), anchor="ls")
    return picture
