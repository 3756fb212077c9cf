from pathlib import Path
from typing import Any

import pytest

from ocr import cli
from ocr.training import session
from ocr.training.options import Options


class Begun(Exception):
    """Carries the options with which a training would have begun."""


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("", {}),
        ("--seconds 7 --seed 3", {"seconds": 7.0, "seed": 3}),
        ("--epochs 2", {"epochs": 2.0}),
        ("--architecture crnn", {"architecture": "crnn"}),
        ("--charset ab", {"charset": "ab"}),
        ("--any-length", {"any_length": True}),
        ("--types auto", {"find_types": True}),
        ("--no-refit", {"refit": False}),
        ("--no-backbone", {"backbone": False}),
        ("--no-self-training", {"self_training": False}),
        ("--no-paste", {"paste": False}),
        ("--no-augmentation", {"augmentation": False}),
        ("--float32", {"int8": False}),
    ],
)
def test_each_word_changes_its_option_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, changed: dict[str, Any]
) -> None:
    def begin(folder: Path, out: Path, options: Options, **_: object) -> None:
        raise Begun(options)

    monkeypatch.setattr(session, "train", begin)
    with pytest.raises(Begun) as begun:
        cli.main(["train", str(tmp_path), "--out", str(tmp_path / "m.onnx"), *words.split()])
    assert begun.value.args == (Options(**changed),)
