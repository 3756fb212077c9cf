"""Cut and paste: labelled pictures, cut between their characters and joined into pictures of new texts.

Few labels show few neighbours of each character, and a network learns those texts by heart. Where the characters lie is
not known, but the network that learns them says it: the best CTC path that spells the known label (forced alignment;
Rabiner, "A tutorial on hidden Markov models", 1989, section III.B) has a stretch for each. Pictures are cut where least
is drawn between two such stretches. Pieces are exchanged only between pictures of one type, one shape of text (see
`ocr.constraint`) and like widths, and keep their place in the text, so that a joined text is one the type allows.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dataset.charset import BLANK
from ocr.confidence import text_probabilities
from ocr.decode import Array
from ocr.training.choose import Plan
from ocr.training.data import Labelled
from ocr.training.watch import outputs

Pixels = NDArray[np.uint8]
Cuts = NDArray[np.intp]
_TRUSTED = 0.5  # probability of the label from which its alignment is trusted
_LIKE_WIDTHS = 1.15
_MOST = 200  # pictures that are cut, the first ones: those given, then some of those that were read surely
_SEAMS = 0.5  # probability that a picture is left for another one at a gap
_NEVER = -1e30


class Pieces:
    """The pictures of a training, cut as far as the network can read them. Nothing is joined before `cut`."""

    def __init__(self, samples: Sequence[Labelled], arrays: Sequence[Pixels], plan: Plan) -> None:
        first = {sample.name: at for at, sample in reversed([*enumerate(samples)])}  # samples may be repeated
        rows = sorted(row for row in first.values() if plan.pasted[plan.type_index(samples[row].type)])[:_MOST]
        self._fixed, self._unmixed = plan.input.width, plan.input.unmixed
        self._arrays = [arrays[row] for row in rows]
        self._texts = [plan.charset.encode(samples[row].label) for row in rows]
        kinds = {name: _kind(samples[row], arrays[row].shape[1], plan) for name, row in first.items()}
        self._kinds = [kinds[samples[row].name] for row in rows]
        self._kind_of_row = [kinds[sample.name] for sample in samples]
        self._members: dict[Hashable, list[tuple[int, Cuts]]] = {}

    def cut(self, model: Any) -> None:
        """Cuts the pictures where this network, as it stands, sees the characters of their labels."""
        members = defaultdict(list)
        for rows, log_probs in outputs(model, self._arrays, unmixed=self._unmixed):
            known = text_probabilities(log_probs, [self._texts[row] for row in rows])
            for at in np.flatnonzero(known >= _TRUSTED):
                row = int(rows[at])
                middles = centres(log_probs[at], self._texts[row]) * self._arrays[row].shape[1]
                members[self._kinds[row]].append((row, cuts(self._arrays[row], middles)))
        self._members = {kind: found for kind, found in members.items() if len(found) > 1}

    def joined(self, row: int, rng: np.random.Generator) -> tuple[Image.Image, list[int]] | None:
        """A picture of the kind of sample `row`, made of pieces of several, and its text (classes); None where too
        few of the kind have been cut."""
        members = self._members.get(self._kind_of_row[row])
        if members is None:
            return None
        length = len(self._texts[members[0][0]])
        gaps = 1 + np.flatnonzero(rng.random(length - 1) < _SEAMS)
        bounds = [0, *gaps.tolist(), length]
        parts, text = [], []
        for start, end in pairwise(bounds):
            member, where = members[int(rng.integers(len(members)))]
            parts.append(self._arrays[member][:, where[start] : where[end]])
            text += self._texts[member][start:end]
        return _image(np.concatenate(parts, axis=1), self._fixed), text


def centres(log_probs: Array, text: Sequence[int]) -> NDArray[np.float64]:
    """Where the characters of `text` (L classes) lie, as shares of the width (0..1): the middles of their stretches
    of the best path that spells it. `log_probs` is (T, C + 1), T at least what the text needs."""
    states = np.full(2 * len(text) + 1, BLANK)  # blank a blank b blank ...
    states[1::2] = text
    skip = np.full(len(states), _NEVER)
    skip[3::2] = np.where(states[3::2] != states[1:-2:2], 0.0, _NEVER)
    scores = np.full(len(states) + 2, _NEVER)  # two more in front, so that shifts need no cases
    scores[2] = 0.0
    came = np.empty((len(log_probs), len(states)), dtype=np.intp)
    which = np.arange(len(states))
    for step, emitted in enumerate(log_probs[:, states]):
        ways = np.stack([scores[2:], scores[1:-1], scores[:-2] + skip])
        came[step] = ways.argmax(axis=0)
        scores[2:] = ways[came[step], which] + emitted
    state = len(states) - 1 if scores[-1] >= scores[-2] else len(states) - 2
    path = np.empty(len(log_probs), dtype=np.intp)
    for step in range(len(log_probs) - 1, -1, -1):
        path[step] = state
        state -= came[step, state]
    middles = [np.flatnonzero(path == 2 * place + 1).mean() for place in range(len(text))]
    return (np.array(middles) + 0.5) / len(log_probs)


def cuts(pixels: Pixels, middles: NDArray[np.float64]) -> Cuts:
    """The columns between which each character lies, (L + 1,): 0, a column in each gap, the width.

    `pixels` is H x W x C; `middles` are the columns of the characters. In the middle half between two, the column is
    taken in which least is drawn, that is whose grey values differ least.
    """
    grey = pixels.mean(axis=2)
    drawn = np.convolve(np.pad(grey.std(axis=0), 1, mode="edge"), np.ones(3) / 3, mode="valid")
    found = [0]
    for left, right in pairwise(middles):
        start = max(found[-1] + 1, int(left + (right - left) / 4))
        end = max(start + 1, int(right - (right - left) / 4) + 1)
        found.append(start + int(drawn[start:end].argmin()))
    return np.array([*found, pixels.shape[1]])


def _kind(sample: Labelled, width: int, plan: Plan) -> Hashable:
    """What pictures must have in common for their pieces to be exchanged."""
    which = plan.type_index(sample.type)
    fits = [
        template
        for template in plan.types[which].templates
        if len(template) == len(sample.label) and all(a in b for a, b in zip(sample.label, template, strict=True))
    ]
    return which, len(sample.label), fits[0] if fits else None, round(log(width) / log(_LIKE_WIDTHS))


def _image(pixels: Pixels, width: int | None) -> Image.Image:
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    if width is None or image.width == width:
        return image
    return image.resize((width, image.height), Image.Resampling.BILINEAR)
