"""A Keras network as an ONNX graph, written layer by layer: exact control, any width, no converter package.

Batch normalisation is folded into the convolution or dense layer before it, the temperature into the output layers.
"""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from ocr.artefact import INPUT_NAME, TEXT_OUTPUT, TYPE_OUTPUT
from ocr.training.graph_layers import GraphWriter, Weights, kernel_and_bias, squeeze, write

_OPSET = 17
_IR_VERSION = 9


def to_onnx(model: Any, temperature: float) -> onnx.ModelProto:
    """The network with batch normalisation and temperature folded in, outputs as log probabilities."""
    writer, names = body(model, scale=1.0 / temperature)
    spec = model.inputs[0].shape
    outputs = []
    for tensor, (name, axes) in zip(model.outputs, ((TEXT_OUTPUT, [0, 2, 1]), (TYPE_OUTPUT, None)), strict=False):
        value = names[id(tensor)]
        value = writer.node("Transpose", [squeeze(writer, value)], perm=axes) if axes else value
        writer.nodes.append(helper.make_node("LogSoftmax", [value], [name], axis=-1))
        shape = ["batch", "steps", tensor.shape[-1]] if axes else ["batch", tensor.shape[-1]]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    return packed(writer, "recogniser", ["batch", spec[1], spec[2] or "width", spec[3]], outputs)


def body(model: Any, *, half: bool = False, scale: float = 1.0) -> tuple[GraphWriter, dict[int, str]]:
    """The nodes of all layers, and the names of their maps by the id of the Keras tensor; `half` as in GraphWriter.
    Dense output layers give `scale` times what they gave."""
    fused, skipped = _fold_normalisation(model)
    if scale != 1.0:
        fused |= _scaled_outputs(model, scale)
    writer = GraphWriter(fused, skipped, half=half)
    names = {id(model.inputs[0]): _channels_first(writer, model.inputs[0].shape)}
    for layer in _in_order(model):
        inputs = [names[id(tensor)] for tensor in _inputs(layer)]
        names[id(layer.output)] = write(writer, layer, inputs)
    return writer, names


def packed(writer: GraphWriter, name: str, shape: list[Any], outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    """The model of the collected nodes, whose input is `INPUT_NAME` of that shape; checked."""
    pictures = helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, shape)
    graph = helper.make_graph(writer.nodes, name, [pictures], outputs, writer.initialisers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="captcha-toolkit")
    made.ir_version = _IR_VERSION
    onnx.checker.check_model(made)
    return made


def _in_order(model: Any) -> list[Any]:
    return [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]


def _inputs(layer: Any) -> list[Any]:
    return layer.input if isinstance(layer.input, list) else [layer.input]


def _fold_normalisation(model: Any) -> tuple[dict[str, tuple[Weights, Weights]], set[str]]:
    """Kernel and bias of each layer that a BatchNormalization follows, and the names of those normalisations."""
    makers = {id(layer.output): layer for layer in _in_order(model)}
    fused: dict[str, tuple[Weights, Weights]] = {}
    skipped: set[str] = set()
    for layer in _in_order(model):
        if type(layer).__name__ != "BatchNormalization":
            continue
        before = makers[id(_inputs(layer)[0])]
        kernel, bias = kernel_and_bias(before)
        gamma, beta, mean, variance = (np.asarray(w, dtype=np.float64) for w in layer.get_weights())
        scale = gamma / np.sqrt(variance + layer.epsilon)
        fused[before.name] = (kernel * scale, (bias - mean) * scale + beta)
        skipped.add(layer.name)
    return fused, skipped


def _scaled_outputs(model: Any, scale: float) -> dict[str, tuple[Weights, Weights]]:
    """Kernel and bias of each output layer, times the scale."""
    makers = {id(layer.output): layer for layer in _in_order(model)}
    scaled = {}
    for tensor in model.outputs:
        kernel, bias = kernel_and_bias(makers[id(tensor)])
        scaled[makers[id(tensor)].name] = (kernel * scale, bias * scale)
    return scaled


def _channels_first(writer: GraphWriter, shape: tuple[int | None, ...]) -> str:
    """The input as B x C x H x W; where there is one channel of known height, not a value has to be moved."""
    _, height, _, channels = shape
    if channels == 1 and height:
        return writer.node("Reshape", [INPUT_NAME, writer.constant(np.array([0, 1, height, -1], dtype=np.int64))])
    return writer.node("Transpose", [INPUT_NAME], perm=[0, 3, 1, 2])
