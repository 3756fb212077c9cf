"""Command line of the labelling window."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from dataset.console import parser, path, print_json, run, say
from dataset.errors import UsageError
from dataset.schema import DATABASE
from labeler.errors import NoWindow
from labeler.rules import Rules, check_pattern, parse_length
from ocr import cleaners

PROG = "captcha-label"
_SWITCH_SECONDS = 0.0005  # Python's usual 5 ms would be most of what a key may take while a worker computes
_EXAMPLES = """\
  python -m labeler                                    an empty window that says what to do
  python -m labeler captchas                           label the pictures of a folder
  python -m labeler captchas --model model.onnx        with proposals of a recogniser
  python -m labeler captchas --charset 0123456789 --length 4-6
  python -m labeler copy --simulate labels.csv --json  what labelling it would cost: a simulated person"""


def main(argv: list[str]) -> int:
    """Opens the window; 0 when it was closed. Raises UsageError, NoWindow."""
    packaged = getattr(sys, "frozen", False)
    examples = _EXAMPLES.replace("python -m labeler", PROG) if packaged else _EXAMPLES
    made = parser(PROG, "The window in which a person labels a folder of short-text pictures.", examples)
    made.add_argument("folder", nargs="?", type=path, metavar="DIR", help="folder of pictures to open,"
                      f" or the {DATABASE} in it")  # fmt: skip
    made.add_argument("--model", type=path, metavar="M.onnx", help="recogniser whose readings are proposed"
                      " (default: DIR/model.onnx when there is one)")  # fmt: skip
    made.add_argument("--cleaner", type=path, metavar="C.onnx", help="background remover behind the view"
                      f" tool: a file, or {' or '.join(cleaners.NAMES)}, which ship (default: DIR/cleaner.onnx when"
                      " there is one)")  # fmt: skip
    made.add_argument("--charset", default="", metavar="S", help="characters that labels are made of")
    made.add_argument("--length", default="", metavar="N", help="length of labels: 5 or 4-6")
    made.add_argument("--pattern", default="", metavar="RE", help="regular expression that labels match")
    _add_simulation(made)
    arguments = made.parse_args(argv)
    shortest, longest = parse_length(arguments.length) if arguments.length else (0, 0)
    rules = Rules(arguments.charset, shortest, longest, pattern=check_pattern(arguments.pattern))
    folder, model, cleaner = arguments.folder, arguments.model, arguments.cleaner
    if folder is not None and folder.name == DATABASE and folder.is_file():
        folder = folder.parent  # what a desktop hands over when the file is opened
    if cleaner is not None:
        cleaner = cleaners.find(cleaner)
    given = ((folder, "folder"), (model, "file"), (cleaner, "file"), (arguments.simulate, "file"))
    for place, what in given:
        if place is not None and not (place.is_dir() if what == "folder" else place.is_file()):
            raise UsageError(f"{place}: there is no such {what}")
    if arguments.simulate is not None:
        return _simulated(arguments, folder)
    return show(folder, model, cleaner, rules if rules != Rules() else None)


def _add_simulation(made: ArgumentParser) -> None:
    group = made.add_argument_group("a simulated person instead of the window (labels DIR, so give a copy)")
    group.add_argument("--simulate", type=path, metavar="LABELS.csv", help="filename,label: what the pictures show")
    group.add_argument("--errors", type=_share, default=0.0, metavar="E", help="share of pictures misread (default 0)")
    group.add_argument("--overlook", type=_share, default=0.05, metavar="O",
                       help="share of wrong proposals not seen on pages (default 0.05)")  # fmt: skip
    group.add_argument("--seed", type=int, default=0)
    group.add_argument("--window", action="store_true", help="press real keys in the real window (needs a screen)")
    group.add_argument("--json", action="store_true", help="print one line of JSON at the end")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} is no share between 0 and 1")
    return value


def _simulated(arguments: Namespace, folder: Path | None) -> int:
    from labeler.teaching.simulate import Simulation
    from ocr.recognizer import Recognizer

    if folder is None:
        raise UsageError("--simulate needs the folder to be labelled; name it first")
    say.to_stderr(bool(arguments.json))
    if arguments.model is not None:
        Recognizer.load(arguments.model)  # the window would tell that it cannot be used, and go on
    kind = Simulation
    if arguments.window:
        _check_screen()
        from labeler.window.simulated import WindowSimulation

        kind = WindowSimulation
    result = kind(
        folder, arguments.simulate, arguments.model, errors=arguments.errors, overlook=arguments.overlook,
        seed=arguments.seed, say=say,
    ).run()  # fmt: skip
    if arguments.json:
        print_json(result)
        return 0
    say(f"{result['n']} pictures with {result['keys']} keys: {result['keys_per_image']:.2f} a picture")
    say(f"{result['typed']} typed, {result['accepted']} accepted, {result['wrong_in_the_end']} wrong in the end")
    say(f"{result['seconds'] / 60:.0f} minutes of work, {result['train_cpu_s']:.0f} CPU seconds of training")
    return 0


def show(folder: Path | None, model: Path | None, cleaner: Path | None, rules: Rules | None) -> int:
    """Opens the window on a folder, or empty, and waits until it is closed. Raises NoWindow."""
    _check_screen()
    _compute_in_one_thread()
    from labeler import settings
    from labeler.window.app import App

    sys.setswitchinterval(_SWITCH_SECONDS)
    app = App(settings.load(), rules=rules, model=model, cleaner=cleaner)
    if folder is not None:
        app.open_folder(folder)
    app.run()
    return 0


def _compute_in_one_thread() -> None:
    """What numpy computes for the coach would else take every processor, the window's too; before numpy comes."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def _check_screen() -> None:
    try:
        import tkinter  # noqa: F401
    except ImportError:
        raise NoWindow(
            "This Python has no Tk; install it (on Debian and Ubuntu: apt-get install python3-tk) and start again."
        ) from None
    if sys.platform not in ("win32", "darwin") and not os.environ.get("DISPLAY"):
        raise NoWindow("There is no screen to open the window on; start it in a desktop session or set DISPLAY.")


def entry() -> None:
    """The console script."""
    sys.exit(run(main, prog=PROG))
