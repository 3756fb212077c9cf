"""Makes the backbone that trainings start from: python -m ocr.training.pretrain --out backbone.onnx

The result is an ordinary artefact, trained on drawn pictures alone (`ocr.training.drawn`).
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import ImageFont

from dataset import console
from dataset.charset import Charset
from dataset.errors import UsageError
from dataset.version import VERSION
from ocr.arguments import seed, whole
from ocr.artefact import Card, TypeCard
from ocr.preprocess import prepare
from ocr.training import architectures, backend, drawing

PROG = "python -m ocr.training.pretrain"
EXAMPLES = """
  python -m ocr.training.pretrain --out backbone.onnx --fonts /usr/share/fonts
  python -m ocr.training.pretrain --from backbone.onnx --seed 2 --out better.onnx
"""
_WATCHED = 400
_SETTLING = 60  # steps at a rising rate, before the one round


@dataclass(frozen=True)
class Options:
    """How much to draw and to learn; `seed` settles all."""

    count: int = 60_000
    steps: int = 40_000
    batch: int = 48
    seed: int = 1
    architecture: str = "small"
    bfloat16: bool = False
    """Whether to compute in bfloat16, in three fifths of the time on processors that have it; weights stay float32."""


def pretrain(
    out: Path, options: Options, faces: Sequence[str] = (), known: Path | None = None, *, quiet: bool = False
) -> Card:
    """Draws, trains and writes the artefact `out`; `faces` are further font files, `known` an artefact to go on from.

    Raises ToolkitError.
    """
    from ocr.training import export, warm
    from ocr.training.augment import Amounts
    from ocr.training.calibrate import temperature
    from ocr.training.choose import Plan
    from ocr.training.clock import Clock
    from ocr.training.loop import Loop, Row
    from ocr.training.watch import Watcher

    architecture = architectures.find(options.architecture)
    export.check_place(out)
    before = None if known is None else warm.read(known, options.architecture)
    samples = drawing.draw(options.architecture, options.count + _WATCHED, options.seed, faces, quiet=quiet)
    samples, watched = samples[:-_WATCHED], samples[-_WATCHED:]
    spec = drawing.INPUT
    kind = TypeCard(None, "".join(sorted(drawing.CHARACTERS[options.architecture])))
    amounts, longest = Amounts(colours=True), drawing.LONGEST
    plan = Plan(spec, Charset(kind.charset), (kind,), amounts, options.batch, options.steps, longest, ())
    weights = None if before is None else warm.weights(before, plan, options.seed)[0]
    clock = Clock(float("inf"))
    with console.progress(None, "training", unit="steps", quiet=quiet) as shown:

        def tick(row: Row) -> None:
            shown.advance(0 if row.score is not None else 1, loss=f"{row.loss:.3f}", varied=f"{row.strength:.0%}")

        loop = Loop(architecture, plan, clock, seed=options.seed, say=console.say, tick=tick)
        watcher = Watcher(watched, plan)
        with backend.computing("mixed_bfloat16" if options.bfloat16 else "float32"):
            batches = loop.start(samples, _SETTLING, weights)
            fit = loop.round(batches, options.steps, watcher)
    model = architecture.build(spec, len(plan.charset) + 1, len(plan.types))
    model.set_weights(fit.weights)
    card = Card(
        charset=plan.charset.characters,
        input=spec,
        types=plan.types,
        architecture=options.architecture,
        version=VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        temperature=temperature(model, watcher),
        training=asdict(options) | {"fonts": len(faces), "cpu_seconds": round(clock.spent())},
        dataset={"samples": options.count, "drawn": True, "longest": longest},
        metrics={"exact_match": fit.score.exact, "n": _WATCHED},
    )
    data = export.artefact_bytes(model, card)
    export.check(data, model, card, export.golden_batch([prepare(watched[0].image, spec)]))
    export.write(out, data)
    return card


def main(arguments: list[str]) -> int:
    """The command; see `dataset.console.run` for what becomes of its errors."""
    own = Options()
    parser = console.parser(PROG, "Train the backbone that trainings start from, on drawn pictures alone.", EXAMPLES)
    parser.add_argument("--out", type=console.path, required=True, metavar="M.onnx", help="the artefact to write")
    parser.add_argument(
        "--architecture",
        choices=tuple(drawing.CHARACTERS),
        default=own.architecture,
        help="the network (default %(default)s)",
    )
    parser.add_argument("--from", dest="known", type=console.path, metavar="M.onnx", help="a backbone to go on from")
    parser.add_argument("--fonts", type=console.path, metavar="FOLDER", help="further fonts (.ttf, .otf), at any depth")
    for name, what in (("count", "pictures"), ("steps", "training steps"), ("seed", "settles all")):
        kind = seed if name == "seed" else whole
        parser.add_argument(f"--{name}", type=kind, default=getattr(own, name), help=f"{what} (default %(default)s)")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16: faster where processors have it")
    given = parser.parse_args(arguments)
    faces = _faces(given.fonts)
    backend.prepare(os.cpu_count() or 1)
    options = Options(
        given.count, given.steps, seed=given.seed, architecture=given.architecture, bfloat16=given.bfloat16
    )
    card = pretrain(given.out, options, faces, given.known)
    console.say(f"{given.out}: {card.metrics['exact_match']:.1%} of {_WATCHED} fresh drawn pictures read exactly")
    return console.DONE


def _faces(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    found = sorted(str(path) for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf"))
    if not found:
        raise UsageError(f"{folder}: no fonts (.ttf or .otf) there; give a folder that has some, or leave out --fonts")
    for face in found:
        try:
            ImageFont.truetype(face, 20)
        except OSError as error:
            raise UsageError(f"{face}: cannot be read as a font ({error}); take it out of the folder") from error
    return found


if __name__ == "__main__":
    raise SystemExit(console.run(main, prog=PROG))
