"""From one model to a newer one, with workers that only write down what they are asked."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from labeler import reader as module
from labeler.hearing import Learning
from labeler.proposals import Idle, ModelFailed, ModelLoaded, Proposal, Proposed
from tests.labeler.support import Desk


class Worker:
    """Stands in for the thread around a recogniser."""

    def __init__(self, model: Path, _post: object, turn: int) -> None:
        self.model, self.turn = model, turn
        self.wanted: list[int] = []
        self.filled: list[int] = []
        self.closed = False
        MADE.append(self)

    def want(self, samples: Sequence[tuple[int, Path]]) -> None:
        self.wanted = [i for i, _path in samples]

    def fill(self, samples: Sequence[tuple[int, Path]]) -> None:
        self.filled = [i for i, _path in samples]

    def close(self, *, wait: bool = True) -> None:
        self.closed = True


MADE: list[Worker] = []


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    MADE.clear()
    monkeypatch.setattr(module, "ProposalWorker", Worker)
    return MADE


def proposed(desk: Desk, worker: Worker, *ids: int) -> None:
    rows = tuple((i, Proposal(f"{worker.model.stem}{i}", 0.9, (0.9,) * 5, (("x", 0.1),))) for i in ids)
    desk.controller.handle(Proposed(rows, worker.model.stem, worker.turn))


def start(desk: Desk) -> Worker:
    desk.controller.load_model(Path("old.onnx"))
    desk.controller.handle(ModelLoaded(Path("old.onnx"), "old", 1))
    proposed(desk, MADE[0], *desk.session.ids[:4])
    return MADE[0]


def test_a_newer_model_takes_over_between_two_pictures(desk: Desk, workers: list[Worker]) -> None:
    old, (first, second, *_rest) = start(desk), desk.session.ids
    desk.controller.handle(Learning("a line", Path("new.onnx")))
    new = workers[1]
    desk.controller.handle(ModelLoaded(Path("new.onnx"), "new", new.turn))
    proposed(desk, new, first, second)
    assert desk.controller.draft.text == f"old{first}", "nothing changes under the person's eyes"
    assert not old.closed and new.wanted
    desk.run("confirm")
    assert desk.controller.draft.text == f"new{second}"
    assert old.closed and desk.labels()[0] == f"old{first}"
    assert desk.controller.work is not None and desk.controller.work.reader.model == Path("new.onnx")
    assert desk.session.store.get(second).model_version == "new", "what it read meanwhile is stored"
    assert desk.controller.work.learning == "a line"


def test_the_old_model_stays_until_the_new_one_has_read_what_comes(desk: Desk, workers: list[Worker]) -> None:
    old, second = start(desk), desk.session.ids[1]
    desk.controller.load_model(Path("new.onnx"))
    desk.controller.handle(ModelLoaded(Path("new.onnx"), "new", 2))
    desk.run("confirm")
    assert desk.controller.draft.text == f"old{second}" and not old.closed


def test_a_newer_model_that_fails_leaves_the_old_one(desk: Desk, workers: list[Worker]) -> None:
    old = start(desk)
    desk.controller.load_model(Path("new.onnx"))
    desk.controller.handle(ModelFailed("new.onnx: is damaged", 2))
    assert desk.controller.note.kind == "error" and workers[1].closed and not old.closed
    desk.controller.handle(Idle(1))
    assert old.filled == list(desk.session.ids[4:])


def test_what_a_replaced_model_says_late_changes_nothing(desk: Desk, workers: list[Worker]) -> None:
    old, (second, third) = start(desk), desk.session.ids[1:3]
    desk.controller.load_model(Path("new.onnx"))
    desk.controller.handle(ModelLoaded(Path("new.onnx"), "new", 2))
    proposed(desk, workers[1], second)
    desk.run("confirm")
    proposed(desk, old, second, third)
    assert desk.session.store.get(second).model_version == "new"
    desk.controller.handle(ModelFailed("old.onnx: is damaged", 1))
    assert desk.controller.note.kind != "error"


def test_only_the_newest_of_several_is_waited_for(desk: Desk, workers: list[Worker]) -> None:
    start(desk)
    for name in ("a.onnx", "b.onnx"):
        desk.controller.load_model(Path(name))
    assert [worker.closed for worker in workers] == [False, True, False]


def test_a_page_is_ended_with_the_model_that_it_began_with(desk: Desk, workers: list[Worker]) -> None:
    old = start(desk)
    desk.controller.paging.resize(12)
    desk.run("page")
    ids = desk.controller.paging.ids
    desk.controller.load_model(Path("new.onnx"))
    desk.controller.handle(ModelLoaded(Path("new.onnx"), "new", 2))
    proposed(desk, workers[1], *ids)
    desk.run("next")
    assert not old.closed and desk.controller.draft.text.startswith("old")
    desk.run("single")
    assert old.closed and desk.controller.draft.text.startswith("new")
