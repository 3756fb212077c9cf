"""Asking the demo site: its answer key (for the demo and for tests only) and its counts."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from scraper.errors import DemoSiteError

_SECONDS = 10.0


class AnswerKey:
    """The demo site's answers, opened by the token that the site printed at its start."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address.rstrip("/"), token
        # Loopback never goes through a proxy, whatever the environment says.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def text_of(self, sha256: str) -> str:
        """The text in the picture whose bytes have this SHA-256. Raises DemoSiteError when it was never shown."""
        return str(self._ask("answer", sha256=sha256)["label"])

    def kind_of(self, sha256: str) -> str:
        """The kind ("text" or "sums") of the picture whose bytes have this SHA-256."""
        return str(self._ask("answer", sha256=sha256)["kind"])

    def counts(self) -> dict[str, int]:
        """How many sessions, requests, pages, pictures, submitted and accepted answers the site has seen."""
        return dict(self._ask("counts"))

    def _ask(self, path: str, **query: str) -> dict[str, Any]:
        url = f"{self._address}/{path}?{urllib.parse.urlencode({'token': self._token, **query})}"
        try:
            with self._opener.open(url, timeout=_SECONDS) as reply:
                return dict(json.load(reply))
        except urllib.error.HTTPError as error:
            what = "has never shown this picture" if error.code == 404 else "does not take this token"
            raise DemoSiteError(f"the demo site at {self._address} {what}") from None
        except OSError as error:
            raise DemoSiteError(f"the demo site at {self._address} does not answer ({error})") from None
