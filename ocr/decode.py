"""From a network's output to text: greedy, constrained best path, prefix beam.

Everywhere `log_probs` is float32 (B, T, C + 1), natural logarithms that sum to 1 over the last axis, class 0 being
the CTC blank. A path is the class of each time step, (B, T) integers; `collapse` turns it into a text.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
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


def best_paths(log_probs: Array) -> Path:
    """The most probable class of each step, (B, T): greedy decoding."""
    return log_probs.argmax(axis=-1)


def collapse(path: Path) -> tuple[list[int], list[int]]:
    """The classes that a path (T,) spells, repeats merged and blanks dropped, and the step at which each begins."""
    fresh = path != BLANK
    fresh[1:] &= path[1:] != path[:-1]
    starts = np.flatnonzero(fresh)
    return path[starts].tolist(), starts.tolist()


def decode(log_probs: Array, constraint: Constraint | None) -> Path:
    """The best path of each row that the constraint allows, (B, T).

    The best path of all, where it is allowed, is also the best allowed one: only the other rows need the search.
    """
    paths = best_paths(log_probs)
    if constraint is None:
        return paths
    for row, path in enumerate(paths):
        if not constraint.accepts(collapse(path)[0]):
            found = constrained_path(log_probs[row], constraint)
            if found is not None:
                paths[row] = found
    return paths


def constrained_path(log_probs: Array, constraint: Constraint) -> Path | None:
    """The most probable path (T,) whose text the constraint allows (Viterbi over trie node x last class).

    None when no allowed text fits into so few steps. `log_probs` is (T, C + 1). The search goes node by node, all
    steps of a node at once: staying with a class adds its log probability at each step, so that the best moment to
    have come is a running maximum of the scores before, less the class's own sum up to then.
    """
    sums = np.zeros((len(log_probs) + 1, log_probs.shape[1]))  # of each class before a step
    np.cumsum(np.maximum(log_probs, _LEAST), axis=0, out=sums[1:])
    nodes = [_root(sums)]
    for node in range(1, len(constraint.parent)):
        nodes.append(_entered(nodes[constraint.parent[node]], constraint.allowed[node], sums))
    final = np.where(constraint.accept, [node.top[-1] for node in nodes], _NEVER)
    node = int(np.argmax(final))
    if final[node] <= _NEVER / 2:
        return None
    return _trace_back(node, nodes, constraint.parent)


class _Node(NamedTuple):
    """What is known of a trie node: arrays over T + 1 moments (before the first step, after each) and last classes.

    scores     (T + 1, C + 1)  of the best path that stands there with this last class
    gains      (T, C + 1)      score of having come into a class at a step, less the class's sum before it
    best, second     (T + 1,)  the last classes with the highest scores
    top, runner_up   (T + 1,)  those scores
    """

    scores: NDArray[np.float64]
    gains: NDArray[np.float64]
    best: Path
    second: Path
    top: NDArray[np.float64]
    runner_up: NDArray[np.float64]


def _root(sums: NDArray[np.float64]) -> _Node:
    """Nothing but blanks so far."""
    scores = np.full(sums.shape, _NEVER)
    scores[:, BLANK] = sums[:, BLANK]
    return _ranked(scores, np.full((len(sums) - 1, sums.shape[1]), _NEVER))


def _entered(parent: _Node, allowed: NDArray[np.bool_], sums: NDArray[np.float64]) -> _Node:
    """The node behind a parent: by an allowed character that follows any other class, then maybe to blank."""
    gains = np.where(allowed, -sums[:-1], _NEVER)
    gains += parent.top[:-1, None]
    # After itself a character needs a blank between, or it only goes on.
    gains[np.arange(len(gains)), parent.best[:-1]] += (parent.runner_up - parent.top)[:-1]
    scores = np.full(sums.shape, _NEVER)
    np.maximum.accumulate(gains, axis=0, out=scores[1:])
    scores += sums
    scores[:, BLANK] = _NEVER
    gains[:, BLANK] = _along(scores, scores.argmax(axis=1))[:-1] - sums[:-1, BLANK]
    scores[1:, BLANK] = np.maximum.accumulate(gains[:, BLANK]) + sums[1:, BLANK]
    return _ranked(scores, gains)


def _ranked(scores: NDArray[np.float64], gains: NDArray[np.float64]) -> _Node:
    best = scores.argmax(axis=1)
    top = _along(scores, best)
    rest = scores.copy()
    rest[np.arange(len(rest)), best] = 2 * _NEVER
    second = rest.argmax(axis=1)
    return _Node(scores, gains, best, second, top, _along(rest, second))


def _along(values: NDArray[np.float64], columns: Path) -> NDArray[np.float64]:
    """One value a row."""
    return values.take(np.arange(len(values)) * values.shape[1] + columns)


def _trace_back(node: int, nodes: list[_Node], parent: NDArray[np.intp]) -> Path:
    end = len(nodes[0].gains)
    path = np.zeros(end, dtype=np.intp)
    last = int(nodes[node].best[end])
    while node:
        here = nodes[node]
        start = int(here.gains[:end, last].argmax())
        path[start:end] = last
        if last == BLANK:
            last = int(here.scores[start, 1:].argmax()) + 1
        else:
            node = int(parent[node])
            before = nodes[node]
            last = int(before.best[start] if before.best[start] != last else before.second[start])
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
    """Whether the constraint lets `index` follow; remembers the trie nodes of the longer prefix."""
    if constraint is None:
        return True
    longer = (*prefix, index)
    if longer not in nodes:
        nodes[longer] = tuple(
            child for node in nodes[prefix] for child in constraint.children[node] if constraint.allowed[child, index]
        )
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
