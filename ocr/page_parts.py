"""Pieces of the pages that report on readings: one look, the table of confusions, pictures with their texts.

A page made of them holds everything in itself, follows the light or dark setting of the browser, and loads nothing.
"""

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, NamedTuple

from PIL import Image

from ocr.confusions import Pair, aligned, counted, mistaken

_MOST_CHARACTERS = 18  # in the table
_WIDEST = 480  # pixels of a picture in the page
_NOTHING = "∅"


class Words(NamedTuple):
    """What the pieces say by themselves; a page in another language has its own, with the same braces."""

    language: str = "en"
    all_right: str = "None: all {total} characters were read right."
    mistaken: str = "{errors} of {total} characters; rows are true, columns what was read."
    cut: str = "The {shown} worst of {involved} characters are shown."
    nothing: str = "{sign} stands for nothing: left out, or read where nothing is."
    right: str = "right"
    label: str = "label"
    read: str = "read"
    confidence: str = "confidence {share}"
    point: str = "."


ENGLISH = Words()


def page(title: str, subtitle: str, body: str, style: str = "", words: Words = ENGLISH) -> str:
    """A whole page. `body` is HTML, `style` what it needs beyond the style sheet of all reports; the other two are
    escaped here."""
    own = files("ocr")
    frame, *sheets = (
        own.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "colours.css", "page.css")
    )
    return Template(frame).substitute(
        title=escape(title), subtitle=escape(subtitle), style="".join([*sheets, style]), body=body,
        language=words.language,
    )  # fmt: skip


def tile(figure: str, what: str, more: str) -> str:
    """One figure in large, what it is, and a small line on it; the texts are escaped here."""
    return f"<div><b>{escape(figure)}</b><span>{escape(what)}</span><small>{escape(more)}</small></div>"


def confusions(texts: Iterable[Pair], words: Words = ENGLISH) -> str:
    """A table of the characters that were mistaken or stood where another one was: rows true, columns read.

    `texts`: (true, read).
    """
    counts = counted(texts)
    wrong = mistaken(counts)
    if not wrong:
        return f"<p>{escape(words.all_right.format(total=sum(counts.values())))}</p>"
    involved = dict.fromkeys(c for pair, _ in wrong for c in pair if c)
    shown = sorted(list(involved)[:_MOST_CHARACTERS])
    down, across = ([*shown, *([""] if any(pair[side] == "" for pair, _ in wrong) else [])] for side in (0, 1))
    head = "".join(f"<th>{escape(c) or _NOTHING}</th>" for c in across)
    rows = "".join(_row(true, across, counts) for true in down)
    total, errors = sum(counts.values()), sum(count for _, count in wrong)
    said = [words.mistaken.format(errors=errors, total=total)]
    if len(involved) > len(shown):
        said.append(words.cut.format(shown=len(shown), involved=len(involved)))
    if "" in (*down, *across):
        said.append(words.nothing.format(sign=_NOTHING))
    return (
        f"<p>{escape(' '.join(said))}</p><div class=scroll><table class=matrix>"
        f"<tr><th></th>{head}<th class=share>{escape(words.right)}</th></tr>{rows}</table></div>"
    )


def _row(true: str, columns: Sequence[str], counts: Any) -> str:
    total = sum(count for pair, count in counts.items() if pair[0] == true)
    cells = "".join(_counted(true, read, counts[true, read], total) for read in columns)
    right = f"{counts[true, true] / total:.0%}" if true and total else ""
    return f"<tr><th>{escape(true) or _NOTHING}</th>{cells}<th class=share>{right}</th></tr>"


def _counted(true: str, read: str, count: int, total: int) -> str:
    if not count:
        return "<td></td>"
    kind = "same" if true == read else "other"
    part = round(100 * count / total) if kind == "same" else min(60, 25 + round(100 * count / total))
    return f'<td class={kind} style="--part: {part * (0.45 if kind == "same" else 1):.0f}%">{count}</td>'


def figure(picture: Image.Image, label: str, text: str, confidence: float, name: str, words: Words = ENGLISH) -> str:
    """A picture with its label and, where that differs, what was read; `confidence` in 0..1."""
    sure = f"{confidence:.1%}"
    said = escape(words.confidence.format(share=sure.replace(".", words.point)))
    pairs = aligned(label, text)
    own, read = escape(words.label), escape(words.read)
    texts = f"<dt>{own}</dt><dd>{_marked(pairs, 0)}</dd><dt>{read}</dt><dd>{_marked(pairs, 1)}</dd>"
    if label == text:
        texts = f"<dt>{read}</dt><dd>{escape(label)}</dd>"
    return (
        f'<figure><div><img src="{_data_url(picture)}" alt="{escape(label)}"></div><figcaption>'
        f'<dl>{texts}</dl><div class=sure><i style="width: {sure}"></i></div>{said}'
        f'<div class=name title="{escape(name)}">{escape(name)}</div></figcaption></figure>'
    )


def _marked(pairs: Sequence[Pair], side: int) -> str:
    """One of two aligned texts, the characters that differ marked."""
    return "".join(
        escape(pair[side]) if pair[0] == pair[1] else f"<mark>{escape(pair[side]) or '·'}</mark>" for pair in pairs
    )


def _data_url(picture: Image.Image) -> str:
    shown = picture
    if shown.width > _WIDEST:
        shown = shown.resize((_WIDEST, max(1, round(shown.height * _WIDEST / shown.width))))
    buffer = io.BytesIO()
    shown.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
