"""The worker around a real artefact (untrained: what it reads makes no sense, but it reads)."""

import queue
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from labeler import proposals
from labeler.proposals import (
    Idle,
    Message,
    ModelFailed,
    ModelLoaded,
    ProposalWorker,
    Proposed,
    model_beside,
)
from tests.api_stub.artefact import write_artefact
from tests.labeler.conftest import Hand, draw


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artefact of the recogniser's format."""
    return write_artefact(tmp_path_factory.mktemp("model") / "model.onnx")


def messages(asked: "queue.SimpleQueue[Message]", kind: type) -> object:
    while not isinstance(message := asked.get(timeout=30), kind):
        pass
    return message


def test_what_is_wanted_soon_comes_with_other_readings(model: Path, folder: Path) -> None:
    asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
    worker = ProposalWorker(model, asked.put)
    loaded = messages(asked, ModelLoaded)
    assert isinstance(loaded, ModelLoaded) and loaded.path == model and loaded.version
    messages(asked, Idle)
    worker.fill([(number, folder / f"p{number}.png") for number in range(6)])
    worker.want([(7, folder / "p0.png")])
    seen: dict[int, int] = {}
    while len(seen) < 7:
        proposed = messages(asked, Proposed)
        assert isinstance(proposed, Proposed) and proposed.version == loaded.version
        for sample_id, proposal in proposed.rows:
            assert 0 <= proposal.confidence <= 1 and len(proposal.characters) == len(proposal.text)
            assert all(text != proposal.text for text, _confidence in proposal.alternatives)
            seen[sample_id] = len(proposal.alternatives)
    assert seen[7] <= 3
    worker.close()


def test_while_a_person_types_the_rest_waits_and_comes_in_small_portions(
    model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "_QUIET_SECONDS", 600.0)
    asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
    worker = ProposalWorker(model, asked.put)
    messages(asked, Idle)
    worker.stand_back()
    worker.fill([(number, folder / f"p{number}.png") for number in range(6)])
    worker.want([(7, folder / "p0.png")])
    urgent = messages(asked, Proposed)
    assert isinstance(urgent, Proposed)
    assert [sample_id for sample_id, _proposal in urgent.rows] == [7]
    assert asked.empty()
    monkeypatch.setattr(proposals, "_QUIET_SECONDS", 0.0)
    monkeypatch.setattr(proposals, "_TYPING_SECONDS", 600.0)
    worker.want([])
    sizes = []
    while sum(sizes) < 6:
        proposed = messages(asked, Proposed)
        assert isinstance(proposed, Proposed)
        sizes.append(len(proposed.rows))
    assert sizes == [4, 2]
    worker.close()


def test_it_is_not_idle_while_it_reads(model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on = threading.Event(), threading.Event()

    def load(path: Path) -> Image.Image:
        began.set()
        assert go_on.wait(30)
        return draw("a")

    monkeypatch.setattr("dataset.imagefile.load", load)
    asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
    worker = ProposalWorker(model, asked.put)
    messages(asked, Idle)
    assert worker.idle
    worker.want([(1, folder / "p0.png")])
    assert began.wait(30)
    assert not worker.idle
    go_on.set()
    messages(asked, Proposed)
    worker.close()


def test_a_bad_picture_is_left_out_and_the_rest_is_read(model: Path, folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"nothing")
    asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
    worker = ProposalWorker(model, asked.put)
    worker.fill([(1, folder / "bad.png"), (2, folder / "p0.png"), (3, folder / "gone.png")])
    proposed = messages(asked, Proposed)
    assert isinstance(proposed, Proposed) and [sample_id for sample_id, _proposal in proposed.rows] == [2]
    worker.close()


@pytest.mark.parametrize("content", [b"", b"not a model", None], ids=["empty", "foreign", "missing"])
def test_a_model_that_cannot_be_used_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
    worker = ProposalWorker(path, asked.put)
    failed = messages(asked, ModelFailed)
    assert isinstance(failed, ModelFailed) and "model.onnx" in failed.sentence
    worker.close()


def test_only_a_file_beside_the_data_is_a_model(tmp_path: Path) -> None:
    assert model_beside(tmp_path) is None
    (tmp_path / "model.onnx").mkdir()
    assert model_beside(tmp_path) is None


def test_the_model_beside_the_data_reads_along(window: Callable[..., Hand], folder: Path, model: Path) -> None:
    shutil.copy(model, folder / "model.onnx")
    hand = window()
    hand.open(folder)
    session = hand.app.controller.session
    assert session is not None

    def all_read() -> bool:
        return all(session.store.get(i).model_version for i in session.ids)

    hand.settle(all_read)
    first = session.store.get(session.ids[0])
    assert first.prediction is not None
    assert hand.app.workspace.field.text == first.prediction
    draw("new").save(folder / "zz.png")
    hand.settle(lambda: len(session.ids) == 7)
    hand.settle(all_read)


def test_a_bad_model_beside_the_data_is_said_and_labelling_goes_on(window: Callable[..., Hand], folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"nothing")
    hand = window()
    hand.open(folder)
    hand.settle(lambda: "model.onnx" in hand.app.controller.note.text and hand.app.controller.note.kind == "error")
    hand.type("on")
    hand.press("Return")
    assert (folder / "on.png").exists()
