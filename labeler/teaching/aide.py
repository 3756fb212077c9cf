"""The thread that looks through the whole folder for the coach: plans what comes next, and compares two models.

It has a store of its own and touches nothing of the window; what it found it posts.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dataset import imagefile
from dataset.errors import ImageRefused, ToolkitError
from dataset.sample import CONFIRMED, Query, Sample
from dataset.store import Store
from labeler.opening import PROGRAM
from labeler.teaching.audit import Judged, audited, bound, trust

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from labeler.teaching.order import Open
    from labeler.teaching.pages import Pages
    from ocr.recognizer import Recognizer

_MOST = 5000  # open pictures that are planned for at a time, the first in the list: of more, the others wait
_KNOWN = 400  # labelled pictures that an order is compared with, the newest
_REST_SECONDS = 0.01  # at most, after each picture
_AFTER_SECONDS = 0.04  # before work begins
_log = logging.getLogger(__name__)


class PlanWanted(NamedTuple):
    """`version`, `model`: of the model at work; `readings`: judged so far; `goal`: precision of what
    could be accepted unread; `ordered`: an order is wanted, too."""

    version: str
    model: int
    readings: tuple[Judged, ...]
    goal: float
    seed: int
    ordered: bool


class Planned(NamedTuple):
    """Posted with a plan for the open pictures, or the first thousands of them.

    `acceptable`: share of them that could be accepted unread at the goal; `wrong`: how many are expected to be read
    wrong; `unread`: those that the model has not read; `order` (empty when none was wanted) and `chance`, those of it
    that come by chance.
    """

    version: str
    pages: "Pages | None"
    acceptable: float | None
    wrong: float
    unread: int
    order: tuple[int, ...]
    chance: frozenset[int]


class JudgeWanted(NamedTuple):
    """Two models are to read the same labelled pictures, none of which either has learned from. `old_labels`: given
    when the old one is of other pictures, and held to them. `old` is None where there is no model at all."""

    new: Path
    old: Path | None
    old_labels: tuple[str, ...] | None
    ids: tuple[int, ...]


class Verdict(NamedTuple):
    """Posted with what both models read: id -> (text, confidence). Pictures that cannot be read are left out."""

    wanted: JudgeWanted
    new: dict[int, tuple[str, float]]
    old: dict[int, tuple[str, float]]
    problem: str = ""


Message = Planned | Verdict
Job = PlanWanted | JudgeWanted


class Aide:
    """One thread for one folder. A plan that is wanted takes the place of one that waits."""

    def __init__(self, folder: Path, post: Callable[[Message], None]) -> None:
        self._folder, self._post = folder, post
        self._lock = threading.Condition()
        self._plan: PlanWanted | None = None
        self._judge: JudgeWanted | None = None
        self._closed = False
        self._at_work = False
        self._looks: dict[int, NDArray[np.float32] | None] = {}
        self._thread = threading.Thread(target=self._run, name="coach", daemon=True)
        self._thread.start()

    def want(self, job: Job) -> None:
        """Asks for a plan or a comparison; a message follows."""
        with self._lock:
            if isinstance(job, PlanWanted):
                waiting = self._plan is not None and self._plan.ordered
                self._plan = job._replace(ordered=job.ordered or waiting)
            else:
                self._judge = job
            self._at_work = True
            self._lock.notify()

    @property
    def idle(self) -> bool:
        """Whether everything wanted has been posted."""
        return not self._at_work

    def close(self) -> None:
        """Ends the thread and waits for it."""
        with self._lock:
            self._closed = True
            self._lock.notify()
        self._thread.join()

    def _next(self) -> Job | None:
        with self._lock:
            while not (self._closed or self._plan or self._judge):
                self._at_work = False
                self._lock.wait()
                self._lock.wait(_AFTER_SECONDS)  # what made a plan due is being drawn in this moment
            if self._closed:
                return None
            job: Job | None
            if self._judge is not None:
                job, self._judge = self._judge, None
            else:
                job, self._plan = self._plan, None
            return job

    def _run(self) -> None:
        try:
            with Store.open(self._folder, create=False, scan=False, program=PROGRAM) as store:
                while (job := self._next()) is not None:
                    self._post(self._planned(store, job) if isinstance(job, PlanWanted) else self._judged(store, job))
        except Exception as error:  # without plans the pictures come in the list's order
            if not isinstance(error, ToolkitError):
                _log.exception("planning for %s failed", self._folder)
        self._at_work = False

    # -- plans

    def _planned(self, store: Store, job: PlanWanted) -> Planned:
        from labeler.teaching import order

        rows = list(store.samples(Query(statuses=("new",), limit=_MOST)))
        curve = trust(job.readings, job.model)
        read = [r for r in rows if r.model_version == job.version and r.prediction is not None]
        pictures = [_open(row, curve.probability(row.confidence or 0.0)) for row in read]
        line = bound(job.readings, job.model, job.goal)
        sure = sum(line is not None and (row.confidence or 0.0) >= line.confidence for row in read)
        ids: Sequence[int] = ()
        chance: frozenset[int] = frozenset()
        if job.ordered:
            ids, chance = self._ordered(store, job, rows, pictures)
        return Planned(
            job.version,
            order.pages(pictures) if len(read) == len(rows) and audited(job.readings) else None,
            sure / len(rows) if rows else None,
            sum(1 - picture.right for picture in pictures),
            len(rows) - len(read),
            tuple(ids),
            chance,
        )

    def _ordered(
        self, store: Store, job: PlanWanted, rows: Sequence[Sample], pictures: Sequence["Open"]
    ) -> tuple[list[int], frozenset[int]]:
        import numpy as np

        from labeler.teaching import order

        if not pictures:  # no model at all: by their looks alone
            pictures = [_open(row, 0.0) for row in rows]
        files = {row.id: store.path(row) for row in rows}
        seen = [(p, look) for p in pictures if (look := self._look(p.id, files[p.id])) is not None]
        labelled = sorted(store.samples(Query(statuses=CONFIRMED, order="time", limit=_KNOWN)), key=lambda s: s.id)
        known = [look for s in labelled if (look := self._look(s.id, store.path(s))) is not None]
        if not seen:
            return [], frozenset()
        looks = np.stack([look for _picture, look in seen])
        labels = [sample.label or "" for sample in labelled]
        known_looks = np.stack(known) if known else np.zeros((0, looks.shape[1]), np.float32)
        return order.order([picture for picture, _look in seen], looks, labels, known_looks, job.seed)

    def _look(self, sample_id: int, file: Path) -> "NDArray[np.float32] | None":
        from ocr.select import features

        if sample_id not in self._looks:
            began = time.perf_counter()
            try:
                self._looks[sample_id] = features(imagefile.load(file))
            except ImageRefused:
                return None
            # As long again for the window's thread: each call of Tk waits for the interpreter that both share.
            time.sleep(min(time.perf_counter() - began, _REST_SECONDS))
        return self._looks[sample_id]

    # -- comparisons

    def _judged(self, store: Store, job: JudgeWanted) -> Verdict:
        from ocr.held import HeldRecognizer
        from ocr.recognizer import Recognizer

        try:
            new = _readings(Recognizer.load(job.new), store, job.ids)
            old: dict[int, tuple[str, float]] = {}
            if job.old is not None and job.old_labels is None:
                old = _readings(Recognizer.load(job.old), store, job.ids)
            elif job.old is not None:
                held = HeldRecognizer.load(job.old)
                assert isinstance(held, HeldRecognizer)
                held.hold_to(job.old_labels or ())
                old = _readings(held, store, job.ids)
        except ToolkitError as error:
            return Verdict(job, {}, {}, str(error))
        return Verdict(job, new, old)


def _open(row: Sample, right: float) -> "Open":
    from labeler.teaching.order import Open
    from ocr.recognizer import Prediction

    text = row.prediction or ""
    characters = tuple(zip(text, row.character_confidences, strict=False))
    return Open(row.id, Prediction(text, right if text else 0.0, characters), right if text else 0.0)


def _readings(recogniser: "Recognizer", store: Store, ids: Sequence[int]) -> dict[int, tuple[str, float]]:
    found = {}
    for sample_id in ids:
        try:
            read = recogniser.read([store.path(store.get(sample_id))])[0]
        except ToolkitError:
            continue
        found[sample_id] = (read.text, read.confidence)
    return found
