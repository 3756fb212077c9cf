"""The commands of the cleaner: train-cleaner, clean, evaluate-cleaner."""

import argparse
import sys
from pathlib import Path

from dataset.console import DONE, FAILED, path, print_json, say
from dataset.errors import UsageError
from ocr.arguments import positive, seed, whole
from ocr.cleaners import NAMES, find

EXAMPLES = """\
  python -m ocr train-cleaner pairs --out cleaner.onnx
  python -m ocr clean pages scans --out cleaned
  python -m ocr evaluate-cleaner cleaner.onnx pairs --model model.onnx"""

_GIVEN = f"a cleaner's file, or one that ships: {', '.join(NAMES)}"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the three commands."""
    _add_train(commands)
    clean = commands.add_parser("clean", help="remove the background of pictures")
    clean.add_argument("cleaner", type=path, metavar="C.onnx", help=_GIVEN)
    clean.add_argument("paths", type=path, nargs="+", metavar="IN", help="picture files, or folders of them")
    clean.add_argument("--out", type=path, required=True, metavar="FOLDER", help="gets the clean pictures as PNG")
    clean.add_argument("--json", action="store_true", help="print one line of JSON")
    clean.set_defaults(command=_clean)
    evaluate = commands.add_parser("evaluate-cleaner", help="compare cleaned pictures with clean ones")
    evaluate.add_argument("cleaner", type=path, metavar="C.onnx", help=_GIVEN)
    evaluate.add_argument("folder", type=path, metavar="PAIRS", help="holds dirty/NAME and clean/NAME")
    evaluate.add_argument("--model", type=path, metavar="M.onnx", help="also read labelled pictures, before and after")
    evaluate.add_argument("--json", action="store_true", help="print one line of JSON")
    evaluate.set_defaults(command=_evaluate)


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    train = commands.add_parser("train-cleaner", help="learn to remove backgrounds from pairs of pictures")
    train.add_argument("folder", type=path, metavar="PAIRS", help="holds dirty/NAME and clean/NAME")
    train.add_argument("--out", type=path, required=True, metavar="C.onnx", help="the cleaner to write")
    train.add_argument("--test", type=path, metavar="PAIRS2", help="measure on these instead of an inner tenth")
    budget = train.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=positive, default=1800.0, help="CPU seconds for all of it (default 1800)")
    budget.add_argument("--steps", type=whole, help="training steps instead; repeatable with --seed")
    train.add_argument("--seed", type=seed, default=0, help="what chance begins with (default 0)")
    train.add_argument("--report", type=path, metavar="FOLDER", help="gets the curve and pictures side by side")
    train.add_argument("--json", action="store_true", help="print one line of JSON at the end")
    train.set_defaults(command=_train)


def _train(arguments: argparse.Namespace) -> int:
    from ocr.training import backend

    backend.prepare()
    from ocr.training import cleaner_report, cleaner_session, report

    if arguments.report:
        report.prepare(arguments.report)
    options = cleaner_session.CleanerOptions(arguments.seconds, arguments.steps, arguments.seed)
    trained = cleaner_session.train(arguments.folder, arguments.out, options, test=arguments.test, say=say, quiet=False)
    card = trained.card
    _tell(card.metrics)
    say(f"{arguments.out} written after {card.training['cpu_seconds']:.0f} CPU seconds")
    if arguments.report:
        cleaner_report.write(trained, arguments.report)
        say(f"{arguments.report} shows how it went")
    if arguments.json:
        print_json({"out": str(arguments.out)} | card.metrics | card.training | {"dataset": card.dataset})
    return DONE


def _clean(arguments: argparse.Namespace) -> int:
    from ocr.cleaner import Cleaner
    from ocr.cleaning import clean_files

    cleaner = Cleaner.load(_found(arguments.cleaner))
    done, problems = clean_files(cleaner, arguments.paths, arguments.out, quiet=False)
    for problem in problems:
        print(f"captcha-ocr: skipped {problem}", file=sys.stderr)
    say(f"{done} pictures cleaned into {arguments.out}" + (f", {len(problems)} skipped" if problems else ""))
    if arguments.json:
        print_json({"out": str(arguments.out), "cleaned": done, "skipped": len(problems), "problems": problems})
    return DONE if done else FAILED


def _evaluate(arguments: argparse.Namespace) -> int:
    from ocr.cleaner import Cleaner
    from ocr.cleaner_figures import evaluate_pairs
    from ocr.pairs import find_pairs
    from ocr.recognizer import Recognizer

    cleaner = Cleaner.load(_found(arguments.cleaner))
    recognizer = Recognizer.load(arguments.model) if arguments.model else None
    problems: list[str] = []
    files = find_pairs(arguments.folder, problems)
    found = evaluate_pairs(cleaner, files, problems, recognizer=recognizer, quiet=False)
    for problem in problems:
        print(f"captcha-ocr: skipped {problem}", file=sys.stderr)
    if arguments.json:
        print_json(found | {"skipped": len(problems), "problems": problems})
        return DONE
    _tell(found)
    return DONE


def _found(given: Path) -> Path:
    """The file of a cleaner. Raises UsageError when nothing is there."""
    found = find(given)
    if not found.exists():
        raise UsageError(f"{given}: there is no such cleaner; give {_GIVEN}")
    return found


def _tell(found: dict[str, object]) -> None:
    before = found["before"]
    assert isinstance(before, dict)
    say(f"{found['n']} pairs; before cleaning and after:")
    names = {"rmse": "RMSE", "rmse_mean": "RMSE, mean of pictures", "psnr": "PSNR in dB", "ssim": "SSIM"}
    for key, name in (names | {"cer": "character error rate"}).items():
        if key in found:
            say(f"  {name}: {before[key]} -> {found[key]}")
