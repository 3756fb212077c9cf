"""The learning curve, drawn with Matplotlib: as PNG in light colours, or as SVG whose colours the page settles."""

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ocr.training.loop import Row

_COLOURS = {
    "ink": "#171c24",
    "soft": "#5a6575",
    "line": "#dde2ea",
    "accent": "#2456c9",
    "good": "#1a6e47",
    "warm": "#b4590a",
}
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "report", "font.size": 9.5, "axes.linewidth": 0.8}
_SIZE = (9.0, 5.2)  # inches
_SMOOTH = 0.03  # share of the steps that one point of the smooth line averages


def learning_curve(history: Sequence[Row], form: str) -> bytes:
    """Loss, share read exactly, and what the training did, over its steps. `form` is "png" or "svg".

    The SVG takes its colours from the page's variables --ink, --soft, --line, --accent, --good and --warm.
    """
    with rc_context(_STYLE):
        figure = Figure(figsize=_SIZE, layout="constrained", facecolor="white" if form == "png" else "none")
        top, middle, low = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2.2, 1.2))
        _loss(top, history)
        _exact(middle, history)
        _course(low, history)
        low.set_xlabel("step", color=_COLOURS["soft"])
        low.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        buffer = io.BytesIO()
        figure.savefig(buffer, format=form, dpi=150, metadata={"Date": None} if form == "svg" else None)
    return buffer.getvalue() if form == "png" else _themed(buffer.getvalue().decode()).encode()


def _loss(axes: Any, history: Sequence[Row]) -> None:
    steps, loss = [row.step for row in history], np.maximum([row.loss for row in history], 1e-4)
    width = max(1, int(len(loss) * _SMOOTH))
    sums = np.concatenate([[0.0], np.cumsum(np.log(loss))])
    first = np.maximum(np.arange(len(loss)) - width + 1, 0)
    smooth = np.exp((sums[1:] - sums[first]) / (np.arange(len(loss)) - first + 1))
    axes.plot(steps, loss, color=_COLOURS["accent"], linewidth=0.6, alpha=0.3)
    axes.plot(steps, smooth, color=_COLOURS["accent"], linewidth=1.8)
    axes.set_yscale("log")
    _dressed(axes, "loss, nats a text")


def _exact(axes: Any, history: Sequence[Row]) -> None:
    looks = [(row.step, row.score.exact) for row in history if row.score is not None]
    if looks:
        steps, exact = zip(*looks, strict=True)
        axes.plot(steps, exact, color=_COLOURS["good"], linewidth=1.6, marker="o", markersize=4.5)
        at = int(np.argmax(exact))
        place = (-6, -14) if steps[at] > history[-1].step / 2 else (6, -14)
        words = {"ha": "right" if place[0] < 0 else "left", "color": _COLOURS["good"]}
        axes.annotate(f"{exact[at]:.1%}", (steps[at], exact[at]), place, textcoords="offset points", **words)
    axes.set_ylim(-0.04, 1.08)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    _dressed(axes, "read exactly, watched part")


def _course(axes: Any, history: Sequence[Row]) -> None:
    steps, rates = [row.step for row in history], np.array([row.rate for row in history])
    strength = [row.strength for row in history]
    axes.fill_between(steps, strength, color=_COLOURS["warm"], alpha=0.22, linewidth=0, label="variation of pictures")
    axes.plot(steps, rates / rates.max(initial=1e-9), color=_COLOURS["soft"], linewidth=1.2, label="learning rate")
    axes.set_ylim(0, 1.08)
    axes.set_yticks([0, 1], ["0", "full"])
    _dressed(axes, "course")
    words = {"fontsize": 8.5, "labelcolor": _COLOURS["soft"], "ncols": 2, "frameon": False}
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), borderpad=0, borderaxespad=0, **words)


def _dressed(axes: Any, title: str) -> None:
    axes.set_facecolor("none")
    axes.set_title(title, loc="left", fontsize=9.5, color=_COLOURS["ink"], pad=4)
    axes.grid(axis="y", color=_COLOURS["line"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.margins(x=0.01)
    axes.tick_params(which="both", length=0, labelcolor=_COLOURS["soft"])
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(_COLOURS["line"])


def _themed(svg: str) -> str:
    """Without its prologue, and with variables of the page for colours and letters."""
    svg = svg[svg.index("<svg") :]
    for name, colour in _COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r"font: ([\d.]+px) [^;\"]+", r"font: \1 system-ui, sans-serif", svg)
    return re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1), count=1
    )
