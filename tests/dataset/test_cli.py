"""`python -m dataset`, each sub-command from the outside."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dataset import cli, console
from dataset.store import Store
from tests.dataset.support import plain_folder, png
from tests.support import COMMANDS, one_sentence, run


class Ran:
    """Status and output of one command run in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *argv: object) -> None:
        try:
            self.status = console.run(cli.main, [str(a) for a in argv], prog=cli.PROG)
        except SystemExit as end:
            self.status = int(end.code or 0)
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> Any:
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = plain_folder(tmp_path / "d", "a.png", "b.png", "c.png")
    with Store.open(folder) as store:
        store.index()
        store.label_many([(1, "A?"), (2, "字")], by="me")
    return folder


def test_synth(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ran = Ran(capsys, "synth", tmp_path / "d", "--count", 3, "--length", "4-5", "--seed", 1, "--json")
    assert ran.status == 0, ran.err
    assert ran.json == {"added": 3, "folder": str(tmp_path / "d")}
    with Store.open(tmp_path / "d", read_only=True) as store:
        assert all(len(s.label or "") in (4, 5) for s in store.samples())


def test_export_and_import(capsys: pytest.CaptureFixture[str], dataset: Path, tmp_path: Path) -> None:
    ran = Ran(capsys, "export", dataset, "--format", "csv", "--out", tmp_path / "out", "--json")
    assert ran.status == 0, ran.err
    assert (ran.json["exported"], ran.json["unlabelled"], ran.json["problems"]) == (2, 1, [])
    ran = Ran(capsys, "import", tmp_path / "new", "--from", tmp_path / "out", "--json")
    assert ran.status == 0, ran.err
    assert (ran.json["format"], ran.json["added"]) == ("csv", 2)
    ran = Ran(capsys, "import", tmp_path / "new", "--from", tmp_path / "out")
    assert ran.status == 0
    assert "0 added, 0 labelled, 2 already" in ran.out


def test_problems_are_listed_and_what_is_good_is_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = plain_folder(tmp_path / "source", "a.png")
    (source / "labels.csv").write_text("filename,label\na.png,A\n" + "gone.png,G\n" * 30)
    ran = Ran(capsys, "import", tmp_path / "d", "--from", source)
    assert ran.status == 0
    assert "1 added" in ran.out and "30 problems" in ran.out and "and 10 more" in ran.out
    (source / "labels.csv").write_text("filename,label\ngone.png,G\n")
    assert Ran(capsys, "import", tmp_path / "other", "--from", source, "--json").status == 1


def test_merge(capsys: pytest.CaptureFixture[str], dataset: Path, tmp_path: Path) -> None:
    other = plain_folder(tmp_path / "other", "X.png")
    ran = Ran(capsys, "merge", dataset, other, "--out", tmp_path / "both", "--json")
    assert ran.status == 0, ran.err
    assert (ran.json["samples"], ran.json["new"], ran.json["conflict"]) == (3, 3, 1)
    ran = Ran(capsys, "merge", dataset, other, "--out", tmp_path / "both")
    assert ran.status == 0 and "3 samples" in ran.out


def test_stats(capsys: pytest.CaptureFixture[str], dataset: Path) -> None:
    ran = Ran(capsys, "stats", dataset, "--json")
    assert ran.status == 0
    assert ran.json["samples"] == 3
    assert ran.err == ""
    ran = Ran(capsys, "stats", dataset)
    assert ran.status == 0 and "labelled: 2" in ran.out and "字: 1" in ran.out


def test_verify_and_repair(capsys: pytest.CaptureFixture[str], dataset: Path) -> None:
    assert Ran(capsys, "verify", dataset, "--json").json["ok"] is True
    (dataset / "字.png").rename(dataset / "moved.png")
    (dataset / "c.png").unlink()
    ran = Ran(capsys, "verify", dataset, "--json")
    assert ran.status == 1
    assert [finding["kind"] for finding in ran.json["findings"]] == ["missing-file", "missing-file"]
    ran = Ran(capsys, "verify", dataset, "--repair")
    assert ran.status == 1  # a file that is gone cannot be mended
    assert "1 repaired" in ran.out
    (dataset / "c.png").write_bytes(png(2))
    assert Ran(capsys, "verify", dataset).status == 0


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["fly"],
        ["synth", "d"],
        ["synth", "d", "--count", "0"],
        ["synth", "d", "--count", "many"],
        ["synth", "d", "--count", "1", "--length", "x"],
        ["synth", "d", "--count", "1", "--length", "6-4"],
        ["synth", "d", "--count", "1", "--style", "no such style"],
        ["export", "d", "--out", "x"],
        ["export", "{dataset}", "--format", "cvs", "--out", "{tmp}/x"],
        ["export", "{dataset}", "--format", "csv", "--out", "{dataset}/inside"],
        ["import", "d"],
        ["import", "{dataset}", "--from", "{dataset}"],
        ["merge", "d"],
        ["merge", "{dataset}", "--out", "{tmp}/x"],
        ["merge", "{dataset}", "{tmp}", "--out", "{dataset}"],
        ["stats"],
        ["stats", ""],
        ["synth", "", "--count", "1"],
        ["export", "{dataset}", "--format", "tfrecord", "--list-only", "--out", "{tmp}/x"],
        ["synth", "{dataset}", "--count", "1", "--pairs"],
        ["verify", "{dataset}", "--mend"],
    ],
    ids=" ".join,
)
def test_wrong_use(
    capsys: pytest.CaptureFixture[str], dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    ran = Ran(capsys, *(a.format(dataset=dataset, tmp=tmp_path) for a in argv))
    assert ran.status == 2
    assert ran.out == ""
    assert one_sentence(ran.err), ran.err
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "argv",
    [
        ["stats", "{tmp}/gone"],
        ["stats", "{tmp}/empty"],
        ["stats", "{tmp}/broken"],
        ["stats", "{tmp}/file"],
        ["verify", "{tmp}/gone"],
        ["verify", "{tmp}/empty"],
        ["verify", "{tmp}/broken"],
        ["verify", "{tmp}/broken", "--repair"],
        ["export", "{tmp}/gone", "--format", "csv", "--out", "{tmp}/x"],
        ["export", "{tmp}/broken", "--format", "csv", "--out", "{tmp}/x"],
        ["import", "{tmp}/new", "--from", "{tmp}/gone"],
        ["import", "{tmp}/new", "--from", "{tmp}/empty"],
        ["import", "{tmp}/broken", "--from", "{dataset}"],
        ["import", "{tmp}/file", "--from", "{dataset}"],
        ["merge", "{dataset}", "{tmp}/gone", "--out", "{tmp}/x"],
        ["merge", "{dataset}", "{tmp}/broken", "--out", "{tmp}/x"],
        ["synth", "{tmp}/file", "--count", "1"],
    ],
    ids=" ".join,
)
def test_broken_folders(capsys: pytest.CaptureFixture[str], dataset: Path, tmp_path: Path, argv: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "captcha.db").write_bytes(b"rubbish" * 1000)
    for options in ([], ["--json"]):
        ran = Ran(capsys, *(a.format(dataset=dataset, tmp=tmp_path) for a in argv), *options)
        assert ran.status == 1
        assert ran.out == ""
        assert one_sentence(ran.err), ran.err
    assert not (tmp_path / "new").exists()


def test_as_a_command_with_a_strange_locale(dataset: Path) -> None:
    done = run(*COMMANDS["dataset"], "stats", dataset, "--json", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert json.loads(done.stdout)["by_character"]["字"] == 1
    assert done.stderr == ""


def test_the_command_of_the_package(dataset: Path) -> None:
    done = run(*COMMANDS["dataset"], "verify", os.fspath(dataset))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 samples checked, 0 findings, 0 repaired\n"
