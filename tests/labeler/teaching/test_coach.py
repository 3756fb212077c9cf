"""The coach between a controller and a trainer that answers at once with the backbone under another name."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue

import pytest

from dataset.store import Store
from dataset.synth import draw
from labeler.controller import Controller
from labeler.housekeeping import FolderGrew
from labeler.session import Session
from labeler.teaching.coach import Coach, Means
from labeler.teaching.trainer import Failed, Job, Trained
from ocr import BACKBONE

TEXTS = [f"{number:04d}" for number in range(1111, 9999, 233)]


class Teacher:
    """Begins lessons; the test says when one is over."""

    def __init__(self, post: Callable[[object], None]) -> None:
        self.post, self.jobs, self.busy, self.closed = post, list[Job](), False, False

    def missing(self) -> str:
        return ""

    def start(self, job: Job) -> None:
        self.jobs.append(job)
        self.busy = True

    def over(self, model: Path = BACKBONE, held_out: Sequence[dict[str, object]] = ()) -> None:
        shutil.copy(model, self.jobs[-1].out)
        self.busy = False
        self.post(Trained(self.jobs[-1], {"cpu_seconds": 3.0, "held_out": held_out}))

    def fails(self) -> None:
        self.busy = False
        self.post(Failed(self.jobs[-1], "It went wrong."))

    def close(self) -> None:
        self.closed = True


class Class:
    """A folder of drawn pictures, a controller and its coach, and whoever labels."""

    def __init__(self, folder: Path, backbone: Path | None = BACKBONE) -> None:
        self.folder = folder
        folder.mkdir()
        for number, text in enumerate(TEXTS):
            draw("classic", text, number).save(folder / f"p{number:03d}.png")
        self.messages: SimpleQueue[object] = SimpleQueue()
        self.controller = Controller(lambda _change: None, self.messages.put)
        self.teachers: list[Teacher] = []
        self.controller.means = Means(self._teacher, backbone)
        store = Store.open(folder)
        while store.index():
            pass
        self.texts = {s.id: TEXTS[int(Path(s.file).stem[1:])] for s in store.samples()}
        self.controller.open(Session(store))
        self.controller.load_model_of(folder, None)
        self.settle()

    def _teacher(self, post: Callable[[object], None]) -> Teacher:
        self.teachers.append(Teacher(post))
        return self.teachers[-1]

    @property
    def teacher(self) -> Teacher:
        return self.teachers[-1]

    @property
    def coach(self) -> Coach:
        assert self.controller.work is not None and self.controller.work.coach is not None
        return self.controller.work.coach

    @property
    def session(self) -> Session:
        assert self.controller.session is not None
        return self.controller.session

    def settle(self) -> None:
        end = time.monotonic() + 300
        work = self.controller.work
        assert work is not None
        while not (self.coach.idle and work.reader.idle and self.messages.empty()):
            assert time.monotonic() < end, "the workers did not answer"
            if self.messages.empty():
                time.sleep(0.002)
            else:
                self.controller.handle(self.messages.get())

    def label(self, count: int, text: str = "") -> None:
        for _number in range(count):
            sample = self.controller.sample
            assert sample is not None
            self.controller.typed(text or self.texts[sample.id])
            self.controller.run("confirm")
            self.settle()


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Class]:
    made = Class(tmp_path / "pictures")
    yield made
    made.controller.close()


def test_the_backbone_reads_before_anything_was_learned(school: Class) -> None:
    assert school.controller.work is not None
    reader = school.controller.work.reader
    assert reader.held and reader.model is None
    assert school.controller.proposal is not None
    first = reader.version
    school.label(4)
    assert reader.version != first, "it was told of the labels"
    assert school.controller.proposal is not None
    assert len(school.controller.proposal.text) == 4
    assert school.session.store.get(school.session.ids[-1]).model_version == reader.version


def test_the_order_leads_and_the_list_stays(school: Class) -> None:
    before = list(school.session.ids)
    school.label(6)
    assert list(school.session.ids) == before
    given = [s.id for s in school.session.store.samples() if s.label]
    assert given != before[:6]


def test_a_lesson_begins_at_twenty_labels_and_its_model_is_put_to_work(school: Class) -> None:
    school.label(19)
    assert not school.teacher.jobs
    school.label(1)
    (job,) = school.teacher.jobs
    assert (job.labels, job.start_from, len(job.held_out)) == (20, None, 5)
    school.label(2)
    assert len(school.teacher.jobs) == 1, "one at a time"
    school.teacher.over()
    school.settle()
    (lesson,) = school.coach.record.lessons
    assert lesson.taken == (school.coach.model == job.out)
    if lesson.taken:
        assert school.coach._number == 0, "what stands there now was read by the one before"
    school.label(2)
    assert school.coach._number == int(lesson.taken)
    assert lesson.labels == 20 and lesson.exact is not None


def test_a_worse_model_is_not_put_to_work(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.recognizer import Prediction, Recognizer

    school.label(21)
    version = school.coach._reader.version
    read = Recognizer.read

    def worse(self: Recognizer, images: list[object]) -> list[Prediction]:
        return [Prediction("", 0.0)] * len(images) if type(self) is Recognizer else read(self, images)

    monkeypatch.setattr(Recognizer, "read", worse)
    school.teacher.over()
    school.settle()
    assert school.coach._reader.version == version
    assert school.coach.model is None
    right = [r for r in school.coach.record.readings if r.text == r.label]
    assert school.coach.record.lessons[-1].taken is (not right)


def test_a_lesson_that_fails_is_said_and_the_next_comes_later(school: Class) -> None:
    school.label(20)
    school.teacher.fails()
    school.settle()
    assert school.coach.line == "It went wrong."
    school.label(14)  # plans come in between, and do not take the sentence away
    assert (len(school.teacher.jobs), school.coach.line) == (1, "It went wrong.")
    school.label(1)
    assert len(school.teacher.jobs) == 2
    assert "It went wrong." not in school.coach.line
    school.teacher.over()
    school.settle()
    assert "It went wrong." not in school.coach.line


def test_at_the_end_a_last_lesson_then_all_is_over(school: Class) -> None:
    school.label(len(TEXTS))
    while not school.coach.ended:
        school.teacher.over()
        school.settle()
    assert school.teacher.jobs[-1].labels == len(TEXTS)
    assert school.coach.record.points[-1].labelled == len(TEXTS)
    assert school.coach.record.typed + school.coach.record.accepted == len(TEXTS)


def test_closing_ends_the_lesson_and_keeps_what_was_learned(school: Class, tmp_path: Path) -> None:
    school.label(21)
    teacher, out = school.teacher, school.teacher.jobs[0].out
    school.coach._lessons.model = out
    shutil.copy(BACKBONE, out)
    school.controller.close()
    assert teacher.closed and not out.exists()
    assert (school.folder / "model.onnx").read_bytes() == BACKBONE.read_bytes()


def test_a_slip_that_the_last_model_still_remembers_is_shown_again(school: Class) -> None:
    while school.session.open_count():
        sample = school.controller.sample
        assert sample is not None
        slips = school.session.open_count() == len(TEXTS) - 9  # the tenth, which a lesson learns before the end
        if slips:
            slipped, text = sample.id, school.texts[sample.id]
        school.label(1, text[::-1] if slips else "")
        if school.teacher.busy and school.session.open_count():
            school.teacher.over()
            school.settle()
    assert not school.coach.ended and len(school.teacher.jobs) > 1
    job, store = school.teacher.jobs[-1], school.session.store
    names = {store.get(i).sha256: store.get(i) for i in school.session.ids}
    told = [names[name] for name in job.held_out]
    assert slipped in {sample.id for sample in told}, "nobody but the person vouches for it"
    school.coach._judged = [read._replace(confidence=0.99) for read in school.coach._judged if read.id == slipped]
    assert school.coach._judged and not any(read.right for read in school.coach._judged)
    rows = [{"file": sample.file, "text": sample.label, "confidence": 0.99} for sample in told]
    school.session.predicted([(s.id, s.label, 0.99, [1.0] * 4) for s in store.samples()], "as told")
    school.teacher.over(held_out=rows)
    school.settle()
    assert school.coach.ended
    assert slipped in {read.id for read in school.coach._again}
    assert slipped in school.coach.suspects()


def test_without_room_for_a_lesson_the_work_goes_on(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(school.folder / "nowhere"))
    school.label(21)
    assert not school.teacher.jobs
    assert "nowhere" in school.coach.line
    assert school.session.open_count() == len(TEXTS) - 21


def test_a_model_of_someone_else_is_never_replaced(school: Class) -> None:
    theirs = school.folder / "model.onnx"
    theirs.write_bytes(b"theirs")
    out = school.coach._lessons._room() / "lesson-1.onnx"
    shutil.copy(BACKBONE, out)
    school.coach._lessons.model = out
    school.controller.close()
    assert theirs.read_bytes() == b"theirs"


def test_pages_are_offered_taken_and_left_when_they_are_done(school: Class) -> None:
    school.label(4)
    assert school.coach.offer is None
    school.controller.run("rest")
    assert not school.controller.paging.active and school.controller.note.text
    open_ids = [i for i in school.session.ids if school.session.is_open(i)]
    rows = [(i, school.texts[i], 0.99999, [1.0] * 4) for i in open_ids]
    school.coach._judged += [
        school.coach._judged[0]._replace(text="a", label="a", confidence=0.99999, audited=True)
    ] * 40  # fmt: skip
    school.session.predicted(rows, school.coach._reader.version)
    school.coach.plan(ordered=True)
    school.settle()
    offer = school.coach.offer
    assert offer is not None and set(offer.ids) == set(open_ids)
    school.controller.paging.resize(24)
    school.controller.run("rest")
    assert school.controller.paging.active
    assert set(school.controller.paging.ids) <= set(offer.ids)
    while school.controller.paging.active:
        school.controller.run("confirm")
        school.settle()
    assert school.session.open_count() == 0
    assert school.controller.browsing.mode.name == "single"


def test_a_label_against_a_sure_reading_is_shown_again(school: Class) -> None:
    school.label(5)
    sample = school.session.store.get(school.session.ids[0])
    given = [s for s in school.session.store.samples() if s.label]
    slip = given[0]
    school.session.predicted([(slip.id, "9999", 0.99, [0.99] * 4)], school.coach._reader.version)
    assert slip.id in school.coach.suspects()
    school.controller.run("second_look")
    assert school.controller.sample is not None
    first = school.controller.sample.id
    school.controller.run("confirm")
    assert school.session.store.get(first).status == "reviewed"
    assert first not in school.coach.suspects()
    assert school.coach.record.suspects == 1
    assert sample is not None


def test_undo_takes_a_label_out_of_the_count(school: Class) -> None:
    school.label(20)
    jobs = len(school.teacher.jobs)
    school.controller.run("undo")
    assert school.coach._labels == 19
    school.controller.run("redo")
    assert school.coach._labels == 20
    assert len(school.teacher.jobs) == jobs


def test_pictures_that_arrive_are_read_planned_and_learned(school: Class) -> None:
    school.label(len(TEXTS))
    while not school.coach.ended:
        school.teacher.over()
        school.settle()
    jobs = len(school.teacher.jobs)
    draw("classic", "2468", 1000).save(school.folder / "late.png")
    with Store.open(school.folder) as store:
        (late,) = [sample.id for sample in store.samples() if sample.file == "late.png"]
    school.texts[late] = "2468"
    school.controller.handle(FolderGrew((late,), ()))
    school.settle()
    assert school.session.store.get(late).prediction
    assert school.coach._plan is not None and late in school.coach._plan.order
    school.controller.browsing.next_open()
    school.label(1)
    assert len(school.teacher.jobs) == jobs + 1, "the model that is kept has seen all labels"
    assert school.coach.record.total == len(TEXTS) + 1


def test_without_a_backbone_the_looks_alone_make_the_order(tmp_path: Path) -> None:
    made = Class(tmp_path / "pictures", backbone=None)
    made.label(3)
    assert made.controller.proposal is None
    assert made.coach._plan is None or made.coach._plan.order
    made.controller.close()


def test_a_model_beside_the_data_reads_and_is_gone_on_from(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    made = Class(folder)
    made.controller.close()
    shutil.copy(BACKBONE, folder / "model.onnx")
    made.controller.open(Session(Store.open(folder)))
    made.controller.load_model_of(folder, None)
    made.settle()
    assert made.coach.model == folder / "model.onnx"
    assert made.coach._reader.model == folder / "model.onnx"
    made.label(20)
    assert made.teacher.jobs[0].start_from == folder / "model.onnx"
    made.controller.close()
