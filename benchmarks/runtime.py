"""How fast and how small reading is: network, file bytes to text, decoding, start, memory, size of the artefact.

    python -m benchmarks.runtime [--data DIR] [--model M.onnx] [--seconds 60]

Without --data on drawn pictures of 200 x 50 pixels; without --model the artefact is trained on them first. All times
are CPU milliseconds of one thread.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import measure, publish
from dataset import imagefile
from dataset.folder import Item, read_folder
from ocr.artefact import INPUT_NAME, TEXT_OUTPUT, open_session
from ocr.confidence import character_confidences, text_probabilities
from ocr.constraint import Constraint
from ocr.decode import Spelling, best_paths, collapse, constrained_path, decode
from ocr.evaluate import evaluate_folder
from ocr.preprocess import pixels, standardise
from ocr.recognizer import Recognizer

_SEED = 0
_MOST = 400  # pictures that are timed
_ROUNDS = 9
_BATCH = 32
_PROBE = """
import json, sys
from pathlib import Path
import psutil
from ocr.recognizer import Recognizer
recognizer = Recognizer.load(sys.argv[1])
paths = [Path(line) for line in sys.stdin.read().splitlines()]
for start in range(0, len(paths), 32):
    recognizer.read(paths[start:start + 32])
print(json.dumps(psutil.Process().memory_info().rss))
"""


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of labelled pictures instead of drawn ones")
    parser.add_argument("--model", type=Path, help="an artefact to measure instead of training one")
    parser.add_argument("--seconds", type=float, default=60.0, help="CPU seconds of the training")
    arguments = parser.parse_args()
    if arguments.data and not arguments.data.is_dir():
        parser.error(f"--data {arguments.data}: there is no such folder")
    if arguments.model and not arguments.model.is_file():
        parser.error(f"--model {arguments.model}: there is no such file")
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as place:
        folder = arguments.data or _drawn(Path(place) / "drawn")
        model = arguments.model or _trained(folder, Path(place) / "model.onnx", arguments.seconds)
        pictures = folder.resolve().name if arguments.data else "drawn, 200 x 50"
        results = {"pictures": pictures} | measured(model, folder)
    publish("runtime", results, seed=_SEED)


def measured(model: Path, folder: Path) -> dict[str, Any]:
    """All figures of one artefact on one folder."""
    recognizer = Recognizer.load(model)
    items = [item for item in read_folder(folder) if item.label][:_MOST]
    contents = [item.path.read_bytes() for item in items]
    spec = recognizer.card.input

    def decoded(data: bytes) -> Any:
        return imagefile.decode(data, grey=spec.channels == 1)

    def prepared(data: bytes) -> Any:
        return standardise(pixels(decoded(data), spec)[None], unmixed=spec.unmixed)

    ready = list(map(prepared, contents))
    figures = evaluate_folder(recognizer, folder)[0]
    kept = ("n", "exact_match", "ms_per_image")
    return {
        "evaluate": {key: figures[key] for key in kept},
        "precision": recognizer.card.precision,
        "input": [spec.height, spec.width, spec.channels],
        "network_ms": _network(model, ready),
        "decode_picture_ms": _each(contents, decoded),
        "prepare_ms": _each(contents, prepared),
        "bytes_to_text_ms": _each(contents, lambda data: recognizer.read([data])),
        "files_in_batches": _batches(recognizer, items),
        "text_from_outputs_ms": _decoding(recognizer, model, ready),
        "start_of_predict_ms": _start(model, items[0].path),
        "memory_mb": _memory(model, items),
        "size_bytes": _sizes(model, Path(folder)),
    }


def _each(things: list[Any], work: Callable[[Any], object]) -> dict[str, float]:
    """Milliseconds for one thing, one after the other; the median of the rounds over all of them."""
    return _milliseconds(measure(lambda: [work(thing) for thing in things], _ROUNDS), len(things))


def _milliseconds(seconds: dict[str, float], count: int) -> dict[str, float]:
    return {key: value if key == "n" else round(1000 * value / count, 4) for key, value in seconds.items()}


def _network(model: Path, ready: list[np.ndarray]) -> dict[str, Any]:
    """The session alone, in a loop over ready pictures of the commonest width: one by one, and in batches."""
    session = open_session(model)
    widths = [picture.shape[2] for picture in ready]
    usual = [picture for picture in ready if picture.shape[2] == max(set(widths), key=widths.count)]
    batches = [np.concatenate(usual[start : start + _BATCH]) for start in range(0, len(usual), _BATCH)]

    def run(batch: Any) -> object:
        return session.run([TEXT_OUTPUT], {INPUT_NAME: batch})

    in_batches = measure(lambda: [run(batch) for batch in batches], _ROUNDS)
    return {"one_by_one": _each(usual, run), "in_batches": _milliseconds(in_batches, len(usual))}


def _batches(recognizer: Recognizer, items: list[Item]) -> dict[str, float]:
    paths = [item.path for item in items]
    seconds = measure(lambda: recognizer.read(paths), _ROUNDS)
    return {"ms": round(1000 * seconds["median"] / len(paths), 4), "a_second": round(len(paths) / seconds["median"])}


def _decoding(recognizer: Recognizer, model: Path, ready: list[np.ndarray]) -> dict[str, Any]:
    """From the network's outputs of one picture to an allowed text with its confidences, and the parts of that.

    Once as it is (the search is for pictures whose best path is not allowed), once as if every picture needed it.
    """
    session = open_session(model)
    outputs = [session.run([TEXT_OUTPUT], {INPUT_NAME: picture})[0] for picture in ready]
    templates = recognizer.card.types[0].templates
    constraint = Constraint.from_templates(templates, recognizer.charset) if templates else None

    def searched(output: Any) -> Spelling:
        assert constraint is not None
        path = constrained_path(output[0], constraint)
        return collapse(best_paths(output)[0] if path is None else path)

    def with_confidences(output: Any, spelled: Spelling) -> object:
        return text_probabilities(output, [spelled.text]), character_confidences(output[0], spelled)

    found: dict[str, Any] = {
        "in_all": _each(outputs, lambda output: with_confidences(output, decode(output, constraint)[0])),
        "allowed_path": _each(outputs, lambda output: decode(output, constraint)),
    }
    if constraint is not None:
        found["in_all_searching_each"] = _each(outputs, lambda output: with_confidences(output, searched(output)))
        found["search"] = _each(outputs, lambda output: constrained_path(output[0], constraint))
    return found


def _start(model: Path, picture: Path) -> dict[str, float]:
    """CPU milliseconds (user and system) of the whole command on one picture."""
    seconds = []
    for _ in range(_ROUNDS):
        before = os.times()
        subprocess.run(
            [sys.executable, "-m", "ocr", "predict", str(model), str(picture)], check=True, capture_output=True
        )
        after = os.times()
        seconds.append(after.children_user - before.children_user + after.children_system - before.children_system)
    return {"n": _ROUNDS, "median": round(1000 * float(np.median(seconds)), 1)}


def _memory(model: Path, items: list[Item]) -> float:
    """Resident megabytes of a process that has read all the pictures."""
    paths = "\n".join(str(item.path) for item in items)
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, str(model)],
        input=paths,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return round(int(json.loads(done.stdout)) / 2**20, 1)


def _sizes(model: Path, folder: Path) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as place:
        found = {"artefact": model.stat().st_size}
        for form in ("float32", "int8"):
            out = Path(place) / f"{form}.onnx"
            data = ["--data", str(folder)] if form == "int8" else []
            command = [sys.executable, "-m", "ocr", "export", str(model), "--out", str(out), "--format", form, *data]
            subprocess.run(command, check=True, capture_output=True)
            found[f"export_{form}"] = out.stat().st_size
    return found


def _drawn(folder: Path) -> Path:
    from dataset.synth import synthesise

    synthesise(folder, 800, styles=("lines",), length=(5, 5), seed=_SEED)
    return folder


def _trained(folder: Path, out: Path, seconds: float) -> Path:
    command = [sys.executable, "-m", "ocr", "train", str(folder), "--out", str(out), "--seconds", str(seconds)]
    subprocess.run([*command, "--seed", str(_SEED)], check=True, stdout=sys.stderr)
    return out


if __name__ == "__main__":
    main()
