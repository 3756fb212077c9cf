"""A real artefact, untrained: the format and the runtime are ocr's own, the weights come from a seed.

What it reads is nonsense, but always the same nonsense for the same picture and seed.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from ocr.artefact import CARD_KEY, INPUT_NAME, TEXT_OUTPUT, Card, TypeCard
from ocr.preprocess import InputSpec

CHARSET = "0123456789+-=?"
HEIGHT, WIDTH, STEPS = 20, 64, 16


def write_artefact(path: Path, seed: int = 1) -> Path:
    """Write an artefact whose version ends in the seed."""
    column = HEIGHT * WIDTH // STEPS
    weights = np.random.default_rng(seed).normal(size=(column, len(CHARSET) + 1)).astype(np.float32)
    constants = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array([0, STEPS, column], dtype=np.int64), "columns"),
        numpy_helper.from_array(np.array([3], dtype=np.int64), "colours"),
    ]
    nodes = [
        helper.make_node("ReduceMean", [INPUT_NAME, "colours"], ["grey"], keepdims=0),
        helper.make_node("Transpose", ["grey"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("Reshape", ["turned", "columns"], ["steps"]),
        helper.make_node("MatMul", ["steps", "weights"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], [TEXT_OUTPUT], axis=-1),
    ]
    shape_in, shape_out = ["n", HEIGHT, WIDTH, 3], ["n", STEPS, len(CHARSET) + 1]
    graph = helper.make_graph(
        nodes,
        "untrained",
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, shape_in)],
        [helper.make_tensor_value_info(TEXT_OUTPUT, TensorProto.FLOAT, shape_out)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    card = Card(
        charset=CHARSET,
        input=InputSpec(HEIGHT, WIDTH, 3),
        types=(TypeCard(None, CHARSET),),
        architecture="untrained",
        version="0",
        created=f"seed-{seed}",
        training={"epochs": 0, "seed": seed},
    )
    helper.set_model_props(model, {CARD_KEY: card.to_json()})
    path.write_bytes(model.SerializeToString())
    return path
