"""Outputs of no network, and what brute force makes of them."""

import itertools

import numpy as np


def random_outputs(seed: int, steps: int = 5, classes: int = 3, sharpness: float = 2.0) -> np.ndarray:
    """Log probabilities (1, steps, classes), float32."""
    logits = np.random.default_rng(seed).normal(size=(1, steps, classes)) * sharpness
    return (logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))).astype(np.float32)


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    """The text that a path spells."""
    return tuple(key for key, _ in itertools.groupby(path) if key)


def all_paths(outputs: np.ndarray) -> list[tuple[tuple[int, ...], float]]:
    """Every path of the first row with its log probability."""
    steps, classes = outputs.shape[1:]
    return [
        (path, float(sum(outputs[0, t, c] for t, c in enumerate(path))))
        for path in itertools.product(range(classes), repeat=steps)
    ]


def text_sums(outputs: np.ndarray) -> dict[tuple[int, ...], float]:
    """P(text) of every text of the first row."""
    sums: dict[tuple[int, ...], float] = {}
    for path, score in all_paths(outputs):
        sums[collapsed(path)] = sums.get(collapsed(path), 0.0) + float(np.exp(score))
    return sums
