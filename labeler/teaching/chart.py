"""The progress of a sitting as an SVG element: keys pressed against pictures labelled, beside typing everything."""

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from labeler.i18n import _, number
from labeler.teaching.record import Lesson, Point

_WIDTH, _HEIGHT = 900, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 18, 26, 40
_TICKS = 5
_MOST_POINTS = 400
_Axis = Callable[[float], float]


def progress(points: Sequence[Point], length: float, lessons: Sequence[Lesson]) -> str:
    """`length`: characters of a usual label (typing it costs one key more). Colours are the page's variables."""
    curve = thinned([Point(0, 0, 0.0), *points])
    pictures = max(point.labelled for point in curve) or 1
    typed = (length + 1) * pictures
    keys = max(max(point.keys for point in curve), typed, 1)
    x_step, y_step = step(pictures), step(keys)
    top = y_step * math.ceil(keys / y_step)

    def x(value: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * value / pictures, 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top, 1)

    parts = [*_grid(x, y, pictures, top, x_step, y_step)]
    taken = {x(lesson.at): (lesson, which) for which, lesson in enumerate(lessons, start=1) if lesson.taken}
    parts += [_mark(place, lesson, which) for place, (lesson, which) in taken.items()]
    parts.append(f'<path class="flat" d="M{x(0)} {y(0)}L{x(pictures)} {y(typed)}"/>')
    line = "L".join(f"{x(point.labelled)} {y(point.keys)}" for point in curve)
    parts.append(f'<path class="area" d="M{line}L{x(curve[-1].labelled)} {y(0)}L{x(0)} {y(0)}Z"/>')
    parts.append(f'<path class="line" d="M{line}"/>')
    parts.append(f'<circle cx="{x(curve[-1].labelled)}" cy="{y(curve[-1].keys)}" r="4"/>')
    place = (x(pictures * 0.62), y(typed * 0.62) - 8)
    parts.append(_text(*place, _("typing every label"), "flat", "end"))
    pressed = number(f"{curve[-1].keys:,}")
    end = _("{n} keys").format(n=pressed)
    parts.append(_text(x(curve[-1].labelled), y(curve[-1].keys) - 10, end, "line", "end"))
    told = _("{n} keys for {pictures} pictures").format(n=pressed, pictures=number(f"{curve[-1].labelled:,}"))
    return (
        f'<svg class="progress" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(told)}">{"".join(parts)}</svg>'
    )


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most some hundred of the points, the first and the last among them."""
    if len(points) <= _MOST_POINTS:
        return list(points)
    places = {round(number * (len(points) - 1) / (_MOST_POINTS - 1)) for number in range(_MOST_POINTS)}
    return [points[place] for place in sorted(places)]


def step(largest: float) -> int:
    """A round distance between ticks: 1, 2 or 5 times a power of ten, about five of them up to `largest`."""
    rough = max(largest / _TICKS, 1)
    power: int = 10 ** int(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _grid(x: _Axis, y: _Axis, pictures: int, top: int, x_step: int, y_step: int) -> Iterator[str]:
    for value in range(0, top + 1, y_step):
        yield f'<path class="grid" d="M{_LEFT} {y(value)}H{_WIDTH - _RIGHT}"/>'
        yield _text(_LEFT - 8, y(value) + 4, number(f"{value:,}"), "tick", "end")
    for value in range(0, pictures + 1, x_step):
        yield _text(x(value), _HEIGHT - _BOTTOM + 18, number(f"{value:,}"), "tick", "middle")
    yield _text(0, 12, _("keys"), "tick", "start")
    yield _text(_WIDTH - _RIGHT, _HEIGHT - 4, _("pictures labelled"), "tick", "end")


def _mark(place: float, lesson: Lesson, which: int) -> str:
    """Where the model of a lesson was put to work."""
    labels = number(f"{lesson.labels:,}")
    said = _("lesson {place}, from {n} labels").format(place=which, n=labels)
    return (
        f'<g class="lesson"><title>{escape(said)}</title><path d="M{place} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        f"{_text(place, _TOP - 6, str(which), 'tick', 'middle')}</g>"
    )


def _text(x: float, y: float, text: str, kind: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
