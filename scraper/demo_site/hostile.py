"""Trouble that the demo site makes on request, so that a collector can be tested against it."""

import random
from collections.abc import Iterable

from dataset.errors import UsageError

PER_SESSION = {
    "503": "the picture is refused with status 503 for this session",
    "429": "the picture is refused with status 429 and Retry-After: 1",
    "page-503": "the page is refused with status 503",
    "no-image": "the page has no picture",
    "constant": "always the same picture",
    "html": "an HTML page with status 200 in place of the picture",
    "empty": "status 200 and no bytes",
    "truncated": "a picture whose second half is missing",
    "cut": "the connection ends before the announced length",
    "huge": "50 MB of zeros",
    "redirect": "the picture is one redirect away on this site",
    "loop": "redirects without end",
    "offsite": "a redirect to another host name",
    "drip": "the picture comes at one byte every half second",
}
SITE_WIDE = {
    "robots": "robots.txt disallows everything",
    "crawl-delay": "robots.txt asks for Crawl-delay: 0.3",
    "noai": "pictures carry X-Robots-Tag: noai",
}


class Hostility:
    """Which sessions get which trouble: shares of per-session modes (their sum at most 1) and site-wide modes.

    Sessions are dealt from a shuffled deck, so that a share holds exactly over every hundred sessions.
    """

    _DECK = 100

    def __init__(self, shares: dict[str, float] | None = None, seed: int = 0) -> None:
        shares = shares or {}
        self.site_wide = frozenset(name for name in shares if name in SITE_WIDE)
        self._shares = {name: share for name, share in shares.items() if name in PER_SESSION}
        self._rng = random.Random(seed)
        self._deck: list[str | None] = []

    @classmethod
    def parse(cls, words: Iterable[str], seed: int = 0) -> "Hostility":
        """From `MODE` or `MODE=SHARE` (0..1, default 1). Raises UsageError for an unknown mode or a bad share."""
        shares: dict[str, float] = {}
        for word in words:
            name, _, share = word.partition("=")
            if name not in PER_SESSION and name not in SITE_WIDE:
                raise UsageError(f"no hostile mode {name!r}; there are {', '.join([*PER_SESSION, *SITE_WIDE])}")
            try:
                shares[name] = float(share or 1)
            except ValueError:
                raise UsageError(f"the share in --hostile {word!r} is not a number between 0 and 1") from None
        if any(not 0 <= share <= 1 for share in shares.values()):
            raise UsageError("the share of a hostile mode lies between 0 and 1, as in --hostile html=0.3")
        if sum(share for name, share in shares.items() if name in PER_SESSION) > 1.0001:
            raise UsageError("the shares of the hostile modes add up to more than 1")
        return cls(shares, seed)

    def pick(self) -> str | None:
        """The trouble of the next session, or None."""
        if not self._shares:
            return None
        if not self._deck:
            for name, share in self._shares.items():
                self._deck += [name] * round(share * self._DECK)
            self._deck += [None] * (self._DECK - len(self._deck))
            self._rng.shuffle(self._deck)
        return self._deck.pop()
