"""Lessons of one folder: from which labels, on what they are measured, and whether their model is put to work.

Every picture labelled since the model at work was trained is unseen by it. A share of those is held out of the next
lesson's training until it has been measured on them (then it goes on with all labels), and what is labelled while the
lesson runs is unseen by both. On all of these the new model must read no less than the one before.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from dataset.atomic import atomic_write
from dataset.errors import ToolkitError
from dataset.sample import CONFIRMED, Query
from labeler.proposals import MODEL_NAME
from labeler.session import Session
from labeler.teaching import schedule
from labeler.teaching.aide import JudgeWanted, Verdict
from labeler.teaching.scratch import Scratch, sweep
from labeler.teaching.trainer import Job

_HELD_OUT = 4  # of the labels that no model has learned from, one of so many measures the next
_MOST_HELD_OUT = 50
_MOST_SINCE = 150
_MOST_UNSEEN = 1000  # labels of earlier sittings that no model here has learned from

Readings = dict[int, tuple[str, float]]
"""Text and confidence by sample id."""


class Teacher(Protocol):
    """What is asked of `labeler.teaching.trainer.Trainer`."""

    def missing(self) -> str: ...
    @property
    def busy(self) -> bool: ...
    def start(self, job: Job) -> None: ...
    def close(self) -> None: ...


class Outcome(NamedTuple):
    """What came of a lesson. `readings` of its model on `labels` that it had not seen, `again`: those of them that the
    model had which it went on from; `exact`: the share that was right (None without any), `taken`: it is no worse
    than the model before."""

    job: Job
    seconds: float
    readings: Readings
    labels: dict[int, str]
    again: frozenset[int]
    exact: float | None
    taken: bool


class Lessons:
    """At most one lesson at a time. `model`: the artefact at work, found or learned; `number` counts them."""

    def __init__(self, session: Session, teacher: Teacher, seed: int, effort: float = 1.0) -> None:
        self._session, self._teacher, self._seed, self._effort = session, teacher, seed, effort
        self._place: Scratch | None = None
        self.model: Path | None = None
        self.number = 0
        self.learned = 0  # labels at the last lesson's beginning
        self.failure = ""  # why the last lesson failed, until the next one
        self._given: Path | None = None
        self._begun = 0
        self._unseen: list[int] = []
        self._since: list[int] = []
        self._under_way: tuple[Job, tuple[int, ...]] | None = None
        self._report: dict[str, Any] = {}
        self._measured: Readings = {}

    @property
    def busy(self) -> bool:
        """Whether a lesson is under way, its comparison included."""
        return self._under_way is not None or self._teacher.busy

    def begin(self, model: Path | None, labels: int) -> None:
        """`model` lies there already, or there is none; so many labels do."""
        self.model = self._given = model
        self.learned = labels if model else 0
        sweep()  # what a window that was killed could not
        self._unseen = list(self._session.store.ids(Query(statuses=CONFIRMED, order="time", limit=_MOST_UNSEEN)))

    def labelled(self, ids: Iterable[int]) -> None:
        """These have got a label just now."""
        for sample_id in ids:
            self._unseen.append(sample_id)
            self._since.append(sample_id)

    def start(self, labels: int, *, last: bool, doubtful: Sequence[int] = ()) -> None:
        """Begins a lesson with the labels there are. `doubtful` ones are held out, too: what a model learned, it reads
        as it was told, right or wrong; only one that has not seen a label can contradict it."""
        contents = self._contents((*self._unseen, *doubtful))
        unseen = sorted((i for i in dict.fromkeys(self._unseen) if i in contents), key=contents.__getitem__)
        chosen = unseen[: min(len(unseen) // _HELD_OUT, _MOST_HELD_OUT)]
        held_out = tuple(dict.fromkeys((*chosen, *(i for i in doubtful if i in contents))))[: labels // 2]
        self._begun += 1
        job = Job(
            self._session.folder, self._room() / f"lesson-{self._begun}.onnx", self.model,
            tuple(contents[i] for i in held_out), self._effort * schedule.seconds(labels, last=last),
            self._seed, labels,
        )  # fmt: skip
        self.learned, self._since, self.failure = labels, [], ""
        self._under_way = (job, held_out)
        self._teacher.start(job)

    def trained(self, report: dict[str, Any], old: Path | None, labels: Sequence[str] | None) -> JudgeWanted | None:
        """The lesson under way has its artefact: what is to be compared now. `old`: the model at work, `labels` those
        that it is held to, if it is one of other pictures."""
        if self._under_way is None:
            return None
        job, held_out = self._under_way
        names = {self._session.store.get(i).file: i for i in held_out}
        rows = [row for row in report.get("held_out", ()) if row["file"] in names]
        self._report = report
        self._measured = {names[row["file"]]: (row["text"], row["confidence"]) for row in rows}
        fresh = tuple(self._since[-_MOST_SINCE:])
        return JudgeWanted(job.out, old, None if labels is None else tuple(labels), (*held_out, *fresh))

    def unseen_by_both(self) -> frozenset[int]:
        """Pictures that neither the model at work nor that of the lesson under way has learned from."""
        held_out = self._under_way[1] if self._under_way else ()
        return frozenset((*held_out, *self._since[-_MOST_SINCE:]))

    def compared(self, verdict: Verdict) -> Outcome | None:
        """Both have read: the new one takes the place of the old when it is no worse."""
        if self._under_way is None:
            return None
        (job, held_out), self._under_way = self._under_way, None
        # On what was held out it counts as it read before it went on with all labels.
        new = {i: read for i, read in verdict.new.items() if i not in held_out} | self._measured
        labels = {i: self._session.store.get(i).label or "" for i in new}
        unseen = set(self._unseen)
        both = [i for i in new if i in unseen and (i in verdict.old or verdict.wanted.old is None)]
        right = sum(new[i][0] == labels[i] for i in both)
        before = sum(verdict.old[i][0] == labels[i] for i in both if i in verdict.old)
        taken = not verdict.problem and right >= before
        if taken:
            self.number += 1
            self.model = job.out
            self._unseen = list(self._since)
        exact = right / len(both) if both else None
        seconds = float(self._report.get("cpu_seconds", 0.0))
        return Outcome(job, seconds, new, labels, frozenset(new) - unseen, exact, taken)

    def failed(self, sentence: str) -> None:
        """The lesson under way has no artefact; `sentence` says why."""
        self._under_way, self.failure = None, sentence

    def keep(self) -> None:
        """Writes the model that was learned as DIR/model.onnx, unless a model of someone else lies there."""
        target = self._session.folder / MODEL_NAME
        if self.model is None or self.model == self._given or (target.exists() and self._given != target):
            return
        try:
            with atomic_write(target) as file:
                file.write(self.model.read_bytes())
        except (ToolkitError, OSError):
            return  # a folder that cannot be written any more: the labels are what counts

    def close(self) -> None:
        """Ends a lesson under way, keeps what was learned."""
        self._teacher.close()
        self.keep()
        if self._place is not None:
            self._place.close()

    def _room(self) -> Path:
        """Where the models of this folder's lessons lie."""
        self._place = self._place or Scratch()
        return self._place.path

    def _contents(self, ids: Iterable[int]) -> dict[int, str]:
        """SHA-256 of those that have a label: what is held out is chosen by content, not by the order of labelling."""
        store = self._session.store
        samples = {i: store.get(i) for i in ids}
        return {
            i: sample.sha256 or sha256(store.path(sample).read_bytes()).hexdigest()  # not measured yet
            for i, sample in samples.items()
            if sample.status in CONFIRMED
        }
