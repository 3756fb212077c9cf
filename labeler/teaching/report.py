"""The page about a sitting: how it went, how right it is, what was hard. One HTML file that loads nothing."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from dataset import imagefile
from dataset.atomic import atomic_write
from dataset.errors import ToolkitError
from labeler.i18n import _, language, number
from labeler.teaching.chart import progress
from labeler.teaching.record import Lesson, Reading, Record
from ocr.page_parts import Words, confusions, figure, tile
from ocr.page_parts import page as framed

NAME = "labelling-report.html"
_HARDEST = 10


def write(record: Record, path: Path, find: Callable[[int], Path]) -> None:
    """Writes the page to `path`; `find` gives the file of a sample. Raises DatasetError when it cannot be written."""
    text = page(record, find)
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))


def page(record: Record, find: Callable[[int], Path]) -> str:
    """The whole page, in the window's language. Pictures that cannot be read any more are left out."""
    own = files("labeler.teaching")
    template = Template(own.joinpath("report.html").read_text(encoding="utf-8"))
    words, lessons = _words(), [lesson for lesson in record.lessons if lesson.taken]
    body = template.substitute(
        tiles="".join(_tiles(record)),
        progress_title=escape(_("Progress")),
        progress_note=escape(_progress_note(lessons)),
        progress=progress(record.points, record.length, record.lessons),
        lessons_title=escape(_("Lessons")),
        lessons=_lessons(record.lessons),
        confusions_title=escape(_("Characters that the model took for others")),
        confusions=confusions(((r.label, r.text) for r in taught(record.readings)), words),
        hardest_title=escape(_("The hardest pictures")),
        hardest=_hardest(record.readings, find, words),
        footer=escape(
            _("This page loads nothing. It shows pictures of the data set: pass it on only as you would those.")
        ),
    )
    style = own.joinpath("report.css").read_text(encoding="utf-8")
    title = _("Labelling of {folder}").format(folder=record.folder.name)
    return framed(title, _how_far(record), body, style, words)


def _words() -> Words:
    return Words(
        language=language(),
        all_right=_("None: all {total} characters were read right."),
        mistaken=_("{errors} of {total} characters; rows are true, columns what was read."),
        cut=_("The {shown} worst of {involved} characters are shown."),
        nothing=_("{sign} stands for nothing: left out, or read where nothing is."),
        right=_("right"),
        label=_("label"),
        read=_("read"),
        confidence=_("confidence {share}"),
        point=_("."),
    )


def _how_far(record: Record) -> str:
    labelled = record.before + (record.points[-1].labelled if record.points else 0)
    told = [_("{n} of {total} pictures labelled").format(n=_count(labelled), total=_count(record.total))]
    if record.before:
        told[0] += ", " + _("{n} of them before this sitting").format(n=_count(record.before))
    when = record.started.astimezone().strftime("%Y-%m-%d %H:%M")
    return "; ".join([*told, _("begun {when}").format(when=when)])


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
        return _("{n} s").format(n=round(seconds))
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    return _("{h} h {n} min").format(h=minutes // 60, n=minutes % 60)


def _count(n: int) -> str:
    return number(f"{n:,}")


def _share(share: float, digits: int = 1) -> str:
    return number(f"{share:.{digits}%}")


def _tiles(record: Record) -> Iterator[str]:
    if record.points:
        last = record.points[-1]
        each = number(f"{last.keys / max(last.labelled, 1):.2f}")
        typing = _("{n} in all; typing every label: {each}")
        yield tile(
            each, _("keys a picture"), typing.format(n=_count(last.keys), each=number(f"{record.length + 1:.1f}"))
        )
        speed = round(60 * last.labelled / last.seconds) if last.seconds else 0
        more = _("{n} pictures a minute").format(n=_count(speed)) if speed else ""
        yield tile(duration(last.seconds), _("of work"), more)
    one_by_one = record.typed + record.accepted
    if one_by_one:
        by_hand = _("{n} labels written by hand").format(n=_count(record.typed))
        yield tile(_share(record.accepted / one_by_one, 0), _("of the proposals were right"), by_hand)
    if record.estimate is not None:
        found = record.estimate
        interval = _("{right} of {n}; 95 % interval {low} to {high}").format(
            right=_count(found.right), n=_count(found.n), low=_share(found.low), high=_share(found.high)
        )
        yield tile(_share(found.right / max(found.n, 1)), _("read right of pictures that came by chance"), interval)
    if record.lessons:
        seconds = sum(lesson.seconds for lesson in record.lessons)
        processor = _("{time} of one processor").format(time=duration(seconds))
        yield tile(str(len(record.lessons)), _("lesson") if len(record.lessons) == 1 else _("lessons"), processor)
    if record.suspects:
        changed = _("{n} of them changed").format(n=_count(record.changed))
        yield tile(_count(record.suspects), _("labels looked at again"), changed)


def _progress_note(taken: Sequence[Lesson]) -> str:
    said = [_("Every key and click, against typing each label whole.")]
    if taken:
        said.append(_("The numbers at the top are lessons whose model was put to work."))
    return " ".join(said)


def _lessons(lessons: Sequence[Lesson]) -> str:
    if not lessons:
        return f"<p>{escape(_('None: nothing was learned in this sitting.'))}</p>"
    heads = (
        _("lesson"), _("labels"), _("held-out read right"), _("could be accepted"), _("CPU seconds"), _("put to work"),
    )  # fmt: skip
    rows = "".join(_lesson(place, lesson) for place, lesson in enumerate(lessons, start=1))
    return (
        f"<p>{escape(_('Held-out pictures were kept from the lesson that is measured on them.'))}</p>"
        f"<div class=scroll><table class=lessons>{_row('th', heads)}{rows}</table></div>"
    )


def _lesson(place: int, lesson: Lesson) -> str:
    cells = (
        str(place),
        _count(lesson.labels),
        "" if lesson.exact is None else _share(lesson.exact),
        "" if lesson.acceptable is None else _share(lesson.acceptable, 0),
        f"{lesson.seconds:.0f}",
        _("yes") if lesson.taken else _("no, the one before was better"),
    )
    return _row("td", cells)


def _row(kind: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{kind}>{escape(cell)}</{kind}>' for cell in cells)}</tr>"


def _hardest(readings: Sequence[Reading], find: Callable[[int], Path], words: Words) -> str:
    cards = []
    for reading in hardest(readings):
        try:
            file = find(reading.sample)
            picture = imagefile.load(file)
        except (ToolkitError, OSError):
            continue
        cards.append(figure(picture, reading.label, reading.text, reading.confidence, file.name, words))
        if len(cards) == _HARDEST:
            break
    if not cards:
        return f"<p>{escape(_('The model has read nothing that a person labelled afterwards.'))}</p>"
    said = _("Read wrong with the most certainty first (look whether those labels are right), then what was in doubt.")
    return f"<p>{escape(said)}</p><div class=worst>{''.join(cards)}</div>"
