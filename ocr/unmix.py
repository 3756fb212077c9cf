"""Colours turned so that text and ground part, for text that differs from its ground in hue alone.

The two colours of a ground (paper and pattern) and an ink span a plane in colour space. Along one direction of that
plane the ground vanishes: nearly all pixels are alike, and those of the text are outliers. It is found as the direction
of the largest skewness, once the two strongest directions have been made equally strong: projection pursuit (Jones and
Sibson, "What is projection pursuit?", Journal of the Royal Statistical Society A 150, 1987).
"""

import numpy as np
from numpy.typing import NDArray

_NOISE = 2.0  # grey values of 255: the deviation of what compression leaves behind, which is not to be made strong
_FLOOR = 4.0  # grey values added to each deviation, so that an empty picture does not become loud noise
_TEXT, _GROUND = 1.0, 0.5  # skewness from which there is text, and up to which there is only ground
_EMPTY = 0.2  # grey values: deviation of a direction along which there is nothing
_TURNS = np.arange(64, dtype=np.float32) * np.float32(np.pi / 64)
_COS, _SIN = np.cos(_TURNS), np.sin(_TURNS)
_SKEWNESS = np.stack([_COS**3, 3 * _COS**2 * _SIN, 3 * _COS * _SIN**2, _SIN**3])
"""From the third moments of two directions (aaa, aab, abb, bbb) to that of each direction between them."""


def unmix(cells: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """... x N x 3 colours, whose mean is 0, seen along three directions: ... x N x 3 float32; and in which pictures
    (...) text hides: it stands out along the first direction, but not along the second one.

    The first direction is that of the largest skewness, the others are the strongest and the second strongest. Each
    has deviation 1 or a little less, and its outliers are negative, as dark ink on paper is. The strongest is where
    lightness and most differences in colour lie: text that shows there needs no unmixing.
    """
    rows = np.ascontiguousarray(np.swapaxes(cells, -1, -2))  # ... x 3 x N: fast for all that follows
    power, axes = np.linalg.eigh(rows @ cells / cells.shape[-2])  # ascending
    power, axes = power[..., :0:-1], np.swapaxes(axes, -1, -2)[..., :0:-1, :]
    even = axes / np.sqrt(np.maximum(power, 0) + _NOISE**2)[..., None]
    turn = _most_skewed(even @ rows)
    first = np.stack([_COS[turn], _SIN[turn]], axis=-1)[..., None, :] @ even
    first /= np.linalg.norm(first, axis=-1, keepdims=True)
    seen = np.concatenate([first, axes], axis=-2) @ rows
    squares = seen * seen
    cubes = np.einsum("...n,...n->...", squares, seen) / np.float32(seen.shape[-1])
    deviation = np.sqrt(squares.mean(axis=-1))
    skewness = np.abs(cubes) / np.maximum(deviation, np.float32(_EMPTY)) ** 3
    seen *= (np.where(cubes > 0, np.float32(-1), np.float32(1)) / (deviation + np.float32(_FLOOR)))[..., None]
    hidden = (skewness[..., 0] > _TEXT) & (skewness[..., 1] < _GROUND)
    return np.ascontiguousarray(np.swapaxes(seen, -1, -2)), hidden


def _most_skewed(pair: NDArray[np.float32]) -> NDArray[np.intp]:
    """Which turn of two directions (... x 2 x N) gives the most skewed one."""
    moments = (pair * pair) @ np.swapaxes(pair, -1, -2)  # aaa aab / bba bbb
    four = np.stack([moments[..., 0, 0], moments[..., 0, 1], moments[..., 1, 0], moments[..., 1, 1]], axis=-1)
    return np.abs(four @ _SKEWNESS).argmax(axis=-1)
