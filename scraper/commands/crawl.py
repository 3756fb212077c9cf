"""`scrapy crawl`: Scrapy's own, with the exit status of `python -m scraper collect`."""

import argparse
import sys

from scrapy.commands import crawl

from dataset import console
from scraper.collect import complaint
from scraper.spiders.captcha import CaptchaSpider, open_run


class Command(crawl.Command):
    """Scrapy ends with 0 whatever its spider has found; here pictures that are missing are a failure."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Carry out the crawl; the exit status says whether the dataset holds as many pictures as wanted."""
        if args != [CaptchaSpider.name]:
            super().run(args, opts)
            return
        run = open_run(opts.spargs)
        opts.spargs = {**opts.spargs, "run": run}
        try:
            super().run(args, opts)
        finally:
            outcome = run.close()
        if outcome["interrupted"]:
            self.exitcode = console.INTERRUPTED
        elif (error := complaint(outcome)) is not None:
            print(f"scrapy crawl captcha: {error}", file=sys.stderr)
            self.exitcode = console.FAILED
