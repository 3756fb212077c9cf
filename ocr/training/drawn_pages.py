"""Drawn pages with drawn stains, as pairs: what the cleaner for scans that ships has learned from.

python -m ocr.training.drawn_pages FOLDER --count 120 --seed 1
"""

from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from dataset.atomic import new_folder
from dataset.console import DONE, parser, path, progress, run, say
from dataset.synth import fonts
from ocr.arguments import whole
from ocr.pairs import CLEAN, DIRTY

Ground = NDArray[np.float64]
_FACES = (*fonts.SANS, *fonts.SERIF, *fonts.TIMES, *fonts.MONO)
_LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
_OFTEN = [1.0 / (place + 2) for place in range(len(_LETTERS))]
_STAINS = 3  # of each page
_PROG = "python -m ocr.training.drawn_pages"


def draw_page(rng: Random) -> Image.Image:
    """A page of made-up words in one to three faces, dark on white, mode "L"."""
    width, height = rng.randint(300, 540), rng.randint(200, 420)
    page = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(page)
    top = rng.randint(4, 30)
    while top < height - 12:
        size, ink = rng.randint(12, 30), rng.choice((0, 0, 0, rng.randint(0, 90)))
        font = fonts.load(rng.choice(_FACES), size)
        left = rng.randint(4, 40)
        for _ in range(rng.randint(2, 6)):
            pen.text((left, top), _line(rng, width // (size // 2) + 4), fill=ink, font=font)
            top += round(size * rng.uniform(1.15, 1.6))
        top += rng.randint(0, 40)
    return page


def stained(page: Image.Image, rng: Random) -> Image.Image:
    """The page as paper that was folded, spilt on and scanned: ink lies on the stain, text behind shines through."""
    noise = np.random.default_rng(rng.getrandbits(64))
    ground = _paper(page.size, noise)
    for _ in range(rng.randint(0, 3)):
        ground *= _ring(page.size, rng)
    for _ in range(rng.randint(0, 3)):
        ground *= _spill(page.size, rng, noise)
    for _ in range(rng.randint(0, 5)):
        ground *= _fold(page.size, rng)
    ground += noise.normal(0, rng.uniform(0, 0.04), ground.shape)
    ink = 1.0 - np.asarray(page, dtype=np.float64) / 255.0
    strength = rng.uniform(0.8, 1.0)
    values = np.clip(ground, 0, 1) * (1.0 - strength * ink)
    return Image.fromarray((np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8))


def draw_pairs(folder: Path, count: int, seed: int, *, quiet: bool = True) -> None:
    """Writes `count` pages, each under three stains, as pairs into a new folder. Raises ToolkitError."""
    with new_folder(folder) as fresh, progress(count, "drawing", unit="pages", quiet=quiet) as shown:
        for part in (DIRTY, CLEAN):
            (fresh / part).mkdir()
        for number in range(count):
            rng = Random(f"{seed}/{number}")
            page = draw_page(rng)
            for stain in range(_STAINS):
                name = f"{number:05d}-{stain}.png"
                stained(page, rng).save(fresh / DIRTY / name)
                page.save(fresh / CLEAN / name)
            shown.advance()


def _line(rng: Random, length: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < length:
        word = "".join(rng.choices(_LETTERS, _OFTEN, k=rng.randint(1, 10)))
        word = word.capitalize() if rng.random() < 0.15 else word
        word = str(rng.randint(0, 9999)) if rng.random() < 0.04 else word
        words.append(word + rng.choice(("", "", "", "", "", ",", ".", ";", "!", "?", ")")))
    return " ".join(words)[:length]


def _clouds(size: tuple[int, int], noise: np.random.Generator, cell: int) -> Ground:
    """Smooth values in 0..1 that change over about `cell` pixels."""
    shape = (max(2, size[1] // cell + 1), max(2, size[0] // cell + 1))
    small = Image.fromarray((noise.random(shape) * 255).astype(np.uint8))
    return np.asarray(small.resize(size, Image.Resampling.BICUBIC), dtype=np.float64) / 255.0


def _paper(size: tuple[int, int], noise: np.random.Generator) -> Ground:
    """Unevenly lit paper with crumples of several sizes."""
    depth = noise.uniform(0.02, 0.3)
    ground = np.full((size[1], size[0]), noise.uniform(0.6, 1.0))
    for cell, share in ((200, 0.5), (60, 0.25), (20, 0.15), (6, 0.1), (2, noise.uniform(0, 0.15))):
        ground -= depth * share * (_clouds(size, noise, cell) - 0.3)
    return ground


def _ring(size: tuple[int, int], rng: Random) -> Ground:
    """The mark of a cup: dark rim, somewhat darker inside."""
    radius, width = rng.uniform(40, 160), rng.uniform(2, 9)
    x, y = np.meshgrid(np.arange(size[0]) - rng.uniform(0, size[0]), np.arange(size[1]) - rng.uniform(0, size[1]))
    away = np.hypot(x, y * rng.uniform(0.85, 1.15)) - radius
    rim = np.exp(-np.square(away / width)) * (0.6 + 0.4 * np.sin(np.arctan2(y, x) * rng.randint(1, 4) + rng.random()))
    return 1.0 - rng.uniform(0.1, 0.5) * rim - rng.uniform(0, 0.15) * (away < 0)


def _spill(size: tuple[int, int], rng: Random, noise: np.random.Generator) -> Ground:
    """A blot with an uneven outline and a darker edge."""
    shape = _clouds(size, noise, rng.randint(40, 150)) - rng.uniform(0.5, 0.75)
    edge = np.exp(-np.square(shape / rng.uniform(0.01, 0.05)))
    return 1.0 - rng.uniform(0.05, 0.45) * (shape > 0) - rng.uniform(0, 0.3) * edge


def _fold(size: tuple[int, int], rng: Random) -> Ground:
    """A crease from side to side: a dark or light line, brighter on one of its sides."""
    mask = Image.new("L", size, 0)
    ends = [(rng.uniform(0, size[0]), 0.0), (rng.uniform(0, size[0]), float(size[1]))]
    if rng.random() < 0.5:
        ends = [(0.0, rng.uniform(0, size[1])), (float(size[0]), rng.uniform(0, size[1]))]
    ImageDraw.Draw(mask).line(ends, fill=255, width=rng.randint(1, 3))
    line = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 3))), dtype=np.float64) / 255.0
    wide = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(4, 14))), dtype=np.float64) / 255.0
    return 1.0 + rng.uniform(-0.5, 0.25) * line - rng.uniform(0, 1.0) * wide


def main(arguments: list[str]) -> int:
    """The command. Raises ToolkitError."""
    made = parser(
        _PROG,
        "Draw pages and the same pages stained, as pairs for `ocr train-cleaner`.",
        f"  {_PROG} pages --count 120 --seed 1",
    )
    made.add_argument("folder", type=path, metavar="FOLDER", help="new; gets dirty and clean")
    made.add_argument("--count", type=whole, default=120, help="pages, each under three stains (default 120)")
    made.add_argument("--seed", type=int, default=0, help="same seed, same pages (default 0)")
    given = made.parse_args(arguments)
    draw_pairs(given.folder, given.count, given.seed, quiet=False)
    say(f"{given.count} pages drawn into {given.folder}, each under {_STAINS} stains")
    return DONE


if __name__ == "__main__":
    raise SystemExit(run(main, prog=_PROG))
