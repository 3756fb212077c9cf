"""Rows by line number, the good ones kept, and names that lead nowhere else."""

from pathlib import Path

import pytest

from dataset.errors import DatasetError
from dataset.tables import BadRow, TableRow, header_of, locate, read_table


def table(folder: Path, data: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(data)
    return path


def test_cells_come_as_written_with_the_line_where_the_row_ends(tmp_path: Path) -> None:
    path = table(tmp_path, b'\xef\xbb\xbfa,b\n=1, x \n\n"two\nlines","say ""hi"""\r\n\t,\xd0\xb9')
    assert list(read_table(path, ["a"])) == [
        TableRow(2, {"a": "=1", "b": " x "}),
        TableRow(5, {"a": "two\nlines", "b": 'say "hi"'}),
        TableRow(6, {"a": "\t", "b": "й"}),
    ]


def test_bad_rows_cost_only_themselves(tmp_path: Path) -> None:
    path = table(tmp_path, b"a,b\n1\n1,2,3\n\xff,2\n" + b"x" * 200_000 + b",2\n1,2\n")
    *bad, good = read_table(path, ["a", "b"])
    assert good == TableRow(6, {"a": "1", "b": "2"})
    assert [row.line for row in bad] == [2, 3, 4, 5]
    assert all(isinstance(row, BadRow) for row in bad)


def test_files_that_are_no_such_table_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="column b and the column c"):
        list(read_table(table(tmp_path, b"a,x\n1,2\n"), ["a", "b", "c"]))
    with pytest.raises(DatasetError, match="column a"):
        list(read_table(table(tmp_path, b""), ["a"]))
    with pytest.raises(DatasetError, match=r"nowhere\.csv: cannot be read"):
        list(read_table(tmp_path / "nowhere.csv", ["a"]))
    assert header_of(tmp_path / "nowhere.csv") == header_of(tmp_path) == []
    assert header_of(table(tmp_path, b"x" * 200_000)) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "names no file"),
        ("../x.png", "outside"),
        ("in/../../x.png", "outside"),
        ("..\\x.png", "outside"),
        ("/etc/hosts", "outside"),
        ("\\x.png", "outside"),
        ("C:\\x.png", "outside"),
        ("//server/share/x.png", "outside"),
        ("gone.png", "missing"),
        ("in", "missing"),
        ("a\0.png", "missing|no file name"),
        ("x" * 5000, "missing|no file name"),
    ],
)
def test_names_that_lead_nowhere(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "x.png").write_bytes(b"secret")
    with pytest.raises(DatasetError, match=words):
        locate(tmp_path / "root", name)


def test_names_with_either_separator_are_found(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.png").write_bytes(b"")
    for name in ("in/x.png", "in\\x.png", "./in/x.png"):
        assert locate(tmp_path, name).samefile(tmp_path / "in" / "x.png")
