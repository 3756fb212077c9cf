"""The collector's command line."""

import argparse
import sys

from dataset import console
from dataset.console import say
from dataset.errors import UsageError
from scraper.demo_site.hostile import PER_SESSION, SITE_WIDE
from scraper.errors import ScraperError

PROG = "captcha-scrape"
_EXAMPLES = """\
  python -m scraper collect demo --count 200 --out demo-data
  python -m scraper new mysite
  python -m scraper check mysite.toml
  python -m scraper collect mysite.toml --count 1000 --out mydata
  python -m scraper demo-site --port 8000
"""


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = console.parser(
        PROG, "Collect pictures from sites you own or may test, politely and exactly as many as you want.", _EXAMPLES
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    collect = commands.add_parser("collect", help="collect pictures until the dataset holds as many as wanted")
    collect.add_argument("profile", metavar="FILE|demo", help="a profile, or demo for the bundled site")
    collect.add_argument("--count", metavar="N", help="pictures in DIR in all (default: the profile's)")
    collect.add_argument("--out", required=True, type=console.path, metavar="DIR", help="the dataset folder")
    collect.add_argument("--json", action="store_true", help="print the summary as one line of JSON")
    collect.add_argument(
        "--redis", metavar="URL", help="share the count with other workers, each with its own DIR: redis://HOST:6379/0"
    )
    collect.set_defaults(run=_collect)

    check = commands.add_parser("check", help="fetch one picture of each kind and show what was found")
    check.add_argument("profile", metavar="FILE|demo", help="a profile, or demo for the bundled site")
    check.add_argument("--json", action="store_true", help="print what was found as one line of JSON")
    check.set_defaults(run=_check)

    new = commands.add_parser("new", help="write a commented profile to fill in")
    new.add_argument("name", metavar="NAME", help="NAME.toml is written into the working folder")
    new.set_defaults(run=_new)

    site = commands.add_parser("demo-site", help="run the bundled demo site on this machine")
    site.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    site.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
    modes = ", ".join([*PER_SESSION, *SITE_WIDE])
    site.add_argument(
        "--hostile", action="append", default=[], metavar="MODE[=SHARE]", help=f"misbehave: {modes}; share 0..1"
    )
    site.add_argument("--seed", type=int, help="repeat the same pictures (default: fresh ones at every start)")
    site.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    site.set_defaults(run=_demo_site)
    return parser


def _collect(options: argparse.Namespace) -> int:
    _need_scrapy()
    from scraper.collect import collect, complaint

    say.to_stderr(options.json)
    outcome = collect(options.profile, options.count, options.out, options.redis)
    if options.json:
        console.print_json(outcome)
    if outcome["interrupted"]:
        raise KeyboardInterrupt
    if (error := complaint(outcome)) is not None:
        raise error
    return console.DONE


def _check(options: argparse.Namespace) -> int:
    _need_scrapy()
    from scraper.check import check

    say.to_stderr()
    found = check(options.profile)
    say.to_stderr(options.json)
    for one in found:
        say(
            f"{one['type'] or 'picture'}: {one['format']}, {one['width']} x {one['height']} pixels, "
            f"{one['bytes']:,} bytes from {one['final']}"
        )
    if options.json:
        console.print_json(found)
    return console.DONE


def _new(options: argparse.Namespace) -> int:
    _need_scrapy()
    from scraper.check import new

    path = new(options.name)
    say(f"{path} is written: fill it in, then try it with `python -m scraper check {path}`")
    return console.DONE


def _demo_site(options: argparse.Namespace) -> int:
    from scraper.demo_site.serve import serve

    if not 0 <= options.port <= 65535:
        raise UsageError(f"--port lies between 0 and 65535, not at {options.port}")
    serve(options.host, options.port, hostile=options.hostile, seed=options.seed, with_parent=options.with_parent)
    return console.DONE


def _need_scrapy() -> None:
    try:
        import scrapy  # noqa: F401
    except ImportError:
        raise ScraperError("collecting needs Scrapy: install it with `pip install captcha-toolkit[scrape]`") from None


def main(argv: list[str]) -> int:
    """Run one command; returns its exit status."""
    options = build_parser().parse_args(argv)
    return int(options.run(options))


def entry() -> None:
    """The console script."""
    sys.exit(console.run(main, prog=PROG))
