"""Sure readings of unlabelled pictures serve as labels, and never drown those that people gave."""

from PIL import Image

from dataset.hashing import Fingerprint
from ocr.recognizer import Prediction
from ocr.training import pseudo
from ocr.training.data import Labelled


def sample(name: str, label: str = "") -> Labelled:
    return Labelled(name, Image.new("L", (8, 8)), label, None, Fingerprint(name, 0))


def test_only_sure_readings_with_a_text_are_taken() -> None:
    read = [Prediction("ab", 0.95, type="x"), Prediction("cd", 0.5), Prediction("", 0.99)]
    taken = pseudo.sure([sample("1"), sample("2"), sample("3")], read)
    assert [(one.name, one.label, one.type) for one in taken] == [("1", "ab", "x")]


def test_where_several_read_they_must_read_alike() -> None:
    first = [Prediction("ab", 0.95), Prediction("cd", 0.99), Prediction("ef", 0.6), Prediction("", 1.0)]
    second = [Prediction("ab", 0.5), Prediction("ce", 0.99), Prediction("ef", 0.7), Prediction("", 1.0)]
    taken = pseudo.agreed([sample("1"), sample("2"), sample("3"), sample("4")], [first, second])
    assert [(one.name, one.label) for one in taken] == [("1", "ab")]


def test_given_labels_stay_a_third() -> None:
    own, read = [sample("a", "a")] * 10, [sample("b", "b")] * 100
    both = pseudo.mixed(own, read)
    assert both.count(own[0]) == 50 and both.count(read[0]) == 100
    assert pseudo.mixed(own, read[:4]) == [*own, *read[:4]]
    assert pseudo.mixed(own, []) == own
