"""Undo and redo: single edits and batches, across restarts, whatever happened to the folder meanwhile."""

import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dataset.charset import normalise
from dataset.errors import DatasetError
from dataset.hashing import sha256_of
from dataset.sample import STATUSES
from dataset.store import Store
from tests.dataset.support import SCRATCH, contents, disagreements, named, plain_folder, png


def test_undo_and_redo_go_step_by_step_across_restarts(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    steps = [named(opened := Store.open(tmp_path))]
    opened.close()
    for work in (
        lambda s: s.label(1, "X", by="me"),
        lambda s: s.label(1, "Y", by="me"),
        lambda s: s.set_status(2, "skipped", by="me", reason="blurred"),
        lambda s: s.label_many([(1, "Z"), (2, "Z")], by="model"),
        lambda s: s.set_type([1, 2], "plain", by="me"),
    ):
        with Store.open(tmp_path) as store:
            work(store)
            steps.append(named(store))
    for before in reversed(steps[:-1]):
        with Store.open(tmp_path) as store:
            assert store.undo() is not None
            assert named(store) == before
            assert disagreements(store) == []
    with Store.open(tmp_path) as store:
        assert store.undo() is None
    for after in steps[1:]:
        with Store.open(tmp_path) as store:
            assert store.redo() is not None
            assert named(store) == after
            assert disagreements(store) == []
    with Store.open(tmp_path) as store:
        assert store.redo() is None


def test_an_edit_tells_what_it_was(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store:
        store.label_many([(2, "B"), (1, "A")], by="model 7")
        edit = store.undo()
        assert edit is not None
        assert (edit.action, edit.by, sorted(edit.samples)) == ("label", "model 7", [1, 2])
        assert store.redo() is not None
        store.set_status(1, "skipped", by="me")
        assert (store.undo() or edit).action == "skipped"


def test_undo_brings_every_field_back(tmp_path: Path) -> None:
    plain_folder(tmp_path, "cap.2021.JPG")
    with Store.open(tmp_path) as store:
        store.set_status(1, "unreadable", by="me", reason="black")
        before = store.get(1)
        store.label(1, "X", by="you", status="reviewed")
        after = store.get(1)
        store.undo()
        assert store.get(1) == before
        store.redo()
        assert store.get(1) == after


def test_a_new_edit_ends_what_could_be_redone(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store:
        store.label(1, "X", by="me")
        store.undo()
        store.set_type([1], None, by="me")  # changes nothing, so it is no edit
        assert store.redo() is not None
        store.undo()
        store.label(2, "Y", by="me")
        assert store.redo() is None
        store.undo()
        assert store.undo() is None


def test_a_batch_is_all_or_nothing(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store:
        with pytest.raises(DatasetError, match="no sample 99"):
            store.label_many([(1, "X"), (2, "Y"), (99, "Z")], by="me")
        assert contents(tmp_path).keys() == {"a.png", "b.png"}
        assert store.undo() is None
        assert store.label_many([], by="me") == 0


def test_an_exchange_of_names_in_one_batch(tmp_path: Path) -> None:
    plain_folder(tmp_path, "A.png", "B.png")
    with Store.open(tmp_path) as store:
        store.label_many([(1, "B"), (2, "A"), (1, "C")], by="me")
        assert {s.id: s.label for s in store.samples()} == {1: "C", 2: "A"}
        assert disagreements(store) == []
        store.undo()
        assert {s.id: s.file for s in store.samples()} == {1: "A.png", 2: "B.png"}
        assert store.read(store.get(1)) == png(0)
        store.redo()
        assert {s.id: s.label for s in store.samples()} == {1: "C", 2: "A"}
        assert disagreements(store) == []


def test_undo_when_the_old_name_is_taken_meanwhile(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path) as store:
        store.label(1, "X", by="me")
        (tmp_path / "a.png").write_bytes(b"a stranger")
        store.undo()
        sample = store.get(1)
        assert (sample.label, sample.status) == (None, "new")
        assert sample.file.startswith("a__")
        assert store.read(sample) == png(0)
        assert (tmp_path / "a.png").read_bytes() == b"a stranger"
        store.redo()
        assert store.get(1).file == "X.png"


def test_undo_when_the_old_folder_or_the_file_has_gone(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png", "sub/c.png")
    with Store.open(tmp_path) as store:
        store.label_many([(1, "X"), (2, "Y"), (3, "Z")], by="me")
        (tmp_path / "Y.png").unlink()
        assert store.undo() is not None  # one lost file does not block the way back for the others
        assert [s.label for s in store.samples()] == [None, None, None]
        assert [s.file for s in store.samples()] == ["a.png", "Y.png", "sub/c.png"]


ALPHABET = st.sampled_from(["ab", "AB", "Ab", "é", "e\u0301", "x/y", "con", "..", "53+6=?", "字", "b", "a.png"])


class StoreAgainstModel(RuleBasedStateMachine):
    """The store does what a dictionary with a list of edits does, and rows and files agree after every step."""

    @initialize()
    def open(self) -> None:
        self.scratch = tempfile.TemporaryDirectory(dir=SCRATCH)
        self.folder = plain_folder(Path(self.scratch.name), "ab.png", "b.PNG", "sub/c.jpeg", "字.png")
        self.store = Store.open(self.folder)
        self.rows: dict[int, dict[str, Any]] = {
            s.id: {"status": s.status, "label": None, "type": None} for s in self.store.samples()
        }
        self.shas = {s.id: sha256_of(self.store.read(s)) for s in self.store.samples()}
        self.done: list[dict[int, tuple[dict[str, Any], dict[str, Any]]]] = []
        self.undone: list[dict[int, tuple[dict[str, Any], dict[str, Any]]]] = []
        self.pictures = random.Random(0)

    def edit(self, changes: dict[int, dict[str, Any]], *, always: bool) -> None:
        step = {}
        for i, values in changes.items():
            after = {**self.rows[i], **values}
            if always or after != self.rows[i]:
                step[i] = (self.rows[i], after)
                self.rows[i] = after
        if step:
            self.done.append(step)
            self.undone.clear()

    @rule(pick=st.integers(0, 99), label=ALPHABET, status=st.sampled_from(["labelled", "reviewed"]))
    def label(self, pick: int, label: str, status: str) -> None:
        i = sorted(self.rows)[pick % len(self.rows)]
        self.store.label(i, label, by=f"me {len(self.done)} {self.pictures.random()}", status=status)
        self.edit({i: {"label": normalise(label), "status": status}}, always=True)

    @rule(
        picks=st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True), labels=st.lists(ALPHABET, min_size=5)
    )
    def label_many(self, picks: list[int], labels: list[str]) -> None:
        ids = sorted(self.rows)
        pairs = {ids[pick % len(ids)]: label for pick, label in zip(picks, labels, strict=False)}
        self.store.label_many(pairs.items(), by=f"model {self.pictures.random()}")
        changes = {i: {"label": normalise(t), "status": "labelled"} for i, t in pairs.items()}
        self.edit(changes, always=True)

    @rule(pick=st.integers(0, 99), status=st.sampled_from(STATUSES))
    def set_status(self, pick: int, status: str) -> None:
        i = sorted(self.rows)[pick % len(self.rows)]
        self.store.set_status(i, status, by="me", reason=str(self.pictures.random()))
        self.edit({i: {"status": status}}, always=True)

    @rule(pick=st.integers(0, 99), type=st.sampled_from([None, "plain", "sums"]))
    def set_type(self, pick: int, type: str | None) -> None:
        i = sorted(self.rows)[pick % len(self.rows)]
        self.store.set_type([i], type, by="me")
        self.edit({i: {"type": type}}, always=False)

    @rule(label=st.one_of(st.none(), ALPHABET))
    def add(self, label: str | None) -> None:
        data = png(self.pictures.getrandbits(40))
        sample = self.store.add(data, label=label, by="me").sample
        text = None if label is None else normalise(label)
        self.rows[sample.id] = {"status": "labelled" if label else "new", "label": text, "type": None}
        self.shas[sample.id] = sha256_of(data)

    @rule()
    def undo(self) -> None:
        edit = self.store.undo()
        assert (edit is None) == (not self.done)
        if self.done:
            step = self.done.pop()
            assert edit is not None and set(edit.samples) == step.keys()
            for i, (before, after) in step.items():
                self.rows[i] = {**self.rows[i], **{k: v for k, v in before.items() if v != after[k]}}
            self.undone.append(step)

    @rule()
    def redo(self) -> None:
        edit = self.store.redo()
        assert (edit is None) == (not self.undone)
        if self.undone:
            step = self.undone.pop()
            for i, (before, after) in step.items():
                self.rows[i] = {**self.rows[i], **{k: v for k, v in after.items() if v != before[k]}}
            self.done.append(step)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder)

    @invariant()
    def agrees(self) -> None:
        found = {s.id: {"status": s.status, "label": s.label, "type": s.type} for s in self.store.samples()}
        assert found == self.rows
        assert {s.id: sha256_of(self.store.read(s)) for s in self.store.samples()} == self.shas
        assert disagreements(self.store) == []

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.scratch.cleanup()


TestStoreAgainstModel = StoreAgainstModel.TestCase
TestStoreAgainstModel.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.full
class TestStoreAgainstModelForLong(StoreAgainstModel.TestCase):
    settings = settings(
        max_examples=400, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
    )
