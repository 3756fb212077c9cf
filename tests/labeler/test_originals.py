from pathlib import Path

from PIL import Image

from labeler.originals import Originals


def test_only_so_many_originals_are_kept(folder: Path, tmp_path: Path) -> None:
    originals = Originals()
    for number in range(100):
        originals.get(number, folder / "p0.png")
    assert len(originals._decoded) <= 24
    Image.new("L", (3000, 3000)).save(tmp_path / "large.png")
    originals.get(500, tmp_path / "large.png")
    assert list(originals._decoded) == [500]


def test_cleaned_pictures_are_kept_apart(folder: Path) -> None:
    originals = Originals()
    original, clean = originals.get(1, folder / "p0.png"), Image.new("L", (80, 30), 255)
    assert originals.cleaned(1) is None
    originals.keep_cleaned(1, clean)
    assert originals.cleaned(1) is clean and originals.get(1, folder / "p0.png") is original
    originals.forget_cleaned()
    assert originals.cleaned(1) is None
