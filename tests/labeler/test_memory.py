from pathlib import Path

from dataset.store import Store
from labeler.memory import Memory, Place, first_picture


def test_the_first_picture_is_the_one_of_the_last_run(folder: Path) -> None:
    with Store.open(folder) as store:
        ids = store.ids()
        assert first_picture(store) == folder / "p0.png"
        store.label(ids[0], "done", by="me")
        assert first_picture(store) == folder / "p1.png", "the first without a label"
        Memory(store).write(Place(sample=ids[4]))
        assert first_picture(store) == folder / "p4.png"


def test_no_first_picture_when_there_is_none_to_show(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with Store.open(empty) as store:
        assert first_picture(store) is None
    with Store.open(folder) as store:
        Memory(store).write(Place(sample=99))
        assert first_picture(store) is None, "the picture of the last run is gone"
        Memory(store).write(Place(sample=store.ids()[1], mode="page"))
        assert first_picture(store) is None, "pages are shown"
