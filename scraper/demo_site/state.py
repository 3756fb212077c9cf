"""What the demo site remembers: visitors, the pictures they were shown, and how often they answered right."""

import hmac
import secrets
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass

from scraper.demo_site.hostile import Hostility
from scraper.demo_site.pictures import Drawn, Painter, accepts

_MOST_SESSIONS = 50_000
_MOST_ANSWERS = 200_000


@dataclass
class Session:
    """One visitor. `mode` is the trouble this visitor gets (None: none); `shown` the text last shown."""

    id: str
    mode: str | None = None
    form_passed: bool = False
    shown: str | None = None


class State:
    """All of the site's memory, safe to use from the server's threads. The oldest entries are forgotten."""

    def __init__(self, painter: Painter, hostility: Hostility, token: str | None = None) -> None:
        self.painter, self.hostility = painter, hostility
        self.token = token or secrets.token_hex(16)
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._answers: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self._constant: Drawn | None = None

    def new_session(self) -> Session:
        """Start a session; every session may get its own kind of trouble."""
        with self._lock:
            session = Session(secrets.token_hex(8), self.hostility.pick())
            self._sessions[session.id] = session
            self._counts["sessions"] += 1
            while len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
            return session

    def session(self, identity: str | None) -> Session | None:
        """The session of this cookie value, or None."""
        with self._lock:
            return self._sessions.get(identity or "")

    def picture(self, kind: str, session: Session) -> Drawn:
        """A fresh picture for this session (always the same one in the mode "constant")."""
        if session.mode == "constant":
            with self._lock:
                self._constant = self._constant or self.painter.draw(kind)
            drawn = self._constant
        else:
            drawn = self.painter.draw(kind)
        with self._lock:
            session.shown = drawn.label
            self._answers[drawn.sha256] = {"label": drawn.label, "kind": kind}
            self._counts["pictures"] += 1
            while len(self._answers) > _MOST_ANSWERS:
                self._answers.popitem(last=False)
        return drawn

    def submit(self, session: Session, answer: str) -> bool:
        """Take an answer to the picture shown last; each picture can be answered once."""
        with self._lock:
            right = session.shown is not None and accepts(session.shown, answer)
            session.shown = None
            self._counts["submitted"] += 1
            self._counts["accepted"] += right
            return right

    def count(self, name: str) -> None:
        """Count one more of something for `counts`."""
        with self._lock:
            self._counts[name] += 1

    def counts(self) -> dict[str, int]:
        """How many sessions, pages, pictures, submitted and accepted answers there were so far."""
        with self._lock:
            return {
                name: self._counts[name]
                for name in ("sessions", "requests", "pages", "pictures", "submitted", "accepted")
            }

    def answer(self, sha256: str) -> dict[str, str] | None:
        """{"label", "kind"} of a picture that was shown, by the SHA-256 of its bytes."""
        with self._lock:
            return self._answers.get(sha256)

    def may_ask(self, token: str) -> bool:
        """Whether this token opens the answer key and the counts."""
        return hmac.compare_digest(token.encode(), self.token.encode())
