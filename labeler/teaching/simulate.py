"""Labels a folder with a simulated person, through the window's own controller and session, and says what it cost.

The clock is virtual; everything else is real: the readings, the plans, and each training, which is run at once on the
labels there are and is over when the clock has passed its CPU seconds (two cores: person and training side by side).
"""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataset.charset import normalise
from dataset.errors import DatasetError, ToolkitError, UsageError
from dataset.sample import CONFIRMED, Query
from dataset.store import Store
from dataset.tables import BadRow, read_table
from labeler.controller import Controller
from labeler.errors import LabelerError
from labeler.opening import PROGRAM
from labeler.session import Session
from labeler.teaching import trainer
from labeler.teaching.coach import Means
from labeler.teaching.pages import USUAL
from labeler.teaching.person import Person
from labeler.teaching.trainer import Failed, Job, Trained
from labeler.work import AHEAD
from ocr import BACKBONE

_PATIENCE = 600.0  # real seconds for the workers to answer


class Trainings:
    """A trainer whose trainings end by the virtual clock. `spent`: their CPU seconds."""

    def __init__(self, post: Callable[[object], None], clock: Callable[[], float], say: Callable[[str], None]) -> None:
        self._post, self._clock, self._say = post, clock, say
        self._over: tuple[float, object] | None = None
        self.spent = 0.0

    def missing(self) -> str:
        """As the real one says it."""
        return trainer.Trainer(self._post).missing()

    @property
    def busy(self) -> bool:
        """Whether a training is not over by the clock."""
        return self._over is not None

    @property
    def ends(self) -> float:
        """When the training under way is over; 0 when none is."""
        return self._over[0] if self._over else 0.0

    def start(self, job: Job) -> None:
        """Trains, and keeps what came of it until its time has come."""
        began = self._clock()
        try:
            report = trainer.run(job)
            seconds = float(report["cpu_seconds"])
            message: object = Trained(job, report)
            self._say(f"{began:.0f} s: a lesson on {job.labels} labels, {seconds:.0f} CPU seconds")
        except (ToolkitError, OSError) as error:
            seconds, message = 1.0, Failed(job, str(error))
            self._say(f"a lesson failed: {error}")
        self.spent += seconds
        self._over = (began + seconds, message)

    def tick(self) -> None:
        """Posts what is over by now."""
        if self._over is not None and self._clock() >= self._over[0]:
            (_when, message), self._over = self._over, None
            self._post(message)

    def close(self) -> None:
        """A training that nobody waits for any more."""
        self._over = None


