"""The recogniser learns while a person labels: what comes of each decision.

One coach belongs to one open folder and lives in the window's thread. It hears of every decision, has lessons begun
when they are due and their models put to work when they are no worse, says which pictures come next, and offers pages
and second looks. Slow things happen in its aide (a thread) and in the trainer (a process).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dataset.sample import CONFIRMED, Query
from labeler.proposals import Idle, Proposal
from labeler.reader import Reader
from labeler.session import Session
from labeler.teaching import doubts, schedule
from labeler.teaching.aide import Aide, Planned, PlanWanted, Verdict
from labeler.teaching.audit import Judged, estimate
from labeler.teaching.lessons import Lessons, Outcome, Teacher
from labeler.teaching.line import line
from labeler.teaching.pages import Pages
from labeler.teaching.record import Lesson, Point, Reading, Record
from labeler.teaching.trainer import Failed, Said, Trained

_HOLD_AT = (1, 2, 4, 7, 11, 16, 22, 30, 40, 60, 90)  # labels at which a model of other pictures is told of them
_MOST_LABELS = 500  # that it is told of, the latest
_PLAN_EVERY = 5  # decisions one by one
_MANY, _PAUSE_SECONDS = 3000, 10.0  # of so many open pictures a plan takes its time: a pause while they are being read
_HARDLY = 0.5  # wrong readings expected among all that is left, below which labels gain nothing more


@dataclass(frozen=True)
class Means:
    """What a coach works with. `teacher` makes the one that trains, given where to post; `backbone`: the artefact that
    reads before anything was learned here, None for none; `goal`: precision of what may be accepted unread, 0..1;
    `effort`: factor of the CPU seconds of lessons."""

    teacher: Callable[[Callable[[object], None]], Teacher]
    backbone: Path | None = None
    goal: float = 0.999
    seed: int = 0
    effort: float = 1.0


class Decision(NamedTuple):
    """A label that a person has just given, and the proposal that stood there, if any. `page`: it stood on a page;
    `again`: there was a label before, which was another one if `changed`."""

    id: int
    label: str
    proposal: Proposal | None
    page: bool = False
    again: bool = False
    changed: bool = False


class Coach:
    """See the module. `line` stands in the status line; `record` is what a report is made of; `keys` counts what the
    person presses and clicks, by whoever sees it; `ended`: all is decided and the last lesson is over; `missing`:
    why nothing can be learned, in a sentence."""

    def __init__(
        self, session: Session, reader: Reader, post: Callable[[object], None], means: Means, clock: Callable[[], float]
    ) -> None:
        """`clock`: seconds of work so far."""
        self._session, self._reader, self._means, self._clock = session, reader, means, clock
        teacher = means.teacher(post)
        self.missing = self.line = teacher.missing()
        self._can_learn = not self.missing
        self._aide = Aide(session.folder, post)
        self._lessons = Lessons(session, teacher, means.seed, means.effort)
        self._labels = self._count()
        self.record = Record(session.folder, session.total, self._labels, goal=means.goal)
        self.keys = 0
        self.ended = False
        self._decided: list[int] = []  # in this sitting
        self._judged: list[Judged] = []
        self._others: list[Judged] = []  # by models that were not put to work
        self._again: list[Judged] = []  # by models that went on from one that had learned these labels
        self._accepted: list[bool] = []  # since the model at work came
        self._chance: frozenset[int] = frozenset()
        self._plan: Planned | None = None
        self._held_to, self._not_before = 0, 0.0
        self._since_plan = 0

    def begin(self, model: Path | None) -> None:
        """The folder is open; `model` reads already, or there is none and the backbone helps."""
        if model is None and self._means.backbone is not None:
            self._held_to = self._labels
            self._reader.load(self._means.backbone, labels=self._all_labels())
        self._lessons.begin(model, self._labels)
        self.plan(ordered=True)
        self._teach()

    def close(self) -> None:
        """Ends a lesson under way and keeps the model that was learned beside the data."""
        self._aide.close()
        self._lessons.close()

    def keep(self) -> None:
        """Writes the model that was learned beside the data."""
        self._lessons.keep()

    @property
    def model(self) -> Path | None:
        """The artefact at work, as learned here or found; None while the backbone helps."""
        return self._lessons.model

    @property
    def idle(self) -> bool:
        """Whether no plan and no comparison is under way."""
        return self._aide.idle

    # -- decisions

    def decided(self, decisions: Sequence[Decision]) -> None:
        """A person has given these labels (one, or a page of them)."""
        for decision in decisions:
            self._take(decision)
        fresh = sum(not decision.again for decision in decisions)
        self._labels += fresh
        self.ended = False  # until it is seen that nothing is left to do
        self.record.total = self._session.total  # pictures may have come in
        points = self.record.points
        points.append(Point((points[-1].labelled if points else 0) + fresh, self.keys, self._clock()))
        if self._reader.held and any(self._held_to < count <= self._labels for count in _HOLD_AT):
            self._held_to = self._labels
            self._reader.hold(self._all_labels())
        self._since_plan += len(decisions)
        if self._since_plan >= _PLAN_EVERY:
            self.plan(ordered=not any(decision.page for decision in decisions))
        self._teach()

    def undone(self) -> None:
        """Labels were taken back, or given again, by undo and redo."""
        self._labels, self.ended = self._count(), False
        self._teach()

    def _take(self, decision: Decision) -> None:
        proposal, record = decision.proposal, self.record
        right = proposal is not None and proposal.text == decision.label
        if decision.again:
            record.suspects += 1
            record.changed += decision.changed
            return
        self._lessons.labelled([decision.id])
        self._decided.append(decision.id)
        self._accepted.append(right)
        record.accepted += right
        record.typed += not right
        record.length += (len(decision.label) - record.length) / (record.typed + record.accepted)
        if proposal is not None and proposal.text:
            by_chance = decision.id in self._chance and not decision.page
            read = (decision.id, proposal.text, proposal.confidence, decision.label)
            self._judged.append(Judged(*read, self._number, decision.page, by_chance))
            taught = sum(lesson.taken for lesson in record.lessons)
            record.readings.append(Reading(decision.id, decision.label, proposal.text, proposal.confidence, taught))
            if by_chance:
                record.estimate = estimate(reading for reading in self._judged if reading.audited)

    # -- plans and lessons

    def plan(self, *, ordered: bool) -> None:
        """Has the aide look what comes next; the answer follows as a message."""
        self._since_plan = 0
        self._aide.want(PlanWanted(
            self._reader.version, self._number, tuple(self._judged), self._means.goal, self._means.seed, ordered,
        ))  # fmt: skip

    def _teach(self) -> None:
        """Begins a lesson when one is due."""
        if not self._can_learn or self._lessons.busy or self.ended:
            return
        last = not self._session.open_count()
        if last:
            self.ended = self._labels < schedule.FIRST[0] or self._labels == self._lessons.learned
        elif self._hardly_helps or not schedule.due(self._labels, self._lessons.learned, self._accepted):
            return
        if not self.ended:
            doubtful = doubts.unconfirmed(self._decided, self._judged) if last else []
            try:
                self._lessons.start(self._labels, last=last, doubtful=doubtful)
            except OSError as error:  # no room for its files
                self._can_learn, self.ended, self.line = False, last, str(error)
        self._say()

    # -- messages

    def handle(self, message: object) -> bool:
        """Takes a message of aide, trainer or reader, in the window's thread; True when it was for the coach alone."""
        if isinstance(message, Planned):
            self._planned(message)
        elif isinstance(message, Trained):
            self._trained(message)
        elif isinstance(message, Verdict):
            self._compared(self._lessons.compared(message))
        elif isinstance(message, Failed):
            self._failed(message)
        elif not isinstance(message, Said):
            few = self._session.open_count() < _MANY
            if isinstance(message, Idle) and (few or time.monotonic() > self._not_before):
                self._not_before = time.monotonic() + _PAUSE_SECONDS
                self.plan(ordered=True)
            return False
        return True

    def _planned(self, plan: Planned) -> None:
        if plan.version != self._reader.version:
            return  # that for the newer model is on its way
        self._plan = plan
        lessons = self.record.lessons
        newest = self._reader.model == self._lessons.model
        if lessons and lessons[-1].taken and lessons[-1].acceptable is None and newest and not plan.unread:
            lessons[-1] = lessons[-1]._replace(acceptable=plan.acceptable)
        if plan.order:
            self._chance |= plan.chance
            self._session.lead(plan.order)
        self._teach()
        self._say()

    def _trained(self, message: Trained) -> None:
        old, labels = self._lessons.model, None
        if old is None and self._reader.held:
            old, labels = self._means.backbone, self._all_labels(without=self._lessons.unseen_by_both())
        wanted = self._lessons.trained(message.report, old, labels)
        if wanted is not None:
            self._aide.want(wanted)

    def _compared(self, outcome: Outcome | None) -> None:
        if outcome is None:
            return
        done = self.record.points[-1].labelled if self.record.points else 0
        job = outcome.job
        self.record.lessons.append(Lesson(done, job.labels, outcome.seconds, outcome.exact, None, outcome.taken))
        number = self._lessons.number
        rows = outcome.readings.items()
        read = [Judged(i, text, sure, outcome.labels[i], number) for i, (text, sure) in rows if text]
        self._again += [reading for reading in read if reading.id in outcome.again]
        read = [reading for reading in read if reading.id not in outcome.again]
        if outcome.taken:
            self._accepted = []
            self._judged += read
            self._reader.load(job.out)
        else:
            self._others += read
        self.ended = not self._session.open_count() and job.labels == self._labels
        self._teach()
        self._say()

    def _failed(self, message: Failed) -> None:
        self._lessons.failed(message.sentence)
        self.ended = not self._session.open_count()
        self._say()

    # -- what is offered and known

    @property
    def offer(self) -> Pages | None:
        """Pictures that are read surely enough for pages, if turning to those pays."""
        plan = self._plan
        if plan is None or plan.version != self._reader.version or plan.pages is None:
            return None
        ids = tuple(i for i in plan.pages.ids if self._session.is_open(i))
        return Pages(ids, plan.pages.wrong) if ids else None

    def suspects(self) -> list[int]:
        """Labels worth a second look, the most doubtful first."""
        return doubts.suspects(self._session.store, [*self._judged, *self._others], self._again)

    @property
    def _hardly_helps(self) -> bool:
        """Whether the model at work has read everything and is expected to be right nearly everywhere."""
        plan = self._plan
        if plan is None or plan.version != self._reader.version or self._reader.held:
            return False
        return not plan.unread and plan.wrong < _HARDLY

    @property
    def _number(self) -> int:
        """Which model is at work: a new one is put there between two pictures, a moment after it was taken."""
        newest = self._reader.model == self._lessons.model
        return self._lessons.number - (0 if newest else 1)

    def _count(self) -> int:
        counts = self._session.store.counts()
        return sum(counts[status] for status in CONFIRMED)

    def _all_labels(self, without: frozenset[int] = frozenset()) -> list[str]:
        samples = self._session.store.samples(Query(statuses=CONFIRMED, order="time", limit=_MOST_LABELS))
        return [s.label for s in samples if s.label and s.id not in without]

    def _say(self) -> None:
        plan = self._plan if self._plan is not None and self._plan.version == self._reader.version else None
        enough = self._hardly_helps and self._session.open_count() > 0
        if self._can_learn:
            facts = line(self.record, plan and plan.acceptable, enough=enough, busy=self._lessons.busy)
            self.line = self._lessons.failure or facts
