"""From a trained network to an artefact: written to a temporary name, checked, then put in place."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from dataset.atomic import atomic_write
from dataset.errors import DatasetError
from ocr.artefact import CARD_KEY, INPUT_NAME, TEXT_OUTPUT, WEIGHTS_KEY, Card, card_of, session_of
from ocr.errors import ArtefactError
from ocr.training.graph import to_onnx
from ocr.training.watch import log_softmax
from ocr.training.weights import pack

_ROOM = 12_000_000  # bytes that must be free before a training begins; an artefact is smaller
_TOLERANCE = 5e-3  # in log probability, on the classes that matter (above 1 %)


def artefact_bytes(model: Any, card: Card) -> bytes:
    """The artefact of a Keras network, its temperature taken from the card."""
    told = {CARD_KEY: card.to_json(), WEIGHTS_KEY: pack(model.get_weights())}
    return with_properties(to_onnx(model, card.temperature), told)


def properties(model: onnx.ModelProto) -> dict[str, str]:
    """The metadata of an artefact."""
    return {prop.key: prop.value for prop in model.metadata_props}


def with_properties(model: onnx.ModelProto, changes: Mapping[str, str | None]) -> bytes:
    """The artefact with other metadata; None takes a property away."""
    kept = {**properties(model), **changes}
    helper.set_model_props(model, {key: value for key, value in kept.items() if value is not None})
    made: bytes = model.SerializeToString()
    return made


def check(data: bytes, model: Any, card: Card, golden: NDArray[np.float32]) -> None:
    """Reads golden pictures (B x H x W x C float32) with the artefact and with the network it came from.

    Raises ArtefactError when they differ: a wrong file must not take the place of a good one.
    """
    session = session_of(data, 1, "the new artefact")
    card_of(session, "the new artefact")
    found = session.run([TEXT_OUTPUT], {INPUT_NAME: golden})[0]
    logits = model.predict_on_batch(golden)
    expected = log_softmax(logits[0] if isinstance(logits, list | tuple) else logits, card.temperature)
    likely = expected > np.log(0.01)
    difference = float(np.abs(found - expected)[likely].max(initial=0.0))
    if not difference <= _TOLERANCE:
        raise ArtefactError(
            f"the exported network differs from the trained one by {difference:.3g} in log probability; "
            "nothing was written, please report this"
        )


def write(path: Path | str, data: bytes) -> None:
    """Puts the artefact in place; the old file stays when that fails. Raises ArtefactError with a sentence."""
    try:
        with atomic_write(Path(path)) as file:
            file.write(data)
    except DatasetError as error:
        raise ArtefactError(str(error)) from error


def check_place(path: Path | str) -> None:
    """Raises ArtefactError before a training begins whose result could not be written there."""
    folder = Path(path).resolve().parent
    if Path(path).is_dir():
        raise ArtefactError(f"{path}: is a folder; give the name of a file, such as {Path(path) / 'model.onnx'}")
    if not folder.is_dir():
        raise ArtefactError(f"{path}: there is no folder {folder}; make it first")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_ROOM))
            os.fsync(file.fileno())
    except OSError as error:
        raise ArtefactError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from error


def golden_batch(arrays: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Pictures of the first one's width, at most four, as one batch."""
    width = arrays[0].shape[1]
    return np.stack([array for array in arrays if array.shape[1] == width][:4])
