"""One temperature that makes confidences honest (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017),
chosen for whole texts: the exact CTC probability of the true text should be as high as it can be."""

from typing import Any

import numpy as np

from ocr.training.watch import Watcher, log_softmax

_CANDIDATES = np.geomspace(0.5, 4.0, 19)
_PRIOR = 4.0
"""Strength of the pull towards 1, in pictures: a handful of validation pictures proves little."""
_LEAST = 1e-9


def temperature(model: Any, watcher: Watcher) -> float:
    """The temperature (0.5..4) that fits the validation part best."""
    outputs = list(watcher.outputs(model))
    costs = []
    for candidate in _CANDIDATES:
        cost = _PRIOR * float(np.log(candidate)) ** 2
        for rows, log_probs in outputs:
            probabilities = watcher.true_probabilities(rows, log_softmax(log_probs, float(candidate)))
            cost -= float(np.log(np.maximum(probabilities, _LEAST)).sum())
        costs.append(cost)
    return round(float(_CANDIDATES[int(np.argmin(costs))]), 3)
