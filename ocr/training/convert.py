"""Other forms of an artefact: float32 without its training weights, int8, LiteRT.

float32 and int8 are artefacts that everything here reads; a LiteRT file is for other programs and carries no card.
"""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from dataset.errors import UsageError
from ocr.artefact import CARD_KEY, INPUT_NAME, WEIGHTS_KEY, Card
from ocr.errors import ArtefactError
from ocr.evaluate import Case, figures, read_cases
from ocr.preprocess import prepare
from ocr.recognizer import Recognizer
from ocr.training import data as labelled
from ocr.training.export import check_place, write

FORMATS = ("float32", "int8", "litert")
_CALIBRATION = 100
"""Pictures from which int8 learns the ranges of values."""


@dataclass(frozen=True)
class Converted:
    """What was written: bytes, and shares of exact readings before and after where pictures were given."""

    size: int
    n: int = 0
    exact_match: float | None = None
    exact_match_before: float | None = None


def convert(model: Path, out: Path, form: str, folder: Path | None = None) -> Converted:
    """Write another form of an artefact; `folder` holds labelled pictures to calibrate and to measure on.

    Raises ToolkitError with a sentence; then an old file stays as it was.
    """
    check_place(out)
    recognizer = Recognizer.load(model)
    if form != "float32" and recognizer.separate:
        raise UsageError(f"{model}: has a recogniser for each type, which only --format float32 keeps")
    samples = labelled.load(folder).samples if folder else []
    if form == "litert":
        content = _litert(model, recognizer.card)
        write(out, content)
        return Converted(len(content))
    made = onnx.load(model)
    if form == "int8":
        if not samples:
            raise UsageError("int8 must see pictures to choose its ranges of values; give them with --data DIR")
        made = _int8(model, [prepare(sample.image, recognizer.card.input) for sample in samples[:_CALIBRATION]])
    content = _with_card(made, recognizer.card)
    if not samples:
        write(out, content)
        return Converted(len(content))
    cases = [Case(s.name, s.label, s.type, s.image) for s in samples]
    before, after = (
        float(figures(read_cases(reader, cases))["exact_match"])
        for reader in (recognizer, Recognizer.from_bytes(content, str(out)))
    )
    told = {"format": form, "n": len(cases), "exact_match": after, "exact_match_before": before}
    content = _with_card(made, replace(recognizer.card, metrics=recognizer.card.metrics | {"export": told}))
    write(out, content)
    return Converted(len(content), len(cases), after, before)


def _with_card(made: onnx.ModelProto, card: Card) -> bytes:
    """The model with this card and without training weights."""
    kept = {p.key: p.value for p in made.metadata_props if p.key not in (CARD_KEY, WEIGHTS_KEY)}
    helper.set_model_props(made, kept | {CARD_KEY: card.to_json()})
    content: bytes = made.SerializeToString()
    return content


def _int8(model: Path, arrays: Sequence[NDArray[np.float32]]) -> onnx.ModelProto:
    """Static quantisation with a scale for each output channel. Seven bits of weight keep 16-bit sums of processors
    without special instructions from overflowing."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Pictures(CalibrationDataReader):
        def __init__(self) -> None:
            self._remaining = iter(arrays)

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            array = next(self._remaining, None)
            return None if array is None else {INPUT_NAME: array[None]}

    with tempfile.TemporaryDirectory() as place, _hushed():
        ready, out = Path(place) / "ready.onnx", Path(place) / "int8.onnx"
        quant_pre_process(model, ready, skip_symbolic_shape=True)
        quantize_static(
            ready,
            out,
            Pictures(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return onnx.load(out)


def _litert(model: Path, card: Card) -> bytes:
    """A LiteRT file: one picture (1 x H x W x C float32) in, logits out."""
    from ocr.training import backend

    backend.prepare()
    import keras

    from ocr.training import architectures, weights

    if card.input.width is None:
        raise ArtefactError(f"{model}: reads pictures of any width, which LiteRT does not; use float32 or int8")
    stored = {p.key: p.value for p in onnx.load(model).metadata_props}.get(WEIGHTS_KEY)
    if stored is None:
        raise ArtefactError(f"{model}: holds no training weights, from which LiteRT is made; give the trained artefact")
    network = architectures.find(card.architecture).build(card.input, len(card.charset) + 1, len(card.types))
    network.set_weights(weights.unpack(stored, str(model)))
    spec = card.input
    picture = keras.Input(batch_shape=(1, spec.height, spec.width, spec.channels), name=INPUT_NAME)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "model.tflite"
        keras.Model(picture, network(picture)).export(out, format="litert", verbose=False)
        return out.read_bytes()


@contextmanager
def _hushed() -> Iterator[None]:
    """Keeps the quantiser from warning of what does not matter here."""
    root: Any = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)
