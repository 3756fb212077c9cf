"""How sure a reading is: the exact CTC probability of its text, and one figure for each character."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataset.charset import BLANK
from ocr.constraint import Constraint
from ocr.decode import Array, Spelling, decode, prefix_beam

_SURELY_BLANK = -1e-6
"""Log probability above which a step counts as certainly blank."""

_SHORT = 16
"""Characters up to which one text alone is best computed without numpy."""


def text_probabilities(log_probs: Array, texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """P(text | picture) of each row, (B,) in 0..1: the sum over all its paths.

    The forward recursion of Graves et al., "Connectionist Temporal Classification" (ICML 2006), equations 6 to 8,
    over all rows at once. `log_probs` is (B, T, C + 1); `texts` holds B sequences of classes without blanks.
    """
    if len(texts) == 1 and len(texts[0]) <= _SHORT:
        return np.array([_text_probability(log_probs[0], texts[0])])
    rows = len(texts)
    longest = max(map(len, texts), default=0)
    extended = np.full((rows, 2 * longest + 1), BLANK, dtype=np.intp)  # blank a blank b blank ...
    for row, text in enumerate(texts):
        extended[row, 1 : 2 * len(text) : 2] = text
    skip = np.zeros(extended.shape)
    skip[:, 2:] = (extended[:, 2:] != BLANK) & (extended[:, 2:] != extended[:, :-2])
    idle = np.all(log_probs[:, :, BLANK] > _SURELY_BLANK, axis=0)
    kept = log_probs[:, _telling_steps(idle)]
    emitted = np.exp(np.take_along_axis(kept, extended[:, None, :], axis=2).astype(np.float64))
    # Two columns of zeros before the first state stand for "before the text", so that shifts need no cases.
    alpha = np.zeros((rows, extended.shape[1] + 2))
    alpha[:, 2] = 1.0
    two_before, before, here = alpha[:, :-2], alpha[:, 1:-1], alpha[:, 2:]
    moved = np.empty_like(skip)
    for now in emitted.transpose(1, 0, 2):
        np.multiply(two_before, skip, out=moved)
        np.add(moved, before, out=moved)
        np.add(moved, here, out=moved)
        np.multiply(moved, now, out=here)
    ends = 2 + 2 * np.array([len(text) for text in texts], dtype=np.intp)
    which = np.arange(rows)
    last_character = np.where(ends > 2, alpha[which, ends - 1], 0.0)
    return np.minimum(alpha[which, ends] + last_character, 1.0)


def _text_probability(log_probs: Array, text: Sequence[int]) -> float:
    """The same for one row (T, C + 1), in plain Python: numpy's calls cost more than so little arithmetic."""
    blanks, characters = [1.0] + [0.0] * len(text), [0.0] * len(text)
    differs = [place > 0 and text[place] != text[place - 1] for place in range(len(text))]
    idle, reached = False, 0
    for emitted in log_probs.take((BLANK, *text), axis=1).tolist():
        before, idle = idle, emitted[0] > _SURELY_BLANK
        if before and idle:
            continue
        blank, reached = math.exp(emitted[0]), min(reached + 1, len(text))
        for place in range(reached - 1, -1, -1):  # backwards, so that what a state follows is as it was
            stays = characters[place]
            blanks[place + 1] = (blanks[place + 1] + stays) * blank
            moved = stays + blanks[place] + characters[place - 1] if differs[place] else stays + blanks[place]
            characters[place] = moved * math.exp(emitted[place + 1])
        blanks[0] *= blank
    return min(blanks[-1] + (characters[-1] if text else 0.0), 1.0)


def character_confidences(log_probs: Array, spelled: Spelling) -> list[float]:
    """For each character, the highest probability that its class reaches while the path stays on it.

    `log_probs` is (T, C + 1).
    """
    classes = spelled.path.tolist()
    on_path = log_probs[np.arange(len(classes)), spelled.path].tolist()
    return [math.exp(max(on_path[start : _end(classes, start)])) for start in spelled.starts]


def _end(classes: list[int], start: int) -> int:
    """The step at which the path leaves the class on which it is at `start`."""
    end = start + 1
    while end < len(classes) and classes[end] == classes[start]:
        end += 1
    return end


def _telling_steps(idle: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All steps but those that are surely blank after another such step: they change no probability."""
    telling = ~idle
    telling[1:] |= telling[:-1]
    telling[:1] = True
    return telling


def likeliest(log_probs: Array, constraint: Constraint | None, count: int) -> list[tuple[tuple[int, ...], float]]:
    """At most `count` texts (as classes) of one picture, best first, with their probabilities (0..1).

    `log_probs` is (T, C + 1).
    They come from a prefix beam, a wider one when the constraint left too few in it, and from the best path.
    """
    found: dict[tuple[int, ...], float] = {}
    for width in (2 * count + 4, 16 * count + 32):
        found = dict(prefix_beam(log_probs, constraint, width=width))
        if len(found) >= count:
            break
    best = tuple(decode(log_probs[None], constraint)[0].text)
    if best not in found and (constraint is None or constraint.accepts(best)):
        found[best] = float(np.log(max(text_probabilities(log_probs[None], [best])[0], 1e-300)))
    ranked = sorted(found.items(), key=lambda item: -item[1])[:count]
    return [(text, float(np.exp(score))) for text, score in ranked]
