import json
from pathlib import Path

import numpy as np
import pytest

from dataset.store import Store
from ocr import cli
from ocr.errors import OcrError
from ocr.evaluate import (
    Case,
    Outcome,
    accepted_share,
    calibration_error,
    character_error_rate,
    edit_distance,
    evaluate_folder,
    figures,
    wilson,
)
from ocr.recognizer import Prediction, Recognizer
from tests.ocr.conftest import TrainedOnce


def test_edit_distance() -> None:
    assert [edit_distance(a, b) for a, b in [("", ""), ("abc", ""), ("abc", "abd"), ("abc", "xabc"), ("ab", "ba")]] == [
        0,
        3,
        1,
        1,
        2,
    ]


def test_character_error_rate_counts_edits_a_character() -> None:
    assert character_error_rate([("abcd", "abcd"), ("abcd", "abc")]) == pytest.approx(1 / 8)


def test_wilson_interval_holds_the_share() -> None:
    low, high = wilson(99, 100)
    assert 0.94 < low < 0.99 < high < 1.0
    assert wilson(10, 10)[1] == 1.0


def test_accepted_share_cannot_part_equal_confidences() -> None:
    sure = np.array([0.9, 0.9, 0.8, 0.7])
    right = np.array([True, True, False, True])
    assert accepted_share(sure, right, 1.0) == 0.5
    assert accepted_share(sure, right, 0.75) == 1.0
    assert accepted_share(np.array([0.9, 0.9]), np.array([True, False]), 1.0) == 0.0


def test_calibration_error_is_zero_for_honest_confidences() -> None:
    sure = np.full(10, 0.7)
    assert calibration_error(sure, np.array([True] * 7 + [False] * 3)) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(sure, np.zeros(10, dtype=bool)) == pytest.approx(0.7)


def test_json_of_the_command(trained: TrainedOnce, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(trained.model), str(trained.fresh), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    result = json.loads(lines[0])
    assert {"n", "exact_match", "exact_match_case_insensitive", "cer", "mean_confidence", "ms_per_image"} <= set(result)
    assert result["n"] == 40
    assert result["by_length"]["3"]["n"] == 40
    assert 0 < result["ms_per_image"] < 1000
    low, high = result["exact_match_interval_95"]
    assert low <= result["exact_match"] <= high


def test_text_of_the_command(trained: TrainedOnce, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(trained.model), str(trained.fresh)]) == 0
    assert "exact match" in capsys.readouterr().out


def test_broken_pictures_are_counted_not_fatal(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "aaa.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(OcrError, match="none of its 1 labelled"):
        evaluate_folder(recognizer, tmp_path)


def test_a_folder_without_labels(recognizer: Recognizer, trained: TrainedOnce, tmp_path: Path) -> None:
    picture = next((trained.fresh / "images").iterdir())
    with Store.open(tmp_path) as store:
        store.add(picture.read_bytes())
    with pytest.raises(OcrError, match="no picture has a label"):
        evaluate_folder(recognizer, tmp_path)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(0, 10, 0.0, 0.27754), (10, 10, 0.72246, 1.0), (206, 208, 0.96560, 0.99736), (50, 100, 0.40383, 0.59617)],
)
def test_wilson_interval_is_the_published_one(right: int, n: int, low: float, high: float) -> None:
    """Figures from the formula of Wilson (1927) with z = 1.95996, computed apart."""
    assert wilson(right, n) == pytest.approx([low, high], abs=2e-4)


def test_wilson_interval_covers_the_truth_in_95_of_100() -> None:
    draws = np.random.default_rng(1).binomial(200, 0.95, size=4000)
    covered = [low <= 0.95 <= high for low, high in (wilson(int(right), 200) for right in draws)]
    assert 0.93 < np.mean(covered) < 0.975


def test_figures_of_known_outcomes() -> None:
    def outcome(label: str, text: str, sure: float, kind: str | None = None) -> Outcome:
        return Outcome(Case(label, label, kind, b""), Prediction(text, sure, type=kind))

    found = figures(
        [
            outcome("abc", "abc", 0.9, "x"),
            outcome("ABC", "abc", 0.8, "x"),
            outcome("abcd", "abc", 0.3, "y"),
            outcome("ab", "ab", 1.0, "y"),
        ]
    )
    assert (found["n"], found["exact_match"], found["exact_match_case_insensitive"]) == (4, 0.5, 0.75)
    assert found["cer"] == pytest.approx(4 / 12, abs=1e-5)
    assert found["mean_confidence"] == 0.75
    assert found["auto_accept"] == {"0.99": 0.5, "0.999": 0.5, "1": 0.5}
    assert found["by_length"] == {
        "2": {"n": 1, "exact_match": 1.0},
        "3": {"n": 2, "exact_match": 0.5},
        "4": {"n": 1, "exact_match": 0.0},
    }
    assert found["by_type"] == {"x": {"n": 2, "exact_match": 0.5}, "y": {"n": 2, "exact_match": 0.5}}
