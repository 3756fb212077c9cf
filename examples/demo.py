"""`make demo`: the whole path on drawn pictures - collect, label, train, evaluate, serve, predict - in one command.

Everything runs on this machine; the bundled demo site draws fresh pictures at every start and knows their text.
Exit status 1 when fewer than 18 of 20 fresh pictures are read right.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dataset import console  # noqa: E402
from dataset.errors import ToolkitError  # noqa: E402
from dataset.hashing import sha256_of  # noqa: E402
from dataset.sample import Query  # noqa: E402
from dataset.store import Store  # noqa: E402
from examples.children import Children  # noqa: E402
from scraper.demo_site.client import AnswerKey  # noqa: E402
from scraper.demo_site.process import DemoSite  # noqa: E402

DATA, OUTPUT = ROOT / "demo-data", ROOT / "demo-output"
MARK = ".made-by-demo"
COLLECTED, LABELLED, FRESH, NEEDED = 400, 300, 20, 18
TRAIN_SECONDS = 90
KINDS = ("text", "sums")
# Step and its usual seconds on two cores: what "left" is estimated from.
STEPS = (
    ("start the demo site on loopback", 2),
    (f"collect {COLLECTED} pictures of two kinds", 8),
    (f"label {LABELLED} of them from the demo site's answer key (a person would use the window)", 3),
    (f"train the recogniser, at most {TRAIN_SECONDS} CPU seconds", 75),
    (f"evaluate on the other {COLLECTED - LABELLED}", 4),
    ("start the endpoint", 3),
    (f"read {FRESH} fresh pictures over HTTP", 2),
)


class Steps:
    """Says which step begins and how long the rest takes."""

    def __init__(self) -> None:
        self._next = 0

    def begin(self) -> None:
        """Announce the next step."""
        text, _ = STEPS[self._next]
        left = sum(seconds for _, seconds in STEPS[self._next :])
        self._next += 1
        print(f"\n[{self._next}/{len(STEPS)}] {text}  (about {left} s left)", flush=True)


def main(argv: list[str]) -> int:
    """Run the demo; exit status 0 when it read well enough."""
    parser = console.parser("demo", "The whole path on drawn pictures.", "  make demo\n  make demo KEEP=1")
    parser.add_argument("--keep", action="store_true", help="leave the endpoint running and open the window")
    arguments = parser.parse_args(argv)
    started = time.monotonic()
    _fresh_folders()
    steps = Steps()
    with Children() as children:
        steps.begin()
        site = children.enter(DemoSite())
        print(f"demo site at {site.address}")
        steps.begin()
        _collect(children, site.address)
        steps.begin()
        _label(site.key)
        steps.begin()
        model = OUTPUT / "model.onnx"
        children.command("ocr", "train", DATA, "--out", model, "--seconds", TRAIN_SECONDS, "--seed", 1)
        steps.begin()
        children.command("ocr", "evaluate", model, OUTPUT / "held-out")
        steps.begin()
        address = children.serve(model)
        print(f"endpoint at {address}")
        steps.begin()
        right = _read_fresh(site, address)
        print(f"\n{right} of {FRESH} read right ({right / FRESH:.0%}), {time.monotonic() - started:.0f} s in all")
        if arguments.keep:
            _keep(children, address, model)
    return console.DONE if right >= NEEDED else console.FAILED


def _fresh_folders() -> None:
    for folder in (DATA, OUTPUT):
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
            raise ToolkitError(f"{folder}: was not made by the demo; move it away, the demo writes there")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / MARK).touch()


def _collect(children: Children, address: str) -> None:
    profile = OUTPUT / "demo-site.toml"
    tables = [f'[[captcha]]\ntype = "{kind}"\npage = "{address}/{kind}/"\nimage = "img#captcha"\n' for kind in KINDS]
    profile.write_text("lanes = 8\ndelay = 0.0\n\n" + "\n".join(tables), encoding="utf-8")
    children.command("scraper", "collect", profile, "--count", COLLECTED, "--out", DATA)


def _label(key: AnswerKey) -> None:
    """Label the first pictures of each kind; the rest go, with their text, into a folder for the evaluation."""
    held_out = OUTPUT / "held-out"
    held_out.mkdir()
    rows = ["filename,label,type"]
    with Store.open(DATA, program="demo") as store:
        for kind in KINDS:
            samples = list(store.samples(Query(statuses=("new",), types=(kind,))))
            cut = LABELLED // len(KINDS)
            answers = [key.text_of(sample.sha256 or "") for sample in samples]
            pairs = [(sample.id, text) for sample, text in zip(samples, answers, strict=True)]
            store.label_many(pairs[:cut], by="answer key")
            for sample, text in list(zip(samples, answers, strict=True))[cut:]:
                name = Path(sample.file).name
                shutil.copyfile(store.path(sample), held_out / name)
                rows.append(f"{name},{text},{kind}")
        print(f"{store.counts()['labelled']} labelled, {len(rows) - 1} kept for the evaluation")
    (held_out / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _read_fresh(site: DemoSite, address: str) -> int:
    """Fetch fresh pictures, each in a session of its own, ask the endpoint, print the table; how many were right."""
    right = 0
    print(f"{'truth':10} {'read':10} {'confidence':>10}")
    for i in range(FRESH):
        picture = _get(f"{site.address}/one/{KINDS[i % len(KINDS)]}.png")
        truth = site.key.text_of(sha256_of(picture))
        reply = _predict(address, picture)
        ok = reply["prediction"] == truth
        right += ok
        answer = f"  = {reply['answer']}" if reply["answer"] is not None else ""
        print(f"{truth:10} {reply['prediction']:10} {reply['confidence']:10.3f}  {'right' if ok else 'WRONG'}{answer}")
    return right


def _get(url: str) -> bytes:
    with _opener().open(url, timeout=30) as reply:
        return bytes(reply.read())


def _predict(address: str, picture: bytes) -> dict[str, Any]:
    boundary = "captcha-toolkit-demo"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'.encode()
    body = head + picture + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(f"{address}/predict", data=body, headers=headers)
    with _opener().open(request, timeout=30) as reply:
        return dict(json.load(reply))


def _opener() -> urllib.request.OpenerDirector:
    # Loopback never goes through a proxy, whatever the environment says.
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _keep(children: Children, address: str, model: Path) -> None:
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin")
    print(f"\nthe endpoint stays at {address} until Ctrl-C")
    try:
        if screen:
            children.command("labeler", DATA, "--model", model)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nstopped")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # also when started in the background, where shells ignore SIGINT
        signal.signal(number, _interrupt)
    try:
        sys.exit(console.run(main, prog="demo"))
    except subprocess.CalledProcessError as failure:
        print(f"demo: the command `{' '.join(map(str, failure.cmd))}` failed", file=sys.stderr)
        sys.exit(1)
