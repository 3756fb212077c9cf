"""Tables of measured figures in the documents are made from the results."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import ablation, label_efficiency, tables


@pytest.mark.parametrize(
    ("name", "table"), [("ablation", ablation.table), ("label efficiency", label_efficiency.table)]
)
def test_the_recogniser_page_shows_what_was_measured(name: str, table: Callable[[], str]) -> None:
    assert tables.shown(tables.RECOGNISER, name) == table()


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
