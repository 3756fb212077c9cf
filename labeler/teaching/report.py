"""The page about a sitting: how it went, how right it is, what was hard. One HTML file that loads nothing."""

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from dataset import imagefile
from dataset.atomic import atomic_write
from dataset.errors import ToolkitError
from labeler.teaching.chart import progress
from labeler.teaching.record import Lesson, Reading, Record
from ocr.page_parts import confusions, figure, tile
from ocr.page_parts import page as framed

NAME = "labelling-report.html"
_HARDEST = 10


def write(record: Record, path: Path, find: Callable[[int], Path]) -> None:
    """Writes the page to `path`; `find` gives the file of a sample. Raises DatasetError when it cannot be written."""
    text = page(record, find)
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))


def page(record: Record, find: Callable[[int], Path]) -> str:
    """The whole page. Pictures that cannot be read any more are left out."""
    own = files("labeler.teaching")
    template = Template(own.joinpath("report.html").read_text(encoding="utf-8"))
    done, lessons = len(record.points), [lesson for lesson in record.lessons if lesson.taken]
    when = record.started.astimezone().strftime("%Y-%m-%d %H:%M")
    before = f", {record.before:,} of them before this sitting" if record.before else ""
    labelled = record.points[-1].labelled if done else 0
    body = template.substitute(
        tiles="".join(_tiles(record)),
        progress_note=_progress_note(lessons),
        progress=progress(record.points, record.length, record.lessons),
        lessons=_lessons(record.lessons),
        confusions=confusions(((r.label, r.text) for r in taught(record.readings)), "what it read before you did"),
        hardest=_hardest(record.readings, find),
    )
    how_far = f"{record.before + labelled:,} of {record.total:,} pictures labelled{before}; begun {when}"
    style = own.joinpath("report.css").read_text(encoding="utf-8")
    return framed(f"Labelling of {record.folder.name}", how_far, body, style)


def taught(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of models that had learned from this folder, which say what is hard in it; all, if none had."""
    return [reading for reading in readings if reading.lesson] or list(readings)


def hardest(readings: Sequence[Reading]) -> list[Reading]:
    """Wrong readings, the surest first, then the least certain right ones."""
    known = taught(readings)
    wrong = sorted((r for r in known if r.text != r.label), key=lambda r: -r.confidence)
    return [*wrong, *sorted((r for r in known if r.text == r.label), key=lambda r: r.confidence)]


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `2 h 5 min`."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _tiles(record: Record) -> Iterator[str]:
    if record.points:
        last = record.points[-1]
        each = last.keys / max(last.labelled, 1)
        typing = f"typing every label: {record.length + 1:.1f}"
        yield tile(f"{each:.2f}", "keys a picture", f"{last.keys:,} in all; {typing}")
        speed = f"{60 * last.labelled / last.seconds:,.0f} pictures a minute" if last.seconds else ""
        yield tile(duration(last.seconds), "of work", speed)
    one_by_one = record.typed + record.accepted
    if one_by_one:
        share = record.accepted / one_by_one
        yield tile(f"{share:.0%}", "of the proposals were right", f"{record.typed:,} labels written by hand")
    if record.estimate is not None:
        found = record.estimate
        right = f"{found.right / max(found.n, 1):.1%}"
        interval = f"{found.right:,} of {found.n:,}; 95 % interval {found.low:.1%} to {found.high:.1%}"
        yield tile(right, "read right of pictures that came by chance", interval)
    if record.lessons:
        seconds = sum(lesson.seconds for lesson in record.lessons)
        count = len(record.lessons)
        yield tile(str(count), "lesson" if count == 1 else "lessons", f"{duration(seconds)} of one processor")
    if record.suspects:
        changed = f"{record.changed:,} of them changed"
        yield tile(f"{record.suspects:,}", "labels looked at again", changed)


def _progress_note(taken: Sequence[Lesson]) -> str:
    said = "Every key and click, against typing each label whole."
    return f"{said} The numbers at the top are lessons whose model was put to work." if taken else said


def _lessons(lessons: Sequence[Lesson]) -> str:
    if not lessons:
        return "<p>None: nothing was learned in this sitting.</p>"
    rows = "".join(_lesson(number, lesson) for number, lesson in enumerate(lessons, start=1))
    return (
        "<p>Held-out pictures were kept from the lesson that is measured on them.</p><div class=scroll>"
        "<table class=lessons><tr><th>lesson</th><th>labels</th><th>held-out read right</th>"
        f"<th>could be accepted</th><th>CPU seconds</th><th>put to work</th></tr>{rows}</table></div>"
    )


def _lesson(number: int, lesson: Lesson) -> str:
    cells = (
        str(number),
        f"{lesson.labels:,}",
        "" if lesson.exact is None else f"{lesson.exact:.1%}",
        "" if lesson.acceptable is None else f"{lesson.acceptable:.0%}",
        f"{lesson.seconds:.0f}",
        "yes" if lesson.taken else "no, the one before was better",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _hardest(readings: Sequence[Reading], find: Callable[[int], Path]) -> str:
    cards = []
    for reading in hardest(readings):
        try:
            file = find(reading.sample)
            cards.append(figure(imagefile.load(file), reading.label, reading.text, reading.confidence, file.name))
        except (ToolkitError, OSError):
            continue
        if len(cards) == _HARDEST:
            break
    if not cards:
        return "<p>The model has read nothing that a person labelled afterwards.</p>"
    said = "Read wrong with the most certainty first (look whether those labels are right), then what was in doubt."
    return f"<p>{said}</p><div class=worst>{''.join(cards)}</div>"
