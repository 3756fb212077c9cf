"""The command line of the recogniser (train, evaluate, predict, export, suspects, info) and of the cleaner."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dataset.console import DONE, FAILED, parser, print_json, run, say
from dataset.errors import UsageError
from ocr import cleaner_cli
from ocr.arguments import positive, seed

if TYPE_CHECKING:
    from ocr.evaluate import Outcome
    from ocr.predict import Reading
    from ocr.recognizer import Prediction

PROG = "captcha-ocr"
_EXAMPLES = """\
  python -m ocr train pictures --out model.onnx
  python -m ocr evaluate model.onnx pictures
  python -m ocr predict model.onnx new-pictures --out predictions.csv
  python -m ocr export model.onnx --out small.onnx --format int8 --data pictures
  python -m ocr suspects pictures --out suspects
  python -m ocr info model.onnx"""


def entry() -> None:
    """Console script."""
    sys.exit(run(main, prog=PROG))


def main(argv: list[str]) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    say.to_stderr(bool(arguments.json))
    command: Callable[[argparse.Namespace], int] = arguments.command
    return command(arguments)


def _parser() -> argparse.ArgumentParser:
    top = parser(PROG, "Learn to read short text in pictures, and read it.", f"{_EXAMPLES}\n{cleaner_cli.EXAMPLES}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    _add_evaluate(commands)
    _add_predict(commands)
    _add_export(commands)
    _add_suspects(commands)
    cleaner_cli.add(commands)
    info = commands.add_parser("info", help="what an artefact says about itself")
    info.add_argument("model", type=Path, metavar="M.onnx")
    info.add_argument("--json", action="store_true", help="print one line of JSON")
    info.set_defaults(command=_info)
    return top


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    train = commands.add_parser("train", help="learn from the labelled pictures of a folder")
    train.add_argument("folder", type=Path, metavar="DIR")
    train.add_argument("--out", type=Path, required=True, metavar="M.onnx", help="the artefact to write")
    measured = train.add_mutually_exclusive_group()
    measured.add_argument("--test", type=Path, metavar="DIR2", help="measure on these instead of an inner tenth")
    measured.add_argument(
        "--hold-out",
        type=Path,
        metavar="FILE",
        help="measure on these pictures of DIR (file names or SHA-256, one a line) instead of an inner tenth",
    )
    budget = train.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=positive, default=300.0, help="CPU seconds for all of it (default 300)")
    budget.add_argument("--epochs", type=positive, help="passes over the pictures instead; repeatable with --seed")
    train.add_argument("--seed", type=seed, default=0, help="what chance begins with (default 0)")
    train.add_argument("--from", dest="start", type=Path, metavar="M0.onnx", help="go on from what this artefact knows")
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
    train.add_argument("--report", type=Path, metavar="FOLDER", help="gets a page about the training: report.html")
    train.add_argument("--json", action="store_true", help="print one line of JSON at the end")
    train.set_defaults(command=_train)


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    evaluate = commands.add_parser("evaluate", help="compare readings with labels")
    evaluate.add_argument("model", type=Path, metavar="M.onnx")
    evaluate.add_argument("folder", type=Path, metavar="DIR")
    evaluate.add_argument("--any-length", action="store_true", help="do not hold the text to the lengths learned")
    evaluate.add_argument("--json", action="store_true", help="print one line of JSON")
    evaluate.set_defaults(command=_evaluate)


def _add_predict(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    predict = commands.add_parser("predict", help="read pictures")
    predict.add_argument("model", type=Path, metavar="M.onnx")
    predict.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="picture files, or folders of them")
    predict.add_argument("--out", type=Path, help="a .csv table, or a .txt file of `file<TAB>text` lines")
    predict.add_argument("--any-length", action="store_true", help="do not hold the text to the lengths learned")
    predict.add_argument("--json", action="store_true", help="print one line of JSON")
    predict.set_defaults(command=_predict)


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser("export", help="write an artefact in a smaller or another form")
    export.add_argument("model", type=Path, metavar="M.onnx")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    export.add_argument(
        "--format",
        choices=("float32", "int8", "litert"),
        default="float32",
        help="float32: all but the training weights (default); int8: smaller and faster; litert: for other programs",
    )
    export.add_argument("--data", type=Path, metavar="DIR", help="labelled pictures to calibrate int8 and measure on")
    export.add_argument("--json", action="store_true", help="print one line of JSON")
    export.set_defaults(command=_export)


def _add_suspects(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    suspects = commands.add_parser("suspects", help="find labels that are probably wrong, by cross-validation")
    suspects.add_argument("folder", type=Path, metavar="DIR")
    suspects.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="gets suspects.csv and suspects.png"
    )
    suspects.add_argument("--folds", type=int, default=5, help="trainings, each without its share (default 5)")
    suspects.add_argument("--seconds", type=positive, default=60.0, help="CPU seconds of each (default 60)")
    suspects.add_argument("--seed", type=seed, default=0, help="what chance begins with (default 0)")
    suspects.add_argument("--json", action="store_true", help="print one line of JSON")
    suspects.set_defaults(command=_suspects)


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


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as a list of pictures ({error})") from error


def _outcome(outcome: "Outcome") -> dict[str, object]:
    case, read = outcome.case, outcome.prediction
    return {"file": case.name, "label": case.label, "text": read.text, "confidence": round(read.confidence, 5)}


def _evaluate(arguments: argparse.Namespace) -> int:
    from ocr.evaluate import evaluate_folder, mistakes
    from ocr.recognizer import Recognizer

    recognizer = Recognizer.load(arguments.model, any_text=arguments.any_length)
    result, outcomes = evaluate_folder(recognizer, arguments.folder, quiet=False)
    wrong = [
        {"file": o.case.name, "label": o.case.label, "text": o.prediction.text, "confidence": o.prediction.confidence}
        for o in mistakes(outcomes)
    ]
    if arguments.json:
        print_json(result | {"mistakes": wrong})
        return DONE
    low, high = result["exact_match_interval_95"]
    say(f"exact match {result['exact_match']:.2%} of {result['n']} (95 % interval {low:.2%} to {high:.2%})")
    say(f"ignoring case {result['exact_match_case_insensitive']:.2%}, character error rate {result['cer']:.2%}")
    say(
        f"mean confidence {result['mean_confidence']:.3f}, calibration error {result['expected_calibration_error']:.3f}"
    )
    for precision, share in result["auto_accept"].items():
        say(f"could be accepted unseen at {float(precision):.1%} precision: {share:.1%}")
    for name in ("by_length", "by_type"):
        for key, row in result[name].items():
            say(f"{name.replace('_', ' ')} {key}: {row['exact_match']:.2%} of {row['n']}")
    say(f"{result['ms_per_image']:.2f} ms a picture; {result['skipped']} could not be decoded")
    for row in wrong[:20]:
        say(f"  {row['file']}: read {row['text']!r} ({row['confidence']:.2f}), label {row['label']!r}")
    return DONE


def _predict(arguments: argparse.Namespace) -> int:
    from ocr.predict import check_out, read_paths, write_table
    from ocr.recognizer import Recognizer

    if arguments.out:
        check_out(arguments.out)
    recognizer = Recognizer.load(arguments.model, any_text=arguments.any_length)
    # Lines on a terminal are progress enough, and a bar would run into them.
    quiet = not arguments.out and not arguments.json and sys.stdout.isatty()
    problems: list[str] = []
    readings = _noting(problems, read_paths(recognizer, arguments.paths, quiet=quiet))
    rows: list[dict[str, object]] = []
    if arguments.out:
        read = write_table(readings, arguments.out)
    elif arguments.json:
        rows = [_row(reading.path, reading.prediction) for reading in readings if reading.prediction]
        read = len(rows)
    else:
        read = _show_all(readings)
    for problem in problems:
        print(f"{PROG}: skipped {problem}", file=sys.stderr)
    say(f"{read} pictures read" + (f", {len(problems)} skipped" if problems else ""))
    if arguments.json:
        print_json({"read": read, "skipped": len(problems), "problems": problems, "predictions": rows})
    return DONE if read else FAILED


def _noting(problems: list[str], readings: "Iterable[Reading]") -> "Iterator[Reading]":
    """The readings as they come; why some pictures could not be read is added to `problems`."""
    for reading in readings:
        if reading.problem is not None:
            problems.append(reading.problem)
        yield reading


def _show_all(readings: "Iterable[Reading]") -> int:
    """Prints a line for each picture that could be read; how many those were."""
    read = 0
    for reading in readings:
        if reading.prediction:
            _show(reading.path, reading.prediction)
            read += 1
    return read


def _show(path: Path, prediction: "Prediction") -> None:
    shown = f" = {prediction.answer}" if prediction.answer else ""
    say(f"{path}\t{prediction.text}{shown}\t{prediction.confidence:.3f}")


def _row(path: Path, prediction: "Prediction") -> dict[str, object]:
    return {"file": str(path)} | asdict(prediction)


def _export(arguments: argparse.Namespace) -> int:
    from ocr.training.convert import convert

    done = convert(arguments.model, arguments.out, arguments.format, arguments.data)
    if arguments.json:
        print_json({"out": str(arguments.out), "format": arguments.format} | asdict(done))
        return DONE
    say(f"{arguments.out} written: {arguments.format}, {done.size:,} bytes")
    if done.exact_match is not None:
        say(f"exact match {done.exact_match:.2%} of {done.n} (before: {done.exact_match_before:.2%})")
    return DONE


def _suspects(arguments: argparse.Namespace) -> int:
    from ocr.training import backend

    backend.prepare()
    from ocr.training.options import Options
    from ocr.training.suspects import find, write

    options = Options(seconds=arguments.seconds, seed=arguments.seed, refit=False)
    found = find(arguments.folder, options, folds=arguments.folds, say=say, quiet=False)
    write(found, arguments.out)
    for suspect in found:
        say(f"  {suspect.name}: label {suspect.label!r}, read {suspect.proposed!r} ({suspect.confidence:.3f})")
    say(f"{len(found)} labels are probably wrong; look at {arguments.out}")
    if arguments.json:
        print_json({"out": str(arguments.out), "suspects": [suspect.row() for suspect in found]})
    return DONE


def _info(arguments: argparse.Namespace) -> int:
    from ocr.recognizer import Recognizer

    facts = Recognizer.load(arguments.model).info
    if arguments.json:
        print_json(facts)
        return DONE
    for key, value in facts.items():
        say(f"{key}: {value}")
    return DONE
