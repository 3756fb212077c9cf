import numpy as np
import pytest

from ocr.training import backend

backend.prepare()

from ocr.cleaner import CleanerCard  # noqa: E402
from ocr.training import cleaner_export, cleaner_network  # noqa: E402  (Keras must be settled first)


def test_nothing_beyond_the_reach_has_influence() -> None:
    """With weights that never cancel, one inked pixel shows how far it is seen."""
    model = cleaner_network.build(1, 1)
    for weights in model.weights:
        values = weights.numpy()
        weights.assign(np.abs(values) if values.ndim > 1 else values * 0 + 0.1)
    reaches = []
    for offset in (0, 7, 15):
        empty = np.zeros((1, 320, 320, 1), dtype=np.float32)
        dotted = empty.copy()
        dotted[0, 160 + offset, 160 + offset] = 1.0
        changed = np.abs(model.predict_on_batch(dotted) - model.predict_on_batch(empty))[0, ..., 0] > 0
        places = np.flatnonzero(changed.any(axis=1))
        reaches += [160 + offset - places[0], places[-1] - 160 - offset]
    assert 40 < max(reaches) <= cleaner_network.REACH


@pytest.mark.parametrize("channels", [(1, 1), (3, 1), (3, 3)])
def test_the_file_cleans_as_the_network_does(channels: tuple[int, int]) -> None:
    model = cleaner_network.build(*channels)
    card = CleanerCard(*channels, cleaner_network.MULTIPLE, cleaner_network.REACH, "1.0", "2026-01-01")
    data = cleaner_export.artefact_bytes(model, card)
    assert len(data) < 500_000
    ink = np.random.default_rng(0).random((2, 32, 48, channels[0]), dtype=np.float32)
    cleaner_export.check(data, model, ink)


def test_what_clipping_repairs_is_no_error() -> None:
    true = np.array([0.0, 0.0, 1.0, 1.0, 0.5], dtype=np.float32)
    found = np.array([-3.0, 0.5, 4.0, 0.5, 0.5], dtype=np.float32)
    assert float(cleaner_network.error(true, found)) == pytest.approx((0.25 + 0.25) / 5)
