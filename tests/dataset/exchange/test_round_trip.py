"""Out and back through every format: bytes, labels and types come back as they were."""

import tempfile
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset.exchange import FORMATS, detect_format, export_dataset, import_into
from dataset.exchange.format import Row
from dataset.store import Store
from tests.dataset.exchange.support import listed_folder, png

HOSTILE = [
    "a\tb",
    'say "hi"',
    "1,5;6",
    "=1+2",
    "@SUM(A1)",
    "-5",
    "ab",
    "AB",
    "Ab",
    " leading",
    "trailing ",
    ".hidden",
    "CON",
    "53+6=?",
    "../x",
    "a/b\\c",
    "007",
    "NA",
    "éł字🎈",
    "עברית",
    "%41",
    "x__0a1b2c",
    "'",
    "{}[]",
    "<b>&amp;",
    "x.png",
    "é",
]
LABELS = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\t,\"';=+-@%/\\:?*<>|. _~"),
        min_size=1,
        max_size=12,
    )
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(bool)
)
TYPES = st.none() | st.sampled_from(["sums", "a b", "rejected", "x/y", "v1.2", "字"])
FORMATS_WITH_TYPES = ["csv", "imagefolder", "labelstudio", "tfrecord"]


def read_back(name: str, out: Path) -> Counter[tuple[bytes, str | None, str | None]]:
    rows = list(FORMATS[name].read(out))
    assert all(isinstance(row, Row) for row in rows), rows
    return Counter(
        (row.content if isinstance(row.content, bytes) else row.content.read_bytes(), row.label, row.type)
        for row in rows
        if isinstance(row, Row)
    )


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(LABELS, TYPES), min_size=1, max_size=6))
def test_any_label_comes_back(name: str, rows: list[tuple[str, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = listed_folder(Path(folder) / "source", rows)
        report = export_dataset(source, name, Path(folder) / "out")
        assert report.problems == []
        assert report.counts["exported"] == len(rows)
        kept = [(label, kind if name in FORMATS_WITH_TYPES else None) for label, kind in rows]
        expected = Counter((png(number), label, kind) for number, (label, kind) in enumerate(kept))
        found = read_back(name, Path(folder) / "out")
        if name == "folder":  # a single sub-folder is no type
            found = Counter((data, label, None) for data, label, _ in found.elements())
        assert found == expected
        assert detect_format(Path(folder) / "out").name == name


def test_sub_folders_keep_types(tmp_path: Path) -> None:
    rows = [("a", "sums"), ("a", "x/y"), ("b", "rejected"), ("c", None), ("d", "v1.2"), ("e", "字")]
    export_dataset(listed_folder(tmp_path / "source", rows), "folder", tmp_path / "out")
    assert read_back("folder", tmp_path / "out") == Counter((png(i), *row) for i, row in enumerate(rows))


@pytest.mark.parametrize("name", FORMATS)
def test_a_dataset_goes_out_and_into_another(name: str, tmp_path: Path) -> None:
    with Store.open(tmp_path / "one") as store:
        for number, label in enumerate(HOSTILE):
            store.add(png(number), label=label, by="me", type=("odd", "even")[number % 2])
        store.add(png(1000))
    assert export_dataset(tmp_path / "one", name, tmp_path / "out").counts == {
        "exported": len(HOSTILE),
        "unlabelled": 1,
    }
    steps: list[int] = []
    report = import_into(tmp_path / "two", tmp_path / "out", progress=steps.append)
    assert (report.format, report.problems) == (name, [])
    assert report.counts == {"added": len(HOSTILE), "labelled": 0, "already": 0}
    assert steps == [1] * len(HOSTILE)
    with Store.open(tmp_path / "two") as store:
        found = {store.read(sample): (sample.label, sample.type) for sample in store.samples()}
        assert {sample.labelled_by for sample in store.samples()} == {"import"}
    types = ("odd", "even") if name != "paddleocr" else (None, None)
    assert found == {png(number): (label, types[number % 2]) for number, label in enumerate(HOSTILE)}
    assert import_into(tmp_path / "two", tmp_path / "out").counts["already"] == len(HOSTILE)


def test_a_csv_cell_holds_the_label_unaltered(tmp_path: Path) -> None:
    export_dataset(listed_folder(tmp_path / "source", [("=1+2", None), ("007", None)]), "csv", tmp_path / "out")
    lines = (tmp_path / "out" / "labels.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["filename,label,type", "images/=1+2.png,=1+2,", "images/007.png,007,"]
