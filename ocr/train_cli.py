"""The command that trains a recogniser."""

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dataset.console import DONE, path, print_json, say
from dataset.errors import UsageError
from ocr.arguments import positive, seed

if TYPE_CHECKING:
    from ocr.evaluate import Outcome


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `train` to the commands of the recogniser."""
    train = commands.add_parser("train", help="learn from the labelled pictures of a folder")
    train.add_argument("folder", type=path, metavar="DIR")
    train.add_argument("--out", type=path, required=True, metavar="M.onnx", help="the artefact to write")
    measured = train.add_mutually_exclusive_group()
    measured.add_argument("--test", type=path, metavar="DIR2", help="measure on these instead of an inner tenth")
    measured.add_argument(
        "--hold-out",
        type=path,
        metavar="FILE",
        help="measure on these pictures of DIR (file names or SHA-256, one a line) instead of an inner tenth",
    )
    budget = train.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=positive, default=300.0, help="CPU seconds for all of it (default 300)")
    budget.add_argument("--epochs", type=positive, help="passes over the pictures instead; repeatable with --seed")
    train.add_argument("--seed", type=seed, default=0, help="what chance begins with (default 0)")
    train.add_argument("--from", dest="start", type=path, metavar="M0.onnx", help="go on from what this artefact knows")
    forms = "small (default, or that of --from), large (takes over where small reads too little) or crnn"
    train.add_argument("--architecture", help=forms)
    train.add_argument("--charset", help="the alphabet, when the labels do not show all of it")
    train.add_argument("--any-length", action="store_true", help="forget the lengths and shapes that the labels show")
    train.add_argument(
        "--types",
        choices=("auto", "separate"),
        help="auto: find kinds of pictures where none are named; separate: also try a recogniser for each kind",
    )
    train.add_argument("--no-refit", action="store_true", help="do not go on with all labels after measuring")
    train.add_argument(
        "--no-backbone", action="store_true", help="do not begin with weights learned from drawn pictures"
    )
    train.add_argument("--no-self-training", action="store_true", help="do not learn from unlabelled pictures")
    train.add_argument("--no-paste", action="store_true", help="do not join pieces of pictures where labels are few")
    train.add_argument("--no-augmentation", action="store_true", help="do not vary the pictures")
    train.add_argument("--float32", action="store_true", help="keep 32-bit weights even where 8 bits lose no picture")
    train.add_argument("--report", type=path, metavar="FOLDER", help="gets a page about the training: report.html")
    train.add_argument("--json", action="store_true", help="print one line of JSON at the end")
    train.set_defaults(command=_train)


def _train(arguments: argparse.Namespace) -> int:
    from ocr.training import backend

    backend.prepare()
    from ocr.training import report, separate, session
    from ocr.training.options import Options

    if arguments.report:
        report.prepare(arguments.report)
    held_out = _lines(arguments.hold_out) if arguments.hold_out else []
    if held_out and arguments.types == "separate":
        raise UsageError("--hold-out cannot be used together with --types separate; leave one of them out")
    options = Options(
        seconds=arguments.seconds,
        epochs=arguments.epochs,
        seed=arguments.seed,
        architecture=arguments.architecture,
        charset=arguments.charset,
        any_length=arguments.any_length,
        find_types=arguments.types is not None,
        refit=not arguments.no_refit,
        backbone=not arguments.no_backbone,
        self_training=not arguments.no_self_training,
        paste=not arguments.no_paste,
        augmentation=not arguments.no_augmentation,
        int8=not arguments.float32,
    )
    train = separate.train if arguments.types == "separate" else partial(session.train, held_out=held_out)
    trained = train(
        arguments.folder,
        arguments.out,
        options,
        test=arguments.test,
        start=arguments.start,
        say=say,
        quiet=False,
    )
    card = trained.card
    say(f"{arguments.out} written after {card.training['cpu_seconds']:.0f} CPU seconds")
    if arguments.report:
        report.write(trained, arguments.report, arguments.out.name)
        say(f"{arguments.report / 'report.html'} tells how it went")
    if arguments.json:
        facts = {"out": str(arguments.out), "refitted": card.refitted, "charset": card.charset}
        facts |= {"held_out": [_outcome(outcome) for outcome in trained.outcomes]} if held_out else {}
        print_json(card.metrics | card.training | facts | {"dataset": card.dataset})
    return DONE


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read as a list of pictures ({error})") from error


def _outcome(outcome: "Outcome") -> dict[str, object]:
    case, read = outcome.case, outcome.prediction
    return {"file": case.name, "label": case.label, "text": read.text, "confidence": round(read.confidence, 5)}
