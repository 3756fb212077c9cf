import errno
import json
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ocr import BACKBONE
from ocr.artefact import CARD_KEY, Card
from ocr.errors import ArtefactError
from ocr.recognizer import Recognizer
from tests.ocr.conftest import TrainedOnce


def changed_card(trained: TrainedOnce, place: Path, **changes: object) -> Path:
    model = onnx.load(trained.model)
    for prop in model.metadata_props:
        if prop.key == CARD_KEY:
            prop.value = json.dumps(json.loads(prop.value) | changes)
    onnx.save(model, place)
    return place


def test_a_card_survives_its_json(trained: TrainedOnce) -> None:
    card = Recognizer.load(trained.model).card
    assert Card.from_json(card.to_json()) == card


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"none.onnx: cannot be read"):
        Recognizer.load(tmp_path / "none.onnx")


def test_truncated(trained: TrainedOnce, tmp_path: Path) -> None:
    data = trained.model.read_bytes()
    for size in (0, 100, len(data) // 2, len(data) - 1):
        cut = tmp_path / f"cut{size}.onnx"
        cut.write_bytes(data[:size])
        with pytest.raises(ArtefactError, match=f"cut{size}.onnx"):
            Recognizer.load(cut)


def test_no_onnx_at_all(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("hello")
    with pytest.raises(ArtefactError, match="no ONNX model"):
        Recognizer.load(tmp_path / "text.onnx")


def test_another_programs_model(tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])],
        "g",
        [value],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), tmp_path / "o.onnx")
    with pytest.raises(ArtefactError, match="another program"):
        Recognizer.load(tmp_path / "o.onnx")


def test_a_card_of_endless_depth() -> None:
    with pytest.raises(ArtefactError, match="is damaged"):
        Card.from_json("[" * 200_000)


def test_a_newer_format(trained: TrainedOnce, tmp_path: Path) -> None:
    newer = changed_card(trained, tmp_path / "new.onnx", format=99)
    with pytest.raises(ArtefactError, match=r"new.onnx: was made by a newer version .* update"):
        Recognizer.load(newer)


@pytest.mark.parametrize("unmixed", [True, False])
def test_an_older_format_that_saw_colours_otherwise(unmixed: bool) -> None:
    spec = {"height": 40, "width": 160, "channels": 3, "unmixed": unmixed}
    about = dict.fromkeys(("architecture", "version", "created"), "x")
    text = json.dumps(about | {"charset": "a", "input": spec, "types": [KIND], "format": 2})
    if unmixed:
        with pytest.raises(ArtefactError, match="made by an older version of the toolkit, which saw colours otherwise"):
            Card.from_json(text)
    else:
        assert Card.from_json(text).format == 2


INPUT = {"height": 40, "width": 160, "channels": 1}
KIND = {"name": None, "charset": "a", "templates": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"input": {}},
        {"input": INPUT | {"height": "40"}},
        {"input": INPUT | {"height": 0}},
        {"input": INPUT | {"height": 10**9}},
        {"input": INPUT | {"channels": 2}},
        {"input": INPUT | {"unmixed": True}},
        {"input": INPUT | {"width": None, "min_width": 64, "max_width": 32}},
        {"input": INPUT | {"band": float("nan")}},
        {"input": INPUT | {"band": True}},
        {"input": INPUT | {"despeckled": "no"}},
        {"input": INPUT | {"fold": 0}},
        {"input": INPUT | {"turned": 45}},
        {"input": INPUT | {"turned": [90]}},
        {"input": INPUT | {"part": 1}},
        {"input": INPUT | {"part": ["0", 0, 1, 1]}},
        {"input": INPUT | {"part": [0, 0.8, 1, 0.2]}},
        {"charset": "aa"},
        {"charset": 5},
        {"types": [1]},
        {"types": [KIND | {"name": 3}]},
        {"types": [KIND | {"charset": "☃"}]},
        {"types": [KIND | {"templates": [["☃"]]}]},
        {"types": [KIND | {"templates": [[["a"]]]}]},
        {"metrics": None},
        {"training": []},
        {"temperature": "warm"},
        {"format": "x"},
        {"odd": 1},
    ],
)
def test_a_damaged_card(trained: TrainedOnce, tmp_path: Path, changes: dict[str, object]) -> None:
    damaged = changed_card(trained, tmp_path / "odd.onnx", **changes)
    with pytest.raises(ArtefactError, match=r"odd.onnx: is damaged: its description"):
        Recognizer.load(damaged)


def test_a_card_of_another_network(trained: TrainedOnce, tmp_path: Path) -> None:
    card = Recognizer.load(trained.model).card
    spec = asdict(card.input)
    for changes in (
        {"charset": card.charset + "☃"},
        {"input": spec | {"height": 64}},
        {"input": spec | {"channels": 4 - card.input.channels}},
        {"types": []},
        {"types": [{"name": name, "charset": "", "templates": []} for name in "ab"]},
    ):
        other = changed_card(trained, tmp_path / "other.onnx", **changes)
        with pytest.raises(ArtefactError, match=r"other.onnx: is damaged: its network is not the one"):
            Recognizer.load(other)


def test_a_network_that_cannot_be_run(trained: TrainedOnce, tmp_path: Path) -> None:
    recognizer = Recognizer.load(trained.model)
    with pytest.raises(ArtefactError, match=r"model.onnx: is damaged: its network cannot be run"):
        recognizer._run(np.zeros((1, 3, 5, 1), dtype=np.uint8))


@pytest.mark.skipif(not Path("/dev/full").exists() or os.name == "nt", reason="needs a full device")
def test_a_full_disk_is_a_sentence() -> None:
    from ocr.training.export import write

    with pytest.raises(ArtefactError, match="cannot be written"):
        write(Path("/dev/full/model.onnx"), b"x")


def test_a_failed_write_leaves_the_old_artefact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.training.export import write

    old = tmp_path / "model.onnx"
    old.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtefactError, match=r"model\.onnx: cannot be written \(No space left on device\)"):
        write(old, b"new")
    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_a_place_that_cannot_be_is_told_before_training(tmp_path: Path) -> None:
    from ocr.training.export import check_place

    with pytest.raises(ArtefactError, match="is a folder"):
        check_place(tmp_path)
    with pytest.raises(ArtefactError, match="there is no folder"):
        check_place(tmp_path / "none" / "model.onnx")


def test_room_is_looked_for_that_the_largest_artefact_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.training.export import check_place

    written: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: written.append(os.fstat(descriptor).st_size))
    check_place(tmp_path / "model.onnx")
    assert BACKBONE.with_name("backbone_large.onnx").stat().st_size < 0.8 * sum(written)


def test_a_full_disk_is_told_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.training.export import check_place

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtefactError, match=r"model\.onnx: cannot be written \(No space left on device\)"):
        check_place(tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
