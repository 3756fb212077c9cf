import numpy as np
import pytest
from PIL import Image

from ocr.cleaner_figures import Tally, similarity


def test_equal_pictures() -> None:
    page = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40), dtype=np.uint8))
    tally = Tally()
    tally.add(page, page)
    assert tally.figures() == {"rmse": 0.0, "rmse_mean": 0.0, "psnr": None, "ssim": 1.0}


def test_known_differences() -> None:
    """A uniform difference of 51 grey values is 0.2, in a large picture as in a small one; pixels count alike."""
    tally = Tally()
    tally.add(Image.new("L", (30, 10), 204), Image.new("L", (30, 10), 255))
    tally.add(Image.new("RGB", (10, 10), (255, 255, 255)), Image.new("L", (10, 10), 255))
    found = tally.figures()
    assert found["rmse"] == pytest.approx(0.2 * np.sqrt(300 / 600), abs=1e-6)
    assert found["rmse_mean"] == pytest.approx(0.1, abs=1e-6)
    assert found["psnr"] == pytest.approx(20 * np.log10(1 / found["rmse"]), abs=1e-3)


def test_similarity_of_flat_pictures_follows_the_formula() -> None:
    a, b = np.full((20, 20), 0.5), np.full((20, 20), 0.8)
    assert similarity(a, b) == pytest.approx((2 * 0.4 + 1e-4) / (0.25 + 0.64 + 1e-4))
    assert similarity(a[:3, :5], b[:3, :5]) == pytest.approx(similarity(a, b))


def test_noise_is_less_similar_than_a_shift_of_brightness() -> None:
    rng = np.random.default_rng(1)
    page = rng.random((60, 60)).repeat(2, axis=1)
    assert similarity(page, np.clip(page + 0.05, 0, 1)) > similarity(page, page + rng.normal(0, 0.05, page.shape))
