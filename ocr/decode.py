"""From a network's output to text: greedy, constrained best path, prefix beam.

Everywhere `log_probs` is float32 (B, T, C + 1), natural logarithms that sum to 1 over the last axis, class 0 being
the CTC blank. A path is the class of each time step, (T,) integers; `collapse` finds the text that it spells.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dataset.charset import BLANK
from ocr.constraint import Constraint

Array = NDArray[np.float32]
Path = NDArray[np.intp]
_NEVER = -1e30
_LEAST = -1e4
"""Floor of a log probability in sums, which an infinite one would spoil."""

Prefix = tuple[int, ...]
"""The classes of a text so far."""


class Spelling(NamedTuple):
    """A path (T,) and its text: its classes, repeats merged and blanks dropped, and the step at which each begins."""

    path: Path
    text: list[int]
    starts: list[int]


def best_paths(log_probs: Array) -> Path:
    """The most probable class of each step, (B, T): greedy decoding."""
    return log_probs.argmax(axis=-1)


def collapse(path: Path) -> Spelling:
    """What a path spells."""
    text, starts, last = [], [], BLANK
    for step, index in enumerate(path.tolist()):
        if index not in (last, BLANK):
            text.append(index)
            starts.append(step)
        last = index
    return Spelling(path, text, starts)


def decode(log_probs: Array, constraint: Constraint | None) -> list[Spelling]:
    """The best path of each row that the constraint allows; the best of all where it allows none.

    The best path of all, where it is allowed, is also the best allowed one: only the other rows need the search.
    """
    spelled = list(map(collapse, best_paths(log_probs)))
    if constraint is None:
        return spelled
    for row, best in enumerate(spelled):
        if not constraint.accepts(best.text):
            found = constrained_path(log_probs[row], constraint)
            if found is not None:
                spelled[row] = collapse(found)
    return spelled


def constrained_path(log_probs: Array, constraint: Constraint) -> Path | None:
    """The most probable path (T,) whose text the constraint allows (Viterbi over node x last class).

    None when no allowed text fits into so few steps. `log_probs` is (T, C + 1). The search goes node by node, all
    steps of a node at once: staying with a class adds its log probability at each step, so that the best moment to
    have come is a running maximum of the scores before, less the class's own sum up to then.

    sums   (T + 1, C + 1)     of each class before a step
    scores (S, T + 1, C + 1)  of the best path that stands in a node with this last class, before and after each step
    gains  (S, T, C + 1)      score of having come into a class at a step, less the class's sum before it
    """
    sums = np.zeros((len(log_probs) + 1, log_probs.shape[1]))
    np.cumsum(np.maximum(log_probs, _LEAST), axis=0, out=sums[1:])
    idle = sums[:, BLANK].copy()
    scores = np.full((len(constraint.parents), *sums.shape), _NEVER)
    scores[0, :, BLANK] = idle
    gains = np.where(constraint.allowed[:, None], -sums[:-1], _NEVER)
    before = {0: idle[:, None]}
    for node in range(1, len(scores)):
        gain, score = gains[node], scores[node]
        first, *others = (before[parent][:-1] for parent in constraint.parents[node])
        gain += reduce(np.maximum, others, first)
        np.maximum.accumulate(gain, axis=0, out=score[1:])
        score += sums
        gain[:, BLANK] = _highest(score)[:-1] - idle[:-1]
        score[1:, BLANK] = np.maximum.accumulate(gain[:, BLANK]) + idle[1:]
        if constraint.children[node]:
            before[node] = _with_another_last(score)
    final = np.where(constraint.accept, scores[:, -1].max(axis=1), _NEVER)
    best = int(final.argmax())
    return _trace_back(best, scores, gains, constraint.parents) if final[best] > _NEVER / 2 else None


def _with_another_last(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each moment and class the best score with any other last class: a character does not follow itself."""
    best = np.arange(len(scores)), scores.argmax(axis=1)
    others = scores.copy()
    others[best] = 2 * _NEVER
    before = np.empty_like(scores)
    before[:] = scores[best][:, None]
    before[best] = _highest(others)
    return before


def _highest(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best score of each moment. Over so few classes `argmax` takes a fraction of the time of `max`."""
    best: NDArray[np.float64] = scores[np.arange(len(scores)), scores.argmax(axis=1)]
    return best


def _trace_back(
    node: int, scores: NDArray[np.float64], gains: NDArray[np.float64], parents: Sequence[Sequence[int]]
) -> Path:
    end = gains.shape[1]
    path = np.zeros(end, dtype=np.intp)
    last = int(scores[node, end].argmax())
    while node:
        start = int(gains[node, :end, last].argmax())
        path[start:end] = last
        if last == BLANK:
            last = int(scores[node, start, 1:].argmax()) + 1
        else:
            others = scores[[*parents[node]], start]
            others[:, last] = 2 * _NEVER
            came, last = divmod(int(others.argmax()), others.shape[1])
            node = parents[node][came]
        end = start
    return path


def prefix_beam(
    log_probs: Array, constraint: Constraint | None = None, *, width: int = 8, branch: int = 6
) -> list[tuple[Prefix, float]]:
    """The most probable texts of one row with their log probability, best first (Graves, "Supervised Sequence
    Labelling with RNNs", 2012, section 7.5; sums over all paths of a text, within the beam).

    `log_probs` is (T, C + 1); `width` prefixes survive a step, each tries the `branch` likeliest classes.
    """
    beam: dict[Prefix, tuple[float, float]] = {(): (0.0, -math.inf)}  # log P ending in blank, not in blank
    nodes: dict[Prefix, Prefix] = {(): (0,)}
    for row in log_probs:
        likely = np.argsort(row)[::-1][:branch]
        grown: dict[Prefix, list[float]] = defaultdict(lambda: [-math.inf, -math.inf])
        for prefix, (blank, other) in beam.items():
            whole = _add(blank, other)
            stay = grown[prefix]
            stay[0] = _add(stay[0], whole + float(row[BLANK]))
            if prefix:
                stay[1] = _add(stay[1], other + float(row[prefix[-1]]))
            for index in likely.tolist():
                if index == BLANK or not _reach(prefix, index, nodes, constraint):
                    continue
                gain = (blank if prefix and index == prefix[-1] else whole) + float(row[index])
                longer = grown[(*prefix, index)]
                longer[1] = _add(longer[1], gain)
        kept = sorted(grown.items(), key=lambda item: -_add(*item[1]))[:width]
        beam = {prefix: (scores[0], scores[1]) for prefix, scores in kept}
    return sorted(_finished(beam, nodes, constraint), key=lambda item: -item[1])


def _reach(prefix: Prefix, index: int, nodes: dict[Prefix, Prefix], constraint: Constraint | None) -> bool:
    """Whether the constraint lets `index` follow; remembers the nodes of the longer prefix."""
    if constraint is None:
        return True
    longer = (*prefix, index)
    if longer not in nodes:
        nodes[longer] = tuple(constraint.after(nodes[prefix], index))
    return bool(nodes[longer])


def _finished(
    beam: dict[Prefix, tuple[float, float]],
    nodes: dict[Prefix, Prefix],
    constraint: Constraint | None,
) -> Iterator[tuple[Prefix, float]]:
    for prefix, scores in beam.items():
        if constraint is None or any(constraint.accept[node] for node in nodes[prefix]):
            total = _add(*scores)
            if total > -math.inf:
                yield prefix, total


def _add(a: float, b: float) -> float:
    """log(exp(a) + exp(b))."""
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))
