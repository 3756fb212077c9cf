"""The generator that many sites use: the `captcha` package from PyPI, made repeatable.

The package takes its chances from the module `secrets`, which has no seed. A private copy of its module is
loaded under another name, in which `secrets` is our generator: the drawing is the package's own, and the
module that everybody else imports stays as it is.
"""

from importlib.util import module_from_spec, spec_from_file_location
from random import Random
from threading import Lock
from types import ModuleType
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageOps

from dataset.errors import ToolkitError
from dataset.synth.fonts import DROID, font_path, package_folder
from dataset.synth.style import Drawn, Page, Style

_SIZES = (42, 50, 56)  # pixels, the package's own default
_private: list[ModuleType] = []
_lock = Lock()


class _Chances:
    """What the package asks of `secrets` (since 0.7) or `random` (before), from one seeded generator."""

    def __init__(self, rng: Random) -> None:
        self.randbelow = rng.randrange
        self.randbits = rng.getrandbits
        self.choice = rng.choice
        self.uniform = rng.uniform
        self.randint = rng.randint
        self.random = rng.random


def paint(page: Page) -> Drawn:
    """As `ImageCaptcha.generate_image` does it, in steps, so that the text can be had before the noise."""
    # The copy's generator is a global of the copy: one picture at a time.
    with _lock:
        package = _package()
        for name in ("secrets", "random"):
            if hasattr(package, name):
                setattr(package, name, _Chances(page.rng))
        drawer = _drawer(package, page)
        background = package.random_color(238, 255)
        ink = package.random_color(10, 200, page.rng.randint(220, 255))
        picture: Image.Image = drawer.create_captcha_image(page.label, ink, background)
        text = _ink_of(picture, background)
        drawer.create_noise_dots(picture, ink)
        drawer.create_noise_curve(picture, ink)
    return Drawn(text, picture.filter(ImageFilter.SMOOTH))


def _package() -> ModuleType:
    if not _private:
        spec = spec_from_file_location("_seeded_captcha_image", package_folder("captcha") / "image.py")
        if spec is None or spec.loader is None:
            raise ToolkitError('the package captcha cannot be read: run pip install "captcha-toolkit[synth]"')
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        _private.append(module)
    return _private[0]


def _drawer(package: ModuleType, page: Page) -> Any:
    """An ImageCaptcha; it keeps its loaded fonts, so there is one for each size and set of faces."""
    drawers = package.__dict__.setdefault("_drawers", {})
    key = (page.width, page.height, page.faces)
    if key not in drawers:
        fonts = [str(font_path(face)) for face in page.faces]
        drawers[key] = package.ImageCaptcha(page.width, page.height, fonts=fonts, font_sizes=_SIZES)
    return drawers[key]


def _ink_of(picture: Image.Image, background: tuple[int, int, int]) -> Image.Image:
    """How far each pixel is from the background, scaled so that the strongest ink is 255."""
    distance = ImageChops.difference(picture, Image.new("RGB", picture.size, background)).convert("L")
    return ImageOps.autocontrast(distance)


STYLE = Style(
    name="classic",
    sentence="turned and bent letters with a curve and dots, from the captcha package",
    charset="23456789ABCDEFGHJKLMNPRSTUVWXYZ",
    length=(5, 5),
    size=(160, 60),
    faces=(DROID,),
    paint=paint,
)
