"""The command line of the recogniser (evaluate, predict, export, suspects, info; `train_cli`) and of the cleaner."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dataset.console import DONE, FAILED, parser, path, print_json, run, say
from ocr import cleaner_cli, train_cli
from ocr.arguments import positive, seed

if TYPE_CHECKING:
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
    train_cli.add(commands)
    _add_evaluate(commands)
    _add_predict(commands)
    _add_export(commands)
    _add_suspects(commands)
    cleaner_cli.add(commands)
    info = commands.add_parser("info", help="what an artefact says about itself")
    info.add_argument("model", type=path, metavar="M.onnx")
    info.add_argument("--json", action="store_true", help="print one line of JSON")
    info.set_defaults(command=_info)
    return top


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    evaluate = commands.add_parser("evaluate", help="compare readings with labels")
    evaluate.add_argument("model", type=path, metavar="M.onnx")
    evaluate.add_argument("folder", type=path, metavar="DIR")
    evaluate.add_argument("--any-length", action="store_true", help="do not hold the text to the lengths learned")
    evaluate.add_argument("--json", action="store_true", help="print one line of JSON")
    evaluate.set_defaults(command=_evaluate)


def _add_predict(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    predict = commands.add_parser("predict", help="read pictures")
    predict.add_argument("model", type=path, metavar="M.onnx")
    predict.add_argument("paths", type=path, nargs="+", metavar="PATH", help="picture files, or folders of them")
    predict.add_argument("--out", type=path, help="a .csv table, or a .txt file of `file<TAB>text` lines")
    predict.add_argument("--any-length", action="store_true", help="do not hold the text to the lengths learned")
    predict.add_argument("--json", action="store_true", help="print one line of JSON")
    predict.set_defaults(command=_predict)


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser("export", help="write an artefact in a smaller or another form")
    export.add_argument("model", type=path, metavar="M.onnx")
    export.add_argument("--out", type=path, required=True, metavar="FILE", help="the file to write")
    export.add_argument(
        "--format",
        choices=("float32", "int8", "litert"),
        default="float32",
        help="float32: 32 bits, no training weights (default); int8: smaller and faster; litert: for other programs",
    )
    export.add_argument("--data", type=path, metavar="DIR", help="labelled pictures to calibrate int8 and measure on")
    export.add_argument("--json", action="store_true", help="print one line of JSON")
    export.set_defaults(command=_export)


def _add_suspects(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    suspects = commands.add_parser("suspects", help="find labels that are probably wrong, by cross-validation")
    suspects.add_argument("folder", type=path, metavar="DIR")
    suspects.add_argument(
        "--out", type=path, required=True, metavar="FOLDER", help="gets suspects.csv and suspects.png"
    )
    suspects.add_argument("--folds", type=int, default=5, help="trainings, each without its share (default 5)")
    suspects.add_argument("--seconds", type=positive, default=60.0, help="CPU seconds of each (default 60)")
    suspects.add_argument("--seed", type=seed, default=0, help="what chance begins with (default 0)")
    suspects.add_argument("--json", action="store_true", help="print one line of JSON")
    suspects.set_defaults(command=_suspects)


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


def _show(file: Path, prediction: "Prediction") -> None:
    shown = f" = {prediction.answer}" if prediction.answer else ""
    say(f"{file}\t{prediction.text}{shown}\t{prediction.confidence:.3f}")


def _row(file: Path, prediction: "Prediction") -> dict[str, object]:
    return {"file": str(file)} | asdict(prediction)


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

    options = Options(seconds=arguments.seconds, seed=arguments.seed, refit=False, int8=False)
    found = find(arguments.folder, options, folds=arguments.folds, say=say, quiet=False)
    write(found, arguments.out)
    for suspect in found:
        say(f"  {suspect.name}: label {suspect.label!r}, read {suspect.proposed!r} ({suspect.confidence:.3f})")
    say(f"{len(found)} labels are probably wrong; look at {arguments.out}")
    if arguments.json:
        print_json({"out": str(arguments.out), "suspects": [suspect.row() for suspect in found]})
    return DONE


def _info(arguments: argparse.Namespace) -> int:
    from ocr import describe
    from ocr.recognizer import Recognizer

    facts = Recognizer.load(arguments.model).info
    if arguments.json:
        print_json(facts)
        return DONE
    for line in describe.lines(facts):
        say(line)
    return DONE
