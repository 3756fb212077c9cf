"""The chart of label_economy: keys a picture so far against the share labelled, a panel for each set."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

CHART = Path(__file__).resolve().parent.parent / "docs" / "label-economy.svg"
_COLUMNS, _PANEL = 3, (300, 200)
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 14, 44, 30
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#3d4654}.name{font-weight:600;font-size:13px;fill:#1b2430}"
    ".grid{stroke:#e4e7ec;stroke-width:1}.flat{stroke:#9aa4b2;stroke-width:2;stroke-dasharray:5 4;fill:none}"
    ".line{stroke:#1f6feb;stroke-width:2;fill:none;stroke-linejoin:round}.end{fill:#1f6feb}"
    ".typed{fill:#6b7685}.sum{fill:#1f6feb;font-weight:600}"
)


def write_chart(jobs: dict[str, dict[str, Any]], path: Path = CHART) -> None:
    """Draws what was measured without slips; nothing when that is nothing."""
    sets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for job in jobs.values():
        if not job["errors"]:
            sets[job["set"]].append(job)
    if not sets:
        return
    rows = -(-len(sets) // _COLUMNS)
    width, height = _COLUMNS * _PANEL[0], rows * _PANEL[1] + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f'<style>{_STYLE}</style><rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for place, (name, found) in enumerate(sorted(sets.items(), key=lambda item: -item[1][0]["n"])):
        x, y = place % _COLUMNS * _PANEL[0], place // _COLUMNS * _PANEL[1]
        parts += [f'<g transform="translate({x} {y})">', *_panel(name, found), "</g>"]
    said = "keys a picture so far, against the share of pictures labelled; dashed: typing every label"
    parts.append(f'<text x="{width / 2}" y="{height - 8}" text-anchor="middle">{said}</text></svg>')
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _panel(name: str, jobs: Sequence[dict[str, Any]]) -> Iterator[str]:
    width, height = _PANEL
    earlier = float(jobs[0]["earlier"])
    top = earlier + 0.6

    def x(share: float) -> float:
        return round(_LEFT + (width - _LEFT - _RIGHT) * share, 1)

    def y(keys: float) -> float:
        return round(height - _BOTTOM - (height - _TOP - _BOTTOM) * min(keys, top) / top, 1)

    yield f'<text class="name" x="{_LEFT}" y="22">{escape(name)}, {jobs[0]["n"]:,}</text>'
    for keys in range(0, int(top) + 1, 2):
        yield f'<path class="grid" d="M{_LEFT} {y(keys)}H{width - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 7}" y="{y(keys) + 4}" text-anchor="end">{keys}</text>'
    for percent in (0, 50, 100):
        anchor = "end" if percent == 100 else "middle"
        yield f'<text x="{x(percent / 100)}" y="{height - _BOTTOM + 16}" text-anchor="{anchor}">{percent} %</text>'
    yield f'<path class="flat" d="M{x(0)} {y(earlier)}H{x(1)}"/>'
    yield f'<text class="typed" x="{x(1)}" y="{y(earlier) - 6}" text-anchor="end">typed: {earlier:g}</text>'
    for job in jobs:
        points = [(x(labelled / job["n"]), y(keys / labelled)) for labelled, keys in job["curve"] if labelled]
        yield f'<path class="line" d="M{"L".join(f"{a} {b}" for a, b in points)}"/>'
        yield f'<circle class="end" cx="{points[-1][0]}" cy="{points[-1][1]}" r="3"/>'
    sums = sorted(job["keys_per_image"] for job in jobs)
    told = f"{sums[0]:.2f}" if len(sums) == 1 else f"{sums[0]:.2f} to {sums[-1]:.2f}"
    lowest = min(y(job["keys_per_image"]) for job in jobs)
    yield f'<text class="sum" x="{x(1)}" y="{lowest - 9}" text-anchor="end">{told}</text>'
