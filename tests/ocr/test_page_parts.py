"""Parts of pages, as a browser shows them."""

from pathlib import Path

import pytest
from PIL import Image

from ocr.page_parts import figure, page
from tests.api_stub.browser import PROGRAM, browsing

OUTSIDE = """Array.from(document.images).filter(image => {
    const own = image.getBoundingClientRect(), place = image.parentElement.getBoundingClientRect()
    return own.top < place.top || own.bottom > place.bottom || own.left < place.left || own.right > place.right
}).map(image => image.alt)"""
SHAPES = "Array.from(document.images).map(image => Math.round(10 * image.width / image.height))"


@pytest.mark.full
@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_pictures_of_any_shape_keep_it_and_cover_no_words(tmp_path: Path) -> None:
    sizes = {"wide": (900, 90), "high": (60, 300), "large": (600, 600), "tiny": (20, 10)}
    figures = [figure(Image.new("L", size), name, name, 0.5, f"{name}.png") for name, size in sizes.items()]
    file = tmp_path / "page.html"
    file.write_text(page("Pictures", "of any shape", "".join(figures)), encoding="utf-8")
    with browsing(tmp_path / "profile") as tab:
        tab.call("Page.navigate", url=file.as_uri())
        tab.until("document.images.length === 4 && Array.from(document.images).every(image => image.complete)")
        assert tab.run(OUTSIDE) == []
        assert tab.run(SHAPES) == [100, 2, 10, 20]
