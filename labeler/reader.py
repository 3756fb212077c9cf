"""The model that reads along: its worker, the readings that are at hand, and the change to a newer model."""

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


class _Model:
    """One model with its worker and what it has read lately. `path` and `version` are known once it answers."""

    def __init__(
        self, path: Path, turn: int, post: Callable[[object], None], labels: Sequence[str] | None = None
    ) -> None:
        self.turn = turn
        self.held = labels is not None
        self.worker = ProposalWorker(path, post, turn, **({"labels": labels} if self.held else {}))
        self.path: Path | None = None
        self.version = ""
        self.made: OrderedDict[int, Proposal] = OrderedDict()

    def keep(self, rows: Sequence[tuple[int, Proposal]]) -> None:
        """Takes in readings; other readings that are known already stay."""
        for sample_id, proposal in rows:
            known = self.made.pop(sample_id, None)
            if known is not None and not proposal.alternatives:
                proposal = proposal._replace(alternatives=known.alternatives)
            self.made[sample_id] = proposal
        while len(self.made) > _KEPT:
            self.made.popitem(last=False)


class Reader:
    """At most one model at work on one session; used in the window's thread.

    A model that is loaded while another is at work reads what comes next beside it, and takes its place between
    two pictures: `take_over` is called there, and nothing changes under a person's eyes.
    """

    def __init__(self, session: Session, post: Callable[[object], None]) -> None:
        self._session, self._post = session, post
        self._turns = 0
        self._now: _Model | None = None
        self._coming: _Model | None = None

    @property
    def model(self) -> Path | None:
        """The file of the model at work, once it answers; None where it is one of other pictures."""
        return self._now.path if self._now and not self._now.held else None

    @property
    def version(self) -> str:
        """Names the model at work; empty before it answers."""
        return self._now.version if self._now else ""

    @property
    def held(self) -> bool:
        """Whether the model at work is one of other pictures, held to the labels so far."""
        return self._now is not None and self._now.held

    def load(self, path: Path, *, labels: Sequence[str] | None = None) -> None:
        """Starts a worker with another model; messages tell whether it can be used. With `labels` it is one of other
        pictures, held to what these show."""
        self._turns += 1
        if self._coming is not None:
            self._coming.worker.close(wait=False)
        self._coming = _Model(path, self._turns, self._post, labels)
        if self._now is None or self._now.path is None:
            self._swap()

    def hold(self, labels: Sequence[str]) -> None:
        """Holds a model of other pictures to what more labels show; everything is read again."""
        if self._now is not None and self._now.held:
            self._now.worker.hold(labels)

    def stand_back(self) -> None:
        """A key was pressed: reading that is not urgent waits a moment."""
        for model in (self._now, self._coming):
            if model is not None:
                model.worker.stand_back()

    @property
    def idle(self) -> bool:
        """Whether nothing is being read or loaded."""
        return all(model.path is not None and model.worker.idle for model in (self._now, self._coming) if model)

    def close(self) -> None:
        """Ends the workers."""
        for model in (self._now, self._coming):
            if model is not None:
                model.worker.close()
        self._now = self._coming = None

    def take_over(self, sample: Sample | None) -> None:
        """Between two pictures, `sample` is the one that comes: a model that has read it already is put to work."""
        coming = self._coming
        if coming is not None and coming.path is not None and (sample is None or sample.id in coming.made):
            self._swap()
            self._session.read_again()
            self.feed()

    def of(self, sample: Sample) -> Proposal | None:
        """What was read on `sample`, the newest there is (a stored one comes without alternatives)."""
        made = self._now.made.get(sample.id) if self._now else None
        if made is not None or sample.prediction is None:
            return made
        return Proposal(sample.prediction, sample.confidence or 0.0, sample.character_confidences)

    def want(self, samples: Sequence[Sample]) -> None:
        """Asks for thorough readings of what is shown now and next, where there are none yet."""
        for model in (self._now, self._coming):
            if model is not None:
                missing = [s for s in samples if s.id not in model.made or not model.made[s.id].alternatives]
                model.worker.want([(s.id, self._session.store.path(s)) for s in missing])

    def want_soon(self, samples: Sequence[Sample]) -> None:
        """Asks for readings of a page's pictures, where there are none; other readings are not needed there."""
        for model in (self._now, self._coming):
            if model is not None and model.version:
                missing = [s for s in samples if s.id not in model.made and s.model_version != model.version]
                if missing:
                    model.worker.fill([(s.id, self._session.store.path(s)) for s in missing])

    def feed(self) -> None:
        """Gives the worker the next pictures that the model at work has not read."""
        if self._now is not None and self._now.path is not None:
            portion = self._session.unread(self._now.version, _PORTION)
            if portion:
                self._now.worker.fill([(s.id, self._session.store.path(s)) for s in portion])

    def handle(self, message: Message) -> bool:
        """Takes a message of a worker; False for a late one, of a model that was replaced."""
        model = next((m for m in (self._now, self._coming) if m is not None and m.turn == message.turn), None)
        if model is None:
            return False
        if isinstance(message, ModelFailed):
            self._drop(model)
        elif isinstance(message, ModelLoaded):
            if model.version != message.version:
                model.made.clear()
            model.path, model.version = message.path, message.version
            if model is self._now:
                self._session.read_again()
        elif isinstance(message, Proposed):
            model.keep(message.rows)
            if model is self._now:
                rows = [(i, p.text, p.confidence, p.characters) for i, p in message.rows]
                self._session.predicted(rows, message.version)
        elif isinstance(message, Idle) and model is self._now:
            self.feed()
        return True

    def _swap(self) -> None:
        if self._now is not None:
            self._now.worker.close(wait=False)  # it may be in the middle of a portion: nobody waits for that
        self._now, self._coming = self._coming, None
        if self._now is not None and self._now.made:  # read while it was coming
            rows = [(i, p.text, p.confidence, p.characters) for i, p in self._now.made.items()]
            self._session.predicted(rows, self._now.version)

    def _drop(self, model: _Model) -> None:
        model.worker.close()
        if model is self._now:
            self._now = None
        else:
            self._coming = None
