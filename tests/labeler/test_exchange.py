import queue
from pathlib import Path

from dataset.store import Store
from labeler import exchange
from tests.labeler.support import Desk


def ended(messages: "queue.SimpleQueue[object]") -> exchange.ExchangeEnded:
    while True:
        message = messages.get(timeout=30)
        if isinstance(message, exchange.ExchangeEnded):
            return message


def test_out_and_in_again(desk: Desk, tmp_path: Path) -> None:
    desk.write("one")
    desk.write("two")
    messages: queue.SimpleQueue[object] = queue.SimpleQueue()
    for name in exchange.formats():
        if name == "tfrecord":
            continue
        exchange.export(desk.session.folder, name, tmp_path / name, messages.put)
        assert not ended(messages).failed
        other = tmp_path / f"from-{name}"
        other.mkdir()
        exchange.take_in(other, tmp_path / name, messages.put)
        done = ended(messages)
        assert not done.failed, done.sentence
        with Store.open(other) as store:
            assert {sample.label for sample in store.samples()} == {"one", "two"}


def test_a_place_that_is_taken_is_said(desk: Desk, tmp_path: Path) -> None:
    messages: queue.SimpleQueue[object] = queue.SimpleQueue()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file").write_text("mine")
    exchange.export(desk.session.folder, "csv", tmp_path / "out", messages.put)
    assert ended(messages).failed and (tmp_path / "out" / "file").read_text() == "mine"
