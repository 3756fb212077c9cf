"""How each kind of Keras layer is written as ONNX nodes. A kind not in `_WRITERS` is refused.

Maps travel as B x C x H x W and sequences as B x C x 1 x T, which ONNX Runtime's fast convolutions want (it has none
for three dimensions).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ocr.errors import TrainingError

Weights = NDArray[np.floating[Any]]


class GraphWriter:
    """Collects nodes and initialisers. `rows` holds the height of maps that the next dense layer must collapse, `cells`
    the pictures of whose 2 x 2 pixels the next convolution sees the cells."""

    def __init__(self, fused: dict[str, tuple[Weights, Weights]], skipped: set[str], *, half: bool = False) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self.fused, self.skipped, self.half = fused, skipped, half
        self.rows: dict[str, int] = {}
        self.cells: set[str] = set()
        self._count = 0

    def node(self, op: str, inputs: list[str], **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        self._count += 1
        name = f"{op.lower()}_{self._count}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def constant(self, values: NDArray[Any]) -> str:
        """Add an initialiser and return the name of its values; floats are float32, but stored as float16 if `half`."""
        self._count += 1
        name = f"constant_{self._count}"
        real = values.dtype.kind == "f"
        stored = values.astype(np.float16 if self.half else np.float32) if real else values
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(stored), name))
        return self.node("Cast", [name], to=TensorProto.FLOAT) if real and self.half else name

    def activation(self, layer: Any, value: str) -> str:
        """The activation that a Keras layer carries inside itself."""
        name = getattr(getattr(layer, "activation", None), "__name__", "linear")
        if name == "linear":
            return value
        if name == "relu":
            return self.node("Relu", [value])
        raise TrainingError(
            f"activation {name!r} of layer {layer.name!r} has no ONNX writer; see ocr/training/graph_layers.py"
        )


def kernel_and_bias(layer: Any) -> tuple[Weights, Weights]:
    """Of a dense or convolution layer, float64; the bias is zero where there is none."""
    kernel, *rest = (np.asarray(w, dtype=np.float64) for w in layer.get_weights())
    return kernel, rest[0] if rest else np.zeros(kernel.shape[-1])


def write(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    """Adds the nodes of a layer and returns the name of its map. Raises TrainingError for a kind that has no writer."""
    kind = type(layer).__name__
    if layer.name in writer.skipped or kind == "Dropout":
        return inputs[0]
    if kind not in _WRITERS:
        raise TrainingError(f"layer kind {kind} has no ONNX writer; add one in ocr/training/graph_layers.py")
    return writer.activation(layer, _WRITERS[kind](writer, layer, inputs))


def _convolution(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    kernel, bias = writer.fused.get(layer.name) or kernel_and_bias(layer)
    strides, dilations = list(layer.strides), list(layer.dilation_rate)
    if kernel.ndim == 3:
        kernel, strides, dilations = kernel[None], [1, *strides], [1, *dilations]
    if inputs[0] in writer.cells:
        return _over_cells(writer, inputs[0], kernel, bias, strides)
    weights = [writer.constant(kernel.transpose(3, 2, 0, 1)), writer.constant(bias)]
    if max(strides) > 1:  # the padding depends on the size, which only the runtime knows
        return writer.node("Conv", inputs + weights, strides=strides, dilations=dilations, auto_pad="SAME_UPPER")
    sides = [dilation * (size - 1) // 2 for dilation, size in zip(dilations, kernel.shape, strict=False)]
    return writer.node("Conv", inputs + weights, dilations=dilations, pads=sides + sides)


def _over_cells(writer: GraphWriter, pictures: str, kernel: Weights, bias: Weights, strides: list[int]) -> str:
    """A convolution over cells of 2 x 2 pixels as one over the pixels: no cells have to be gathered.

    The sides of pictures are multiples of its strides in pixels, so that the padding is known.
    """
    rows, columns, depth, filters = kernel.shape
    pixels = kernel.reshape(rows, columns, 2, 2, depth // 4, filters)
    pixels = pixels.transpose(5, 4, 0, 2, 1, 3).reshape(filters, depth // 4, 2 * rows, 2 * columns)
    padded = [size - stride for size, stride in zip((rows, columns), strides, strict=True)]
    pads = [2 * (cells // 2) for cells in padded] + [2 * (cells - cells // 2) for cells in padded]
    weights = [writer.constant(pixels), writer.constant(bias)]
    return writer.node("Conv", [pictures, *weights], strides=[2 * stride for stride in strides], pads=pads)


def _dense(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    kernel, bias = writer.fused.get(layer.name) or kernel_and_bias(layer)
    if len(layer.input.shape) == 3:  # over a sequence: a convolution of one step, over all rows of maps
        columns = kernel.T.reshape(kernel.shape[1], writer.rows.get(inputs[0], 1), -1).transpose(0, 2, 1)
        return writer.node("Conv", [*inputs, writer.constant(columns[..., None]), writer.constant(bias)])
    return writer.node("Gemm", [*inputs, writer.constant(kernel), writer.constant(bias)])


def _space_to_depth(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    writer.cells.add(inputs[0])
    return inputs[0]


def _depth_to_space(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    return writer.node("DepthToSpace", inputs, blocksize=2)


def _upsampling(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    """Each pixel repeated."""
    scales = writer.constant(np.array([1.0, 1.0, *layer.size], dtype=np.float32))
    return writer.node(
        "Resize",
        [*inputs, "", scales],
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def _collapse_height(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    writer.rows[inputs[0]] = layer.input.shape[1]
    return inputs[0]


def _max_pool(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    return writer.node("MaxPool", inputs, kernel_shape=list(layer.pool_size), strides=list(layer.strides))


def _pooled(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    return writer.node("ReduceMean", inputs, axes=[2, 3], keepdims=0)


def _add(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    return writer.node("Add", inputs)


def _relu(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    return writer.node("Relu", inputs)


def _bidirectional_lstm(writer: GraphWriter, layer: Any, inputs: list[str]) -> str:
    """Keras orders the gates input, forget, cell, output; ONNX input, output, forget, cell."""
    units = layer.forward_layer.units

    def gates(values: Weights) -> Weights:
        i, f, c, o = np.split(values, 4, axis=-1)
        return np.concatenate([i, o, f, c], axis=-1).T

    directions = [half.get_weights() for half in (layer.forward_layer, layer.backward_layer)]
    inward = np.stack([gates(weights[0]) for weights in directions])
    around = np.stack([gates(weights[1]) for weights in directions])
    bias = np.stack([np.concatenate([gates(weights[2]), np.zeros(4 * units)]) for weights in directions])
    steps_first = writer.node("Transpose", [squeeze(writer, inputs[0])], perm=[2, 0, 1])
    parameters = [writer.constant(values) for values in (inward, around, bias)]
    both = writer.node("LSTM", [steps_first, *parameters], hidden_size=units, direction="bidirectional")
    batch_first = writer.node("Transpose", [both], perm=[2, 1, 3, 0])  # (T, 2, B, U) -> (B, 2, U, T)
    return writer.node("Reshape", [batch_first, writer.constant(np.array([0, 2 * units, 1, -1], dtype=np.int64))])


def squeeze(writer: GraphWriter, sequence: str) -> str:
    """B x C x 1 x T to B x C x T."""
    return writer.node("Squeeze", [sequence, writer.constant(np.array([2], dtype=np.int64))])


_WRITERS: dict[str, Callable[[GraphWriter, Any, list[str]], str]] = {
    "Add": _add,
    "Bidirectional": _bidirectional_lstm,
    "CollapseHeight": _collapse_height,
    "Conv1D": _convolution,
    "Conv2D": _convolution,
    "Dense": _dense,
    "DepthToSpace": _depth_to_space,
    "GlobalAveragePooling1D": _pooled,
    "MaxPooling2D": _max_pool,
    "ReLU": _relu,
    "SpaceToDepth": _space_to_depth,
    "UpSampling2D": _upsampling,
}
