"""Other forms of an artefact: float32 without its training weights, int8, LiteRT.

float32 and int8 are artefacts that everything here reads; a LiteRT file is for other programs and carries no card.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import onnx

from dataset.errors import UsageError
from ocr.artefact import CARD_KEY, INPUT_NAME, WEIGHTS_KEY, Card
from ocr.errors import ArtefactError
from ocr.evaluate import figures, read_cases
from ocr.recognizer import Recognizer
from ocr.training import data as labelled
from ocr.training import export
from ocr.training.data import Labelled
from ocr.training.graph import to_onnx
from ocr.training.quantise import PRECISION, is_quantised, quantised, ranges_from

FORMATS = ("float32", "int8", "litert")


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
    export.check_place(out)
    recognizer = Recognizer.load(model)
    if form != "float32" and recognizer.separate:
        raise UsageError(f"{model}: has a recogniser for each type, which only --format float32 keeps")
    samples = labelled.load(folder).samples if folder else []
    if form == "litert":
        content = _litert(model, recognizer.card)
        export.write(out, content)
        return Converted(len(content))
    made = _int8(model, recognizer, samples) if form == "int8" else _float32(model, recognizer)
    card = replace(recognizer.card, precision=PRECISION if is_quantised(made) else "float32")
    content = _with_card(made, card)
    if not samples:
        export.write(out, content)
        return Converted(len(content))
    cases = labelled.cases(samples)
    before, after = (
        float(figures(read_cases(reader, cases))["exact_match"])
        for reader in (recognizer, Recognizer.from_bytes(content, str(out)))
    )
    told = {"format": form, "n": len(cases), "exact_match": after, "exact_match_before": before}
    content = _with_card(made, replace(card, metrics=card.metrics | {"export": told}))
    export.write(out, content)
    return Converted(len(content), len(cases), after, before)


def _int8(model: Path, recognizer: Recognizer, samples: Sequence[Labelled]) -> onnx.ModelProto:
    """In eight bits, if it is not already."""
    made = onnx.load(model)
    if is_quantised(made):
        return made
    if not samples:
        raise UsageError("int8 must see pictures to choose its ranges of values; give them with --data DIR")
    return quantised(made, ranges_from(samples, recognizer.card))


def _float32(model: Path, recognizer: Recognizer) -> onnx.ModelProto:
    """With weights of 32 bits, made from the training weights where the artefact computes with eight; recognisers of
    types stay as they are."""
    made = onnx.load(model)
    if recognizer.separate or not is_quantised(made):
        return made
    network = _network(made, model, recognizer.card, "float32")
    return to_onnx(network, recognizer.card.temperature)


def _with_card(made: onnx.ModelProto, card: Card) -> bytes:
    """The model with this card and without training weights."""
    return export.with_properties(made, {CARD_KEY: card.to_json(), WEIGHTS_KEY: None})


def _litert(model: Path, card: Card) -> bytes:
    """A LiteRT file: one picture (1 x H x W x C float32) in, logits out."""
    if card.input.width is None:
        raise ArtefactError(f"{model}: reads pictures of any width, which LiteRT does not; use float32 or int8")
    network = _network(onnx.load(model), model, card, "LiteRT")
    import keras

    spec = card.input
    picture = keras.Input(batch_shape=(1, spec.height, spec.width, spec.channels), name=INPUT_NAME)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "model.tflite"
        keras.Model(picture, network(picture)).export(out, format="litert", verbose=False)
        return out.read_bytes()


def _network(made: onnx.ModelProto, model: Path, card: Card, form: str) -> Any:
    """The Keras network that the artefact was trained as."""
    from ocr.training import architectures, backend, weights

    stored = export.properties(made).get(WEIGHTS_KEY)
    if stored is None:
        raise ArtefactError(f"{model}: holds no training weights, from which {form} is made; give the trained artefact")
    backend.prepare()
    network = architectures.find(card.architecture).build(card.input, len(card.charset) + 1, len(card.types))
    network.set_weights(weights.unpack(stored, str(model)))
    return network
