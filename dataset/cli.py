"""`python -m dataset`: draw, import, export, merge, count and check datasets."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from dataset import console
from dataset.console import say
from dataset.errors import UsageError

if TYPE_CHECKING:
    from dataset.exchange import Report

PROG = "captcha-dataset"
_EXAMPLES = """\
  captcha-dataset synth drawn --count 500 --style sums --seed 1
  captcha-dataset synth pairs --count 2000 --pairs --style rings colour
  captcha-dataset import mydata --from old-folder
  captcha-dataset export mydata --format csv --out exported
  captcha-dataset export mydata --format csv --list-only --out listed
  captcha-dataset merge first second --out both
  captcha-dataset stats mydata
  captcha-dataset verify mydata --repair
"""


def main(argv: list[str]) -> int:
    """Run one sub-command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    say.to_stderr(getattr(arguments, "json", False))
    result: int = arguments.run(arguments)
    return result


def entry() -> None:
    """The console script."""
    sys.exit(console.run(main, prog=PROG))


def _parser() -> console.Parser:
    parser = console.parser(
        PROG, "Draw, import, export, merge, count and check datasets of labelled pictures.", _EXAMPLES
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_synth(commands)
    _add_exchange(commands)

    merge = _command(commands, "merge", _merge, "join datasets by content into a new one")
    merge.add_argument("folders", nargs="+", type=console.path, metavar="DIR", help="datasets or folders to join")
    merge.add_argument("--out", required=True, type=console.path, metavar="DIR", help="folder of the result")
    stats = _command(commands, "stats", _stats, "what a dataset holds, in numbers")
    stats.add_argument("folder", type=console.path, metavar="DIR")
    verify = _command(commands, "verify", _verify, "compare rows with files")
    verify.add_argument("folder", type=console.path, metavar="DIR")
    verify.add_argument("--repair", action="store_true", help="mend what can be mended without guessing")
    return parser


def _command(commands: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    made.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    made.set_defaults(run=run)
    return made


def _add_synth(commands: Any) -> None:
    synth = _command(commands, "synth", _synth, "fill a dataset with drawn pictures")
    synth.add_argument("folder", type=console.path, metavar="DIR")
    synth.add_argument("--count", type=_positive, required=True, metavar="N", help="how many pictures")
    synth.add_argument(
        "--style", nargs="+", default=["classic"], metavar="NAME", help="styles, in turn (default classic)"
    )
    synth.add_argument("--charset", metavar="S", help="alphabet (default: the style's)")
    synth.add_argument("--length", type=length_range, metavar="4-6", help="text length or range (default: the style's)")
    synth.add_argument(
        "--pairs", action="store_true", help="write dirty/NAME.png, clean/NAME.png (the text alone) and labels.csv"
    )
    synth.add_argument("--seed", type=int, default=0, metavar="K", help="same seed, same bytes (default 0)")


def _add_exchange(commands: Any) -> None:
    export = _command(commands, "export", _export, "write a dataset in another format")
    export.add_argument("folder", type=console.path, metavar="DIR")
    export.add_argument(
        "--format", required=True, metavar="F", help="folder, csv, paddleocr, labelstudio, imagefolder, tfrecord"
    )
    export.add_argument("--out", required=True, type=console.path, metavar="DIR", help="folder to write")
    export.add_argument(
        "--list-only", action="store_true", help="write the list alone: its names lead into the folder that is exported"
    )
    taken = _command(commands, "import", _import, "take labelled pictures into a dataset")
    taken.add_argument("folder", type=console.path, metavar="DIR")
    taken.add_argument("--from", dest="source", required=True, type=console.path, metavar="PATH", help="folder or file")
    taken.add_argument("--format", metavar="F", help="its format (found out when not given)")
    taken.add_argument(
        "--pictures",
        type=console.path,
        metavar="DIR",
        help="folder that the names in a list lead into (default: the list's)",
    )


def length_range(text: str) -> tuple[int, int]:
    """`5` or `4-6` as a pair of lengths."""
    first, _, last = text.partition("-")
    try:
        pair = int(first), int(last or first)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no length; write 5 or 4-6") from None
    if not 1 <= pair[0] <= pair[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is no length; write 5 or 4-6")
    return pair


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _synth(arguments: argparse.Namespace) -> int:
    from dataset.synth import synthesise, synthesise_pairs

    draw, what = (synthesise_pairs, "pairs") if arguments.pairs else (synthesise, "new pictures")
    with console.progress(arguments.count, "drawing", unit="pictures") as progress:
        added = draw(
            arguments.folder,
            arguments.count,
            styles=arguments.style,
            charset=arguments.charset,
            length=arguments.length,
            seed=arguments.seed,
            progress=progress.advance,
        )
    say(f"{added} {what} drawn into {arguments.folder}")
    return _done(arguments, {"added": added, "folder": str(arguments.folder)})


def _export(arguments: argparse.Namespace) -> int:
    from dataset.exchange import export_dataset

    with console.progress(None, "exporting", unit="pictures") as progress:
        report = export_dataset(
            arguments.folder, arguments.format, arguments.out, progress.advance, list_only=arguments.list_only
        )
    return _reported(arguments, report, f"exported to {arguments.out}")


def _import(arguments: argparse.Namespace) -> int:
    from dataset.exchange import import_into

    with console.progress(None, "importing", unit="pictures") as progress:
        report = import_into(
            arguments.folder, arguments.source, arguments.format, progress.advance, pictures=arguments.pictures
        )
    return _reported(arguments, report, f"imported into {arguments.folder}")


def _reported(arguments: argparse.Namespace, report: "Report", what: str) -> int:
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    say(f"{what} ({report.format}): {counts}, {len(report.problems)} problems")
    problems = [f"{problem.place}: {problem.sentence}" for problem in report.problems]
    _list_problems(problems)
    _done(arguments, {"format": report.format, **report.counts, "problems": problems})
    return console.DONE if any(report.counts.values()) or not problems else console.FAILED


def _merge(arguments: argparse.Namespace) -> int:
    from dataset.merging import merge, size

    if len(arguments.folders) < 2:
        raise UsageError("give at least two folders to merge")
    total = sum(size(folder) for folder in arguments.folders)
    with console.progress(total, "merging", unit="pictures") as progress:
        report = merge(arguments.folders, arguments.out, step=progress.advance)
    say(
        f"{arguments.out}: {report['samples']} samples; {report['new']} new, {report['duplicate']} were there already,"
        f" {report['labelled']} got their label, {report['conflict']} are labelled differently"
    )
    _list_problems(report["problems"])
    return _done(arguments, report)


def _stats(arguments: argparse.Namespace) -> int:
    from dataset.stats import stats

    found = stats(arguments.folder)
    if not arguments.json:
        width = max(len(key) for key in found)
        for key, value in found.items():
            say(f"{key.replace('_', ' '):{width}}  {_plain(value)}")
    return _done(arguments, found)


def _verify(arguments: argparse.Namespace) -> int:
    from dataset.verify import verify

    with console.progress(None, "checking", unit="pictures") as progress:
        found = verify(arguments.folder, repair=arguments.repair, progress=progress)
    for finding in found["findings"]:
        can = finding["repair"]
        say(f"{finding['sentence']}" + (f" ({'done' if arguments.repair else '--repair'}: {can})" if can else ""))
    say(f"{found['checked']} samples checked, {len(found['findings'])} findings, {found['repaired']} repaired")
    _done(arguments, found)
    left = len(found["findings"]) - found["repaired"]
    return console.FAILED if left else console.DONE


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key or '(none)'}: {count}" for key, count in value.items() if count) or "-"
    return "; ".join(map(str, value)) or "-" if isinstance(value, list) else str(value)


def _list_problems(problems: list[str], most: int = 20) -> None:
    for problem in problems[:most]:
        say(f"  {problem}")
    if len(problems) > most:
        say(f"  and {len(problems) - most} more")


def _done(arguments: argparse.Namespace, result: Any) -> int:
    if arguments.json:
        console.print_json(result)
    return console.DONE
