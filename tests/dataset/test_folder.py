"""Reading folders of every form without changing them."""

from pathlib import Path

import pytest

from dataset.errors import DatasetError
from dataset.folder import Item, picture_paths, read_folder
from dataset.store import Store
from tests.dataset.support import plain_folder, png


def labels(folder: Path, problems: list[str] | None = None) -> dict[str, tuple[str | None, str | None]]:
    return {item.name: (item.label, item.type) for item in read_folder(folder, problems)}


def listed(folder: Path, text: str, *names: str) -> Path:
    plain_folder(folder, *names)
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_plain_folder_has_its_labels_in_the_names(tmp_path: Path) -> None:
    plain_folder(tmp_path, "XK7P2.png", "53+6=%3F.jpeg", "AB__3f2a9c.PNG", "cap.2021.gif")
    assert labels(tmp_path) == {
        "53+6=%3F.jpeg": ("53+6=?", None),
        "AB__3f2a9c.PNG": ("AB", None),
        "XK7P2.png": ("XK7P2", None),
        "cap.2021.gif": ("cap.2021", None),
    }
    assert not (tmp_path / "captcha.db").exists()


def test_sub_folders_of_a_plain_folder_are_types(tmp_path: Path) -> None:
    plain_folder(tmp_path, "sums/1+1.png", "words/de/ja.png", "x.png")
    assert labels(tmp_path) == {
        "sums/1+1.png": ("1+1", "sums"),
        "words/de/ja.png": ("ja", "words/de"),
        "x.png": ("x", None),
    }


def test_one_sub_folder_is_no_type(tmp_path: Path) -> None:
    assert labels(plain_folder(tmp_path, "images/x.png")) == {"images/x.png": ("x", None)}


def test_a_dataset_gives_confirmed_labels_only(tmp_path: Path) -> None:
    plain_folder(tmp_path, *(f"{name}.png" for name in "abcdef"))
    (tmp_path / "f.png").write_bytes(png(0))
    with Store.open(tmp_path) as store:
        store.index()
        store.label(1, "A", by="me")
        store.label(2, "B", by="me", status="reviewed")
        store.label(3, "C", by="me")
        store.set_status(3, "skipped", by="me")
        store.set_type([1], "plain", by="me")
        store.reject(b"x", "not-an-image")
    items = {item.name: item for item in read_folder(tmp_path)}
    assert {name: item.label for name, item in items.items()} == {
        "A.png": "A", "B.png": "B", "C.png": None, "d.png": None, "e.png": None,
    }  # fmt: skip
    one = items["A.png"]
    assert one == Item(tmp_path / "A.png", "A.png", "A", "plain", 1, one.sha256)
    assert one.sha256 is not None


def test_a_dataset_whose_writer_was_killed_is_read_as_it_lies(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store, store._writing() as transaction:
        transaction.moves.move("a.png", "half done.png")
        paths = {item.name: item.path for item in read_folder(tmp_path)}
        assert paths == {"a.png": tmp_path / "half done.png", "b.png": tmp_path / "b.png"}


def test_labels_csv(tmp_path: Path) -> None:
    text = '\ufefffilename,label,type,note\na.png,"A,\tB",plain,x\nsub/b.png,e\u0301,,y\n'
    assert labels(listed(tmp_path, text, "a.png", "sub/b.png", "not listed.png")) == {
        "a.png": ("A,\tB", "plain"),
        "sub/b.png": ("é", None),
        "not listed.png": (None, None),
    }


def test_bad_rows_of_labels_csv_are_told_by_line_and_the_good_ones_kept(tmp_path: Path) -> None:
    rows = ["filename,label", "a.png,A", "gone.png,G", "../out.png,O", "/etc/passwd,P", "a.png,twice", ",x",
            "b.png,B,more", "b.png,B"]  # fmt: skip
    (tmp_path / "out.png").write_bytes(png(1))
    folder = listed(tmp_path / "d", "\n".join(rows) + "\n", "a.png", "b.png")
    problems: list[str] = []
    assert labels(folder, problems) == {"a.png": ("A", None), "b.png": ("B", None)}
    assert [problem.partition(": ")[0].rpartition(" ")[2] for problem in problems] == [
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
    ]
    assert all("labels.csv, line " in problem for problem in problems)


def test_a_row_without_a_label_names_a_picture_that_nobody_has_labelled(tmp_path: Path) -> None:
    folder = listed(tmp_path, "filename,label,type\na.png,,plain\nb.png,B,plain\n", "a.png", "b.png")
    problems: list[str] = []
    assert labels(folder, problems) == {"a.png": (None, "plain"), "b.png": ("B", "plain")}
    assert not problems


def test_a_row_that_is_not_utf8_costs_only_itself(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    (tmp_path / "labels.csv").write_bytes(b"filename,label\na.png,caf\xe9\nb.png,B\n")
    problems: list[str] = []
    assert labels(tmp_path, problems) == {"a.png": (None, None), "b.png": ("B", None)}
    assert len(problems) == 1 and "UTF-8" in problems[0]


def test_a_folder_of_folders_is_one_set_with_types(tmp_path: Path) -> None:
    listed(tmp_path / "one", "filename,label\na.png,A\n", "a.png")
    listed(tmp_path / "two", "filename,label,type\na.png,B,own\n", "a.png")
    with Store.open(plain_folder(tmp_path / "three", "c.png")) as store:
        store.label(1, "C", by="me")
    (tmp_path / "notes").mkdir()
    assert labels(tmp_path) == {"one/a.png": ("A", "one"), "two/a.png": ("B", "own"), "three/C.png": ("C", "three")}


@pytest.mark.parametrize(
    ("text", "match"),
    [("file,text\na.png,A\n", "must name the column"), ("", "must name the column"), (None, "no pictures")],
)
def test_folders_that_cannot_be_read(tmp_path: Path, text: str | None, match: str) -> None:
    if text is not None:
        (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(DatasetError, match=match):
        read_folder(tmp_path)


def test_a_missing_folder_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    for name, sentence in (("gone", "gone: no such folder"), ("a.png", "a.png: is a file; give a folder")):
        with pytest.raises(DatasetError, match=sentence):
            read_folder(tmp_path / name)


def test_picture_paths(tmp_path: Path) -> None:
    plain_folder(tmp_path / "d", "b.png", "a.png", "sub/c.jpg")
    (tmp_path / "d" / "notes.txt").touch()
    (tmp_path / "d" / "loop").symlink_to(tmp_path / "d", target_is_directory=True)
    given = [tmp_path / "any name", tmp_path / "d"]
    assert [path.relative_to(tmp_path).as_posix() for path in picture_paths(given)] == [
        "any name", "d/a.png", "d/b.png", "d/sub/c.jpg",
    ]  # fmt: skip
