"""Makes the backbone that trainings start from: python -m ocr.training.pretrain --out backbone.onnx

The result is an ordinary artefact, trained on drawn pictures alone (`ocr.training.drawn`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from PIL import Image, ImageFont

from dataset import console
from dataset.charset import Charset
from dataset.errors import UsageError
from dataset.hashing import Fingerprint
from dataset.version import VERSION
from ocr.arguments import seed, whole
from ocr.artefact import Card, TypeCard
from ocr.preprocess import InputSpec, prepare
from ocr.training import backend

PROG = "python -m ocr.training.pretrain"
EXAMPLES = """
  python -m ocr.training.pretrain --out backbone.onnx --fonts /usr/share/fonts
"""
_HEIGHT, _NARROWEST, _WIDEST, _MULTIPLE = 40, 48, 400, 8
_STRETCH = (0.75, 1.3)  # change of the width, since trainings that follow bring pictures to widths of their own
_LONGEST = 8
_WATCHED = 400
_SETTLING = 60  # steps at a rising rate, before the one round


@dataclass(frozen=True)
class Options:
    """How much to draw and to learn; `seed` settles all."""

    count: int = 60_000
    steps: int = 40_000
    batch: int = 48
    seed: int = 1


def pretrain(out: Path, options: Options, faces: Sequence[str] = (), *, quiet: bool = False) -> Card:
    """Draws, trains and writes the artefact `out`; `faces` are further font files. Raises ToolkitError."""
    from ocr.training import architectures, export
    from ocr.training.augment import Amounts
    from ocr.training.calibrate import temperature
    from ocr.training.choose import Plan
    from ocr.training.clock import Clock
    from ocr.training.data import Labelled
    from ocr.training.drawn import CHARACTERS, Drawer
    from ocr.training.loop import Loop, Row
    from ocr.training.watch import Watcher

    export.check_place(out)
    drawer, rng = Drawer(options.seed, faces), Random(options.seed)

    def sample(number: int) -> Labelled:
        while True:
            text, picture = drawer.draw()
            share = picture.width / picture.height * rng.uniform(*_STRETCH)
            width = min(max(round(share * _HEIGHT / _MULTIPLE) * _MULTIPLE, _NARROWEST), _WIDEST)
            if width >= (2 * len(text) + 1) * stride:  # a step for each character and each blank
                return Labelled(
                    str(number),
                    picture.resize((width, _HEIGHT), Image.Resampling.BILINEAR),
                    text,
                    None,
                    Fingerprint("", 0),
                )

    architecture = architectures.find(architectures.DEFAULT)
    stride = architecture.STRIDE
    with console.progress(options.count, "drawing", unit="pictures", quiet=quiet) as shown:
        samples = []
        for number in range(options.count):
            samples.append(sample(number))
            shown.advance()
    watched = [sample(number) for number in range(_WATCHED)]
    spec = InputSpec(_HEIGHT, None, 3, _MULTIPLE, _NARROWEST, _WIDEST)
    kind = TypeCard(None, "".join(sorted(CHARACTERS)))
    plan = Plan(spec, Charset(kind.charset), (kind,), Amounts(colours=True), options.batch, options.steps, _LONGEST, ())
    clock = Clock(float("inf"))
    with console.progress(None, "training", unit="steps", quiet=quiet) as shown:

        def tick(row: Row) -> None:
            shown.advance(0 if row.score is not None else 1, loss=f"{row.loss:.3f}", varied=f"{row.strength:.0%}")

        loop = Loop(architecture, plan, clock, seed=options.seed, say=console.say, tick=tick)
        batches = loop.start(samples, _SETTLING)
        watcher = Watcher(watched, plan)
        fit = loop.round(batches, options.steps, watcher)
    loop.model.set_weights(fit.weights)
    card = Card(
        charset=plan.charset.characters,
        input=spec,
        types=plan.types,
        architecture=architectures.DEFAULT,
        version=VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        temperature=temperature(loop.model, watcher),
        training=asdict(options) | {"fonts": len(faces), "cpu_seconds": round(clock.spent())},
        dataset={"samples": options.count, "drawn": True, "longest": _LONGEST},
        metrics={"exact_match": fit.score.exact, "n": _WATCHED},
    )
    data = export.artefact_bytes(loop.model, card)
    export.check(data, loop.model, card, export.golden_batch([prepare(watched[0].image, spec)]))
    export.write(out, data)
    return card


def main(arguments: list[str]) -> int:
    """The command; see `dataset.console.run` for what becomes of its errors."""
    own = Options()
    parser = console.parser(PROG, "Train the backbone that trainings start from, on drawn pictures alone.", EXAMPLES)
    parser.add_argument("--out", type=console.path, required=True, metavar="M.onnx", help="the artefact to write")
    parser.add_argument("--fonts", type=console.path, metavar="FOLDER", help="further fonts (.ttf, .otf), at any depth")
    for name, what in (("count", "pictures"), ("steps", "training steps"), ("seed", "settles all")):
        kind = seed if name == "seed" else whole
        parser.add_argument(f"--{name}", type=kind, default=getattr(own, name), help=f"{what} (default %(default)s)")
    given = parser.parse_args(arguments)
    faces = _faces(given.fonts)
    backend.prepare()
    card = pretrain(given.out, Options(count=given.count, steps=given.steps, seed=given.seed), faces)
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
