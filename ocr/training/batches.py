"""Batches of varied pictures, one width a batch, drawn without end from a seed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocr.preprocess import pixels, standardise
from ocr.training.augment import Amounts, Canvas, vary
from ocr.training.choose import Plan, least_width
from ocr.training.data import Labelled
from ocr.training.paste import Pieces

Pixels = NDArray[np.uint8]


class Batches:
    """The training pictures at the network's height, ready to be varied and stacked."""

    def __init__(self, samples: Sequence[Labelled], plan: Plan, size: int, seed: int) -> None:
        arrays = [pixels(sample.image, plan.input) for sample in samples]
        self._canvases = [Canvas.of(array) for array in arrays]
        self._widths = np.array([array.shape[1] for array in arrays])
        self.labels = padded([plan.charset.encode(sample.label) for sample in samples])
        self.types = np.array([plan.type_index(sample.type) for sample in samples], dtype=np.int32)
        self._least = np.array([least_width(sample.label, plan.stride) for sample in samples])
        self._amounts: Amounts = plan.amounts
        self._unmixed = plan.input.unmixed
        self.size = min(size, len(samples))
        self._rng = np.random.default_rng(seed)
        self._queue: list[NDArray[np.intp]] = []
        self.pieces: Pieces | None = None
        if any(plan.pasted):
            self.pieces = Pieces(samples, arrays, plan)
            self._pasted = np.array(plan.pasted)[self.types]

    def __len__(self) -> int:
        return len(self._canvases)

    def draw(self, strength: float) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]:
        """The next batch, varied with `strength` (0..1): pictures B x H x W x C, labels B x L (0 pads), types B."""
        rows = self._next_rows()
        width = int(np.median(self._widths[rows]) / 8 + 0.5) * 8 if len(rows) > 1 else int(self._widths[rows[0]])
        if self._widths.min() == self._widths.max():
            width = int(self._widths[0])
        width = max(width, int(self._least[rows].max()))
        chosen, labels = [self._canvases[row] for row in rows], self.labels[rows]
        if self.pieces:
            self._paste(rows, chosen, labels, strength)
        batch = vary(chosen, width, self._amounts, strength, self._rng)
        return standardise(batch, unmixed=self._unmixed), labels, self.types[rows]

    def _paste(self, rows: NDArray[np.intp], chosen: list[Canvas], labels: NDArray[np.int32], strength: float) -> None:
        """Puts joined pictures and their texts (of equal length) in the place of a share of those chosen."""
        assert self.pieces is not None
        for place in np.flatnonzero(self._rng.random(len(rows)) < self._pasted[rows] * strength):
            if made := self.pieces.joined(int(rows[place]), self._rng):
                image, text = made
                chosen[place] = replace(chosen[place], image=image)
                labels[place, : len(text)] = text

    def _next_rows(self) -> NDArray[np.intp]:
        if not self._queue:
            self._queue = self._epoch()
        return self._queue.pop()

    def _epoch(self) -> list[NDArray[np.intp]]:
        """All pictures once, in batches of like widths whose members change from epoch to epoch."""
        count = len(self._canvases)
        order = self._rng.permutation(count)
        if self._widths.min() != self._widths.max():
            jittered = self._widths * self._rng.uniform(0.9, 1.1, count)
            order = np.argsort(jittered, kind="stable")
        whole = count - count % self.size
        offset = int(self._rng.integers(count - whole + 1))
        batches = np.split(order[offset : offset + whole], whole // self.size)
        return [batches[i] for i in self._rng.permutation(len(batches))]


def padded(texts: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """N x L int32, short rows filled up with 0 (the blank, which the loss leaves out)."""
    longest = max(len(text) for text in texts)
    rows = np.zeros((len(texts), longest), dtype=np.int32)
    for row, text in zip(rows, texts, strict=True):
        row[: len(text)] = text
    return rows
