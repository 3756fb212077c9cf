"""Drawn pairs for the tests of the cleaner."""

from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from dataset.synth import fonts

SIZE = (96, 48)


def draw_pair(text: str, stain: int, size: tuple[int, int] = SIZE) -> tuple[Image.Image, Image.Image]:
    """(dirty, clean), grey: dark text on paper, and the same under a soft stain with grain; `stain` is its seed."""
    clean = Image.new("L", size, 255)
    ImageDraw.Draw(clean).text((6, 8), text, fill=0, font=fonts.load("DejaVuSans", 26))
    rng = np.random.default_rng(stain)
    cloud = rng.integers(110, 255, (3, 4), dtype=np.uint8)
    ground = np.asarray(Image.fromarray(cloud).resize(size, Image.Resampling.BILINEAR), dtype=np.float64)
    ground = np.clip(ground + rng.normal(0, 4, ground.shape), 0, 255)
    return Image.fromarray((np.asarray(clean) / 255.0 * ground).astype(np.uint8)), clean


def draw_pairs(folder: Path, pages: int = 12, stains: int = 2, seed: int = 1) -> Path:
    """A folder of pairs with labels.csv: each of `pages` texts under `stains` stains."""
    rng = Random(seed)
    rows = ["filename,label"]
    for part in ("dirty", "clean"):
        (folder / part).mkdir(parents=True)
    texts = rng.sample([f"{number:04d}" for number in range(10_000)], pages)
    for text in texts:
        for stain in range(stains):
            name = f"{text}-{stain}.png"
            dirty, clean = draw_pair(text, rng.getrandbits(32))
            dirty.save(folder / "dirty" / name)
            clean.save(folder / "clean" / name)
            rows.append(f"dirty/{name},{text}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
