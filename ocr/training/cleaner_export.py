"""From a trained network to a cleaner's file: checked against the network, then put in place."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from ocr.artefact import CLEANER_KEY, session_of
from ocr.cleaner import OUTPUT, CleanerCard, card_of, run
from ocr.errors import ArtefactError
from ocr.training.graph import body, packed

_TOLERANCE = 4 / 255  # float16 weights move a pixel by less than one grey value; a wrong graph moves it by more


def artefact_bytes(model: Any, card: CleanerCard) -> bytes:
    """The file of a network: float16 weights, ink clipped to 0..1 at its end."""
    writer, names = body(model, half=True)
    limits = [writer.constant(np.array(limit)) for limit in (0.0, 1.0)]
    clipped = writer.node("Clip", [names[id(model.outputs[0])], *limits])
    writer.nodes.append(helper.make_node("Transpose", [clipped], [OUTPUT], perm=[0, 2, 3, 1]))
    sides = ["batch", "height", "width"]
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [*sides, model.outputs[0].shape[-1]])
    made = packed(writer, "cleaner", [*sides, model.inputs[0].shape[-1]], [output])
    helper.set_model_props(made, {CLEANER_KEY: card.to_json()})
    data: bytes = made.SerializeToString()
    return data


def check(data: bytes, model: Any, ink: NDArray[np.float32]) -> None:
    """Cleans `ink` (B x H x W x C, sides as the network wants them) with the file and with the network.

    Raises ArtefactError when they differ: a wrong file must not take the place of a good one.
    """
    session = session_of(data, 1, "the new cleaner")
    card_of(session, "the new cleaner")
    expected = np.clip(np.asarray(model.predict_on_batch(ink)), 0.0, 1.0)
    difference = float(np.abs(run(session, ink) - expected).max(initial=0.0))
    if not difference <= _TOLERANCE:
        raise ArtefactError(
            f"the exported cleaner differs from the trained one by {255 * difference:.3g} grey values; "
            "nothing was written, please report this"
        )
