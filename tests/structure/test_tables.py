"""Tables of measured figures in the documents are made from the results."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import ablation, label_efficiency, readme, tables


@pytest.mark.parametrize(("document", "name", "made"), readme.TABLES, ids=[name for _, name, _ in readme.TABLES])
def test_the_documents_show_what_was_measured(document: Path, name: str, made: Callable[[], str]) -> None:
    shown = tables.shown(document, name)
    assert shown == made(), "python -m benchmarks.readme"
    assert len(shown.splitlines()) > 5


def test_every_table_is_put_where_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("".join(f"<!-- {name}: begin --> old <!-- {name}: end -->\n" for _, name, _ in readme.TABLES))
    monkeypatch.setattr(readme, "TABLES", [(page, name, made) for _, name, made in readme.TABLES])
    readme.main()
    assert all(tables.shown(page, name) == made() for _, name, made in readme.TABLES)


@pytest.mark.parametrize("table", [ablation.table, label_efficiency.table])
def test_without_results_there_is_no_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, table: Callable[[], str]
) -> None:
    monkeypatch.setattr(tables, "RESULTS", tmp_path)
    assert table() == ""


def test_a_folder_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["ablation", "--data", str(tmp_path / "none")])
    with pytest.raises(SystemExit, match="2"):
        ablation.main()
    assert "there is no such folder" in capsys.readouterr().err


def test_a_table_is_put_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before <!-- a: begin --> old <!-- a: end --> after <!-- b: begin --><!-- b: end -->\n")
    tables.put(page, "a", "| new |")
    assert tables.shown(page, "a") == "| new |" and tables.shown(page, "b") == ""
    assert (
        page.read_text()
        == "before <!-- a: begin -->\n| new |\n<!-- a: end --> after <!-- b: begin --><!-- b: end -->\n"
    )
    with pytest.raises(ValueError, match="substring"):
        tables.shown(page, "c")
