"""A spider contract that `scrapy check` runs against the bundled demo site."""

import atexit
import tempfile
from collections.abc import Callable
from typing import Any

from scrapy.contracts import Contract

from scraper.run import Run
from scraper.tickets import Ticket


def run_for_check() -> Run:
    """The collection of a spider under `scrapy check`: a demo site with a form before the page; nothing is kept."""
    scratch = tempfile.TemporaryDirectory(prefix="scrapy-check-")
    atexit.register(scratch.cleanup)
    run = Run.open("demo-form", 1, scratch.name)
    run.quiet = True
    return run


class DemoContract(Contract):
    """`@demo PATH`: call the method with this page of the demo site, and a ticket for its kind of picture.

    The kind is the last part of the path: `@demo /form/text/` is about pictures of five characters.
    """

    name = "demo"

    def __init__(self, method: Callable[..., Any], *args: Any) -> None:
        super().__init__(method, *args)
        self._run: Run = method.__self__.run  # type: ignore[attr-defined]

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """The page's URL on the site that the spider has started."""
        (path,) = self.args
        site = self._run.site
        assert site is not None
        ticket = Ticket("contract", path.strip("/").split("/")[-1], 1)
        return {**args, "url": site.address + path, "cb_kwargs": {"ticket": ticket}}
