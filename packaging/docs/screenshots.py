"""Makes the pictures that README and site show: python packaging/docs/screenshots.py [--model M.onnx] [--out DIR]

The window and the endpoint's start page, light, on pictures that the project draws itself. Without --model a
recogniser is trained for it (a minute or two). Needs Linux with Xvfb and Chromium.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from PIL import Image, ImageGrab

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.labeler_parts.screen import Screen  # noqa: E402
from dataset.store import Store  # noqa: E402
from dataset.synth import draw, encode, random_label, synthesise  # noqa: E402
from examples.children import Children  # noqa: E402
from tests.api_stub.browser import browsing  # noqa: E402

STYLE, LEARNED, TO_LABEL, ACCEPTED = "colour", 500, 60, 14
WINDOW, PAGE = (1160, 760), (900, 672)
SECONDS = 60  # longest wait for the window
COLOURS = 192  # of the palette: the file stays small and looks the same


def main() -> int:
    """Exit status 0 when both pictures are written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help=f"a recogniser of drawn pictures of the style {STYLE}")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures", metavar="DIR")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        model = options.model.resolve() if options.model else train(work)
        folder = drawn(work / "captchas")
        pictures = sorted((folder / "images").iterdir())[-2:]
        keep(start_page(model, pictures, work), options.out / "start-page.png")
        keep(window(folder, model, work), options.out / "window.png")
    return 0


def train(work: Path) -> Path:
    """A recogniser of the style."""
    model = work / "model.onnx"
    synthesise(work / "learned", LEARNED, styles=[STYLE], seed=1)
    command = [sys.executable, "-m", "ocr", "train", work / "learned", "--out", model, "--seconds", "90", "--seed", "1"]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)
    return model


def drawn(folder: Path) -> Path:
    """Pictures to label, which the recogniser has not seen."""
    with Store.open(folder, program="screenshots") as store:
        for seed in range(TO_LABEL):
            label = random_label(STYLE, Random(f"screenshot {seed}"))
            store.add(encode(draw(STYLE, label, 1000 + seed), STYLE))
    return folder


def window(folder: Path, model: Path, work: Path) -> Image.Image:
    """The window after a few proposals were accepted with Enter, on a screen of its own."""
    home = work / "home"
    settings = home / ".config" / "captcha-toolkit" / "labeler.json"
    settings.parent.mkdir(parents=True)
    place = f"{WINDOW[0]}x{WINDOW[1]}+0+0"
    settings.write_text(json.dumps({"theme": "light", "language": "en", "geometry": place, "learn": False}), "utf-8")
    with Screen() as screen:
        environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
        process = subprocess.Popen(
            [sys.executable, "-m", "labeler", str(folder), "--model", str(model)],
            cwd=ROOT, env=environment | {"DISPLAY": screen.name, "LANG": "C.UTF-8"},
        )  # fmt: skip
        try:
            wait(lambda: process.poll() is not None or " \u2013 " in screen.title())
            screen.focus()
            time.sleep(5)  # by then the model is loaded and has read ahead
            for _ in range(ACCEPTED):
                screen.press("Return")
                time.sleep(0.4)
            time.sleep(2)
            shot = ImageGrab.grab(xdisplay=screen.name)
            whole = max((box for _, box in screen.windows()), key=lambda box: box.width * box.height)
        finally:
            process.terminate()
            process.wait()
    return shot.crop((whole.x, whole.y, whole.x + whole.width, whole.y + whole.height))


def start_page(model: Path, pictures: list[Path], work: Path) -> Image.Image:
    """The endpoint's start page after pictures were put on it; the first reading of a process takes longer."""
    shot = work / "page.png"
    with Children() as children, browsing(work / "browser") as page:
        address = children.serve(model)
        page.look(*PAGE, "light")
        page.call("Page.navigate", url=address)
        page.until("document.querySelector('#model')?.innerText.includes('ready')")
        for picture in pictures:
            page.choose("#file", picture)
            page.until("!document.querySelector('#reading').hidden")
            time.sleep(1)
        page.screenshot(shot)
    return Image.open(shot).convert("RGB")


def keep(shot: Image.Image, path: Path) -> None:
    """Write a small PNG."""
    few = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path}: {shot.width} x {shot.height}, {path.stat().st_size / 1000:.0f} KB")


def wait(holds: Callable[[], bool]) -> None:
    """Wait until something holds; TimeoutError when it never does."""
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come up")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
