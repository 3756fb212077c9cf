"""Writes the program's icon in every size and form that a system asks for: python packaging/app/draw_icons.py OUT

OUT gets captcha-label.ico (Windows), captcha-label.icns (macOS) and hicolor/NxN/apps/captcha-label.png (Linux).
"""

import sys
from pathlib import Path

from labeler.window.emblem import emblem

NAME = "captcha-label"
PNG_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 192, 256, 512)
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_SIZES = (32, 64, 128, 256, 512, 1024)


def png_place(pixels: int) -> str:
    """Where the icon theme keeps a size."""
    return f"hicolor/{pixels}x{pixels}/apps/{NAME}.png"


def draw_icons(out: Path) -> None:
    """Every size is drawn by itself: nothing is scaled."""
    for pixels in PNG_SIZES:
        place = out / png_place(pixels)
        place.parent.mkdir(parents=True, exist_ok=True)
        emblem(pixels).save(place, optimize=True)
    drawn = [emblem(pixels) for pixels in ICO_SIZES]
    drawn[-1].save(
        out / f"{NAME}.ico", sizes=[(pixels, pixels) for pixels in ICO_SIZES], append_images=drawn[:-1]
    )  # fmt: skip
    largest, *others = [emblem(pixels) for pixels in reversed(ICNS_SIZES)]
    largest.save(out / f"{NAME}.icns", append_images=others)


if __name__ == "__main__":
    draw_icons(Path(sys.argv[1]))
