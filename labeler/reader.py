"""The model that reads along: its worker, and the readings that are at hand."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

from dataset.sample import Sample
from labeler.proposals import (
    Idle,
    Message,
    ModelFailed,
    ModelLoaded,
    Proposal,
    ProposalWorker,
    Proposed,
)
from labeler.session import Session

_KEPT = 2000
_PORTION = 64  # pictures given to the worker at a time


class Reader:
    """At most one model on one session; used in the window's thread."""

    def __init__(self, session: Session, post: Callable[[object], None]) -> None:
        self._session, self._post = session, post
        self._worker: ProposalWorker | None = None
        self._made: OrderedDict[int, Proposal] = OrderedDict()
        self._version = ""
        self.model: Path | None = None  # set once it answers

    def load(self, path: Path) -> None:
        """Starts a worker with another model; messages tell whether it can be used."""
        self.close()
        self._made.clear()
        self._version, self.model = "", None
        self._worker = ProposalWorker(path, self._post)

    def close(self) -> None:
        """Ends the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def of(self, sample: Sample) -> Proposal | None:
        """What was read on `sample`, the newest there is (a stored one comes without alternatives)."""
        made = self._made.get(sample.id)
        if made is not None or sample.prediction is None:
            return made
        return Proposal(sample.prediction, sample.confidence or 0.0, sample.character_confidences)

    def want(self, samples: Sequence[Sample]) -> None:
        """Asks for thorough readings of what is shown now and next, where there are none yet."""
        if self._worker is not None:
            missing = [s for s in samples if s.id not in self._made or not self._made[s.id].alternatives]
            self._worker.want([(s.id, self._session.store.path(s)) for s in missing])

    def want_soon(self, samples: Sequence[Sample]) -> None:
        """Asks for readings of a page's pictures, where there are none; other readings are not needed there."""
        if self._worker is not None and self._version:
            missing = [s for s in samples if s.id not in self._made and s.model_version != self._version]
            if missing:
                self._worker.fill([(s.id, self._session.store.path(s)) for s in missing])

    def feed(self) -> None:
        """Gives the worker the next pictures that the loaded model has not read."""
        if self._worker is not None and self.model is not None:
            portion = self._session.unread(self._version, _PORTION)
            if portion:
                self._worker.fill([(s.id, self._session.store.path(s)) for s in portion])

    def handle(self, message: Message) -> None:
        """Takes a message of the worker; a late one of a model that was replaced changes nothing."""
        if self._worker is None:
            return
        if isinstance(message, ModelFailed):
            self.close()
        elif isinstance(message, ModelLoaded):
            self.model, self._version = message.path, message.version
            self._session.read_again()
        elif isinstance(message, Idle):
            self.feed()
        else:
            self._take(message)

    def _take(self, message: Proposed) -> None:
        for sample_id, proposal in message.rows:
            known = self._made.pop(sample_id, None)
            if known is not None and not proposal.alternatives:
                proposal = proposal._replace(alternatives=known.alternatives)
            self._made[sample_id] = proposal
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        rows = [(i, p.text, p.confidence, p.characters) for i, p in message.rows]
        self._session.predicted(rows, message.version)
