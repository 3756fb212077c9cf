"""Fonts come from installed packages, found without importing them."""

import pytest

from dataset.synth import fonts
from tests.support import python


def test_drawing_does_not_import_matplotlib() -> None:
    code = "import sys; from dataset.synth import draw; draw('lines', 'a', 1); print('matplotlib' in sys.modules)"
    assert python("-c", code).stdout.strip() == "False"


@pytest.mark.parametrize(("style", "package"), [("lines", "matplotlib"), ("classic", "captcha")])
def test_a_missing_package_is_told_with_its_remedy(style: str, package: str) -> None:
    # None in sys.modules is how Python itself marks a package that must not be found.
    code = f"""
import sys
sys.modules[{package!r}] = None
from dataset.errors import ToolkitError
from dataset.synth import draw
try:
    draw({style!r}, "ABC", 1)
except ToolkitError as error:
    print(error)
"""
    sentence = python("-c", code).stdout
    assert package in sentence
    assert 'pip install "captcha-toolkit[synth]"' in sentence


def test_every_named_face_exists() -> None:
    assert all(fonts.font_path(face).is_file() for face in fonts.ALL)


def test_missing_and_invisible_characters_are_told_apart_from_drawn_ones() -> None:
    assert all(fonts.has_glyph("DejaVuSans", character) for character in "aZ9?×йΩ.")
    assert not any(fonts.has_glyph("DejaVuSans", character) for character in "字 \t\u200b\U0010fffd")
    assert fonts.covering(("cmss10", "DejaVuSans"), "йa") == ("DejaVuSans",)
    assert fonts.lacking(("cmss10", "DejaVuSans"), "字йa") == "字"
