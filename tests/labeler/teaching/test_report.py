"""The page about a sitting: true to its record, loads nothing, survives any label and any lack."""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dataset.errors import DatasetError
from labeler import i18n
from labeler.teaching import report
from labeler.teaching.chart import progress, step, thinned
from labeler.teaching.record import Estimate, Lesson, Point, Reading, Record
from tests.labeler.conftest import draw

NASTY = "<b>$&\"'"


class Page(HTMLParser):
    """What a page holds: texts, and where its links and pictures point."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.sources: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Thirty pictures, two lessons of which one was taken, four readings."""
    made = Record(tmp_path / "sundry", 40, before=5, length=4.0, typed=20, accepted=10, suspects=3, changed=1)
    made.points = [Point(n + 1, 5 * n + 5 if n < 20 else 100 + n - 19, 3.0 * n + 3) for n in range(30)]
    made.lessons = [Lesson(20, 20, 31.0, 0.75, 0.4), Lesson(28, 28, 29.0, 0.5, 0.2, taken=False)]
    made.estimate = Estimate(49, 50, 0.895, 0.996)
    made.readings = [
        Reading(1, "ab1d", "zzzz", 0.99, 0), Reading(2, "ab2d", "ab2d", 0.6, 1), Reading(3, NASTY, "ab3d", 0.9, 1),
        Reading(4, "ab4d", "ab4", 0.4, 1),
    ]  # fmt: skip
    for number in range(1, 5):
        draw(f"ab{number}d").save(tmp_path / f"p{number}.png")
    return made


def find(record: Record, sample: int) -> Path:
    return record.folder.parent / f"p{sample}.png"


def page(record: Record) -> Page:
    return Page(report.page(record, lambda sample: find(record, sample)))


def test_the_figures_are_those_of_the_record(record: Record) -> None:
    text = page(record).text
    assert "35 of 40 pictures labelled, 5 of them before this sitting" in text
    assert "3.67 keys a picture 110 in all; typing every label: 5.0" in text
    assert "20 pictures a minute" in text
    assert "33% of the proposals were right 20 labels written by hand" in text
    assert "98.0% read right of pictures that came by chance 49 of 50; 95 % interval 89.5% to 99.6%" in text
    assert "2 lessons 60 s of one processor" in text
    assert "3 labels looked at again 1 of them changed" in text
    assert "1 20 75.0% 40% 31 yes" in text
    assert "2 28 50.0% 20% 29 no, the one before was better" in text


@pytest.mark.parametrize("code", [code for code in i18n.LANGUAGES if code != "en"])
def test_it_speaks_the_language_of_the_window(record: Record, code: str) -> None:
    record.points.append(Point(31, 1234, 93.0))
    english = page(record)
    assert "1,234 keys" in english.text
    i18n.use_language(code)
    try:
        other, whole = page(record), report.page(record, lambda sample: find(record, sample))
    finally:
        i18n.use_language("en")
    assert f'<html lang="{code}">' in whole and '<html lang="en">' not in whole
    sentences = {text.strip() for text in english.words if re.search(r"[a-z]{3,}", text) and "{" not in text}
    of_the_data = {word for word in sentences if re.search(r"\.png|ab\dd?|sundry", word)}
    assert not (sentences - of_the_data) & {text.strip() for text in other.words}
    assert "98,0%" in other.text and "98.0%" not in other.text and "1,234" not in other.text


def test_hard_pictures_are_what_taught_models_got_wrong_then_doubted(record: Record) -> None:
    assert [reading.sample for reading in report.hardest(record.readings)] == [3, 4, 2]
    untaught = [reading._replace(lesson=0) for reading in record.readings]
    assert [reading.sample for reading in report.hardest(untaught)] == [1, 3, 4, 2]


def test_it_loads_nothing_and_survives_any_label(record: Record) -> None:
    made = page(record)
    assert made.sources
    assert all(source.startswith("data:image/png;base64,") for source in made.sources)
    assert made.tags.count("b") == 6  # the tiles' own
    assert "url(" not in report.page(record, lambda sample: find(record, sample))
    assert NASTY[3:] in made.text.replace(" ", "")


def test_a_picture_that_is_gone_is_left_out(record: Record) -> None:
    find(record, 3).unlink()
    assert len(page(record).sources) == 2


def test_at_most_ten_hard_pictures(record: Record) -> None:
    record.readings = [Reading(1, "ab1d", "ab1", 0.5, 1)] * 30
    assert len(page(record).sources) == 10


def test_a_sitting_without_anything(tmp_path: Path) -> None:
    text = page(Record(tmp_path, 10, length=5.0)).text
    assert "0 of 10 pictures labelled" in text
    assert "nothing was learned" in text
    assert "has read nothing" in text


def test_it_is_written_whole_or_not_at_all(record: Record, tmp_path: Path) -> None:
    report.write(record, tmp_path / report.NAME, lambda sample: find(record, sample))
    assert (tmp_path / report.NAME).read_text("utf-8").endswith("</html>\n")
    with pytest.raises(DatasetError, match="nowhere"):
        report.write(record, tmp_path / "nowhere" / report.NAME, lambda sample: find(record, sample))


def test_the_curve_is_sound_xml_and_tells_its_end(record: Record) -> None:
    svg = progress(record.points, record.length, record.lessons)
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"] == "110 keys for 30 pictures"
    assert len(root.findall("g")) == 1  # the lesson that was taken
    numbers = [float(number) for path in root.iter("path") for number in re.findall(r"[\d.]+", path.attrib["d"])]
    assert 0 <= min(numbers) <= max(numbers) <= 900


def test_a_long_sitting_makes_no_long_curve() -> None:
    points = [Point(n, 2 * n, float(n)) for n in range(100_000)]
    found = thinned(points)
    assert len(found) <= 400
    assert (found[0], found[-1]) == (points[0], points[-1])


@pytest.mark.parametrize(("largest", "ticks"), [(1, 1), (5, 1), (12, 5), (832, 200), (4992, 1000), (30, 10)])
def test_ticks_are_round(largest: int, ticks: int) -> None:
    assert step(largest) == ticks


def test_lessons_that_ended_at_one_place_have_one_mark(record: Record) -> None:
    lessons = [Lesson(20, 20, 31.0), Lesson(30, 28, 30.0), Lesson(30, 30, 60.0)]
    svg = ElementTree.fromstring(progress(record.points, record.length, lessons))
    assert [mark.findtext("text") for mark in svg.findall("g")] == ["1", "3"]