class Simulation:
    """One folder, labelled from what is there to the end."""

    def __init__(
        self, folder: Path, labels: Path, model: Path | None = None, *, errors: float, overlook: float, seed: int,
        effort: float = 1.0, say: Callable[[str], None] = lambda _line: None,
    ) -> None:  # fmt: skip
        """`labels`: a table with filename,label; `model`: an artefact of an earlier session;
        `effort`: factor of the CPU seconds of lessons.

        Raises DatasetError or UsageError with a sentence.
        """
        self._say, self._truth = say, texts_of(folder, labels)
        self._messages: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._controller = controller = Controller(lambda _change: None, self._messages.put)
        self._person: Person | None = None
        self._prepared: object = None
        self._trainings = Trainings(self._messages.put, lambda: self.person.effort.seconds, say)
        controller.means = Means(lambda _post: self._trainings, BACKBONE, seed=seed, effort=effort)
        self._person = Person(controller, self._truth, self._settle, errors=errors, overlook=overlook, seed=seed)
        controller.open(Session(Store.open(folder, program=PROGRAM)))
        controller.paging.resize(USUAL)
        controller.load_model_of(folder, model)
        self._settle()

    @property
    def person(self) -> Person:
        """Who labels."""
        assert self._person is not None
        return self._person

    def run(self) -> dict[str, Any]:
        """Works until everything is decided and looked at; returns the report."""
        coach, controller = self._work.coach, self._controller
        assert coach is not None
        while self._work.session.open_count():
            if controller.paging.active:
                self.person.page()
            elif coach.offer is not None:
                self._tell()
                self.person.run("rest")
            else:
                self.person.one()
        again, changed = self._second_looks()
        report = self._report(again, changed)
        controller.close()
        return report

    def _second_looks(self) -> tuple[list[int], int]:
        """After the last lesson what the model contradicts is shown again: those ids, and how many were changed."""
        coach, controller = self._work.coach, self._controller
        assert coach is not None
        while not coach.ended and self._trainings.busy:
            self.person.effort.seconds = max(self.person.effort.seconds, self._trainings.ends)
            self._settle()
        controller.browsing.enter("single")
        self._settle()
        again: list[int] = []
        changed, count = 0, len(coach.suspects())
        if count:
            self.person.run("second_look")
        while len(again) < count and controller.sample is not None:
            again.append(controller.sample.id)
            changed += self.person.look_again()
        return again, changed

    def _report(self, again: list[int], changed: int) -> dict[str, Any]:
        effort, session = self.person.effort, self._work.session
        n = len(self._truth)
        wrong = {i for i, text in self._truth.items() if (session.store.get(i).label or "") != text}
        slipped = self.person.slipped
        coach = self._work.coach
        assert coach is not None
        return {
            "n": n,
            "keys": effort.keys,
            "keys_per_image": round(effort.keys / max(n, 1), 4),
            "typed": effort.typed,
            "accepted": effort.accepted,
            "wrong_in_the_end": len(wrong),
            "train_cpu_s": round(self._trainings.spent, 1),
            "seconds": round(effort.seconds, 1),
            "slips": len(slipped),
            "slips_shown_again": len(slipped.intersection(again)),
            "slips_in_the_end": len(slipped & wrong),
            "overlooked": effort.overlooked,
            "shown_again": len(again),
            "changed_again": changed,
            "lessons": [lesson._asdict() for lesson in coach.record.lessons],
            "curve": [[point.labelled, point.keys] for point in coach.record.points],
        }

    @property
    def _work(self) -> Any:
        assert self._controller.work is not None
        return self._controller.work

    def _settle(self) -> None:
        """Lets workers and trainings answer until nothing more comes."""
        end = time.monotonic() + _PATIENCE
        while True:
            self._trainings.tick()
            handled = self._take_messages()
            work = self._controller.work
            if work is None or work.coach is None:
                return
            self._prepare()
            if handled:
                end = time.monotonic() + _PATIENCE
            elif work.reader.idle and work.coach.idle and self._messages.empty():
                return
            elif time.monotonic() > end:
                raise LabelerError("The simulation stopped: a worker does not answer; try again.")
            else:
                time.sleep(0.001)

    def _take_messages(self) -> bool:
        handled = False
        while not self._messages.empty():
            self._controller.handle(self._messages.get())
            handled = True
        return handled

    def _prepare(self) -> None:
        """Has read what the window would have made ready after a redraw."""
        work, paging = self._work, self._controller.paging
        session = work.session
        ahead = session.open_from(session.position, 2 * paging.size) if paging.active else session.following(AHEAD)
        state = (paging.ids, session.current_id, tuple(ahead), work.reader.version)
        if state == self._prepared:
            return
        self._prepared = state
        if paging.active:
            work.prepare_page([], tuple(dict.fromkeys((*paging.ids, *ahead))))
        elif session.current is not None:
            work.reader.want([session.current, *map(session.row, ahead)])

    def _tell(self) -> None:
        effort, coach = self.person.effort, self._work.coach
        self._say(
            f"{effort.seconds:.0f} s: {self._work.session.open_count()} left after {effort.keys} keys; "
            f"{len(coach.offer.ids)} offered on pages, {coach.offer.wrong:.1f} of them wrong as expected"
        )


def texts_of(folder: Path, labels: Path) -> dict[int, str]:
    """What the pictures of a folder show, by id: it becomes a dataset, all its pictures measured. Raises DatasetError,
    UsageError."""
    truth = _truth(labels)
    with Store.open(folder, program=PROGRAM) as store:
        while store.index():
            pass
        return _texts(store, truth, folder)


def _truth(labels: Path) -> dict[str, str]:
    """File name (as the table has it) -> text."""
    found: dict[str, str] = {}
    for row in read_table(labels, ("filename", "label")):
        if isinstance(row, BadRow):
            raise DatasetError(f"{labels}, line {row.line}: {row.sentence}")
        found[row.cells["filename"]] = normalise(row.cells["label"])
    if not found:
        raise UsageError(f"{labels}: holds no labels; give a table with filename,label")
    return found


def _texts(store: Store, truth: dict[str, str], folder: Path) -> dict[int, str]:
    """Sample id -> text. A picture whose name the table lacks is an error: the person could not read it."""
    beside = {Path(name).name: text for name, text in truth.items()}
    texts = {}
    for sample in store.samples(Query(statuses=("new", *CONFIRMED))):
        text = truth.get(sample.file, beside.get(Path(sample.file).name))
        if text is None:
            raise UsageError(f"{folder / sample.file}: the table has no text for it; add a row")
        texts[sample.id] = text
    if not texts:
        raise UsageError(f"{folder}: holds no picture to label")
    return texts
