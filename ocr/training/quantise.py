"""Weights and maps as whole numbers of eight bits: half the time, or less, and a quarter of the size.

Static quantisation (Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", CVPR 2018) by ONNX Runtime, with a scale for each output channel.
"""

import logging
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from ocr.artefact import CARD_KEY, INPUT_NAME, Card
from ocr.errors import ArtefactError
from ocr.evaluate import Outcome, read_cases
from ocr.preprocess import prepare
from ocr.recognizer import Recognizer
from ocr.training import data as labelled
from ocr.training import export
from ocr.training.data import Labelled

PRECISION = "int8"
_CALIBRATION = 100
"""Pictures from which the ranges of values are learned."""
TELLING = 50
"""Watched pictures from which those that are lost tell something; of fewer it is chance whether one is."""
_COMPARED = 400
"""Pictures, at most, that both forms of a network read."""
_WEIGHTED = ("Conv", "Gemm", "MatMul")


def quantised(model: onnx.ModelProto, arrays: Iterable[NDArray[np.float32]]) -> onnx.ModelProto:
    """The same network in eight bits but for its first and its last layers, which are small and lose the most.

    `arrays` (H x W x C) are pictures as the network sees them, from which it takes the ranges of values. Seven bits of
    weight keep the 16-bit sums of processors without special instructions from overflowing. Raises ArtefactError where
    it cannot be done, for lack of room for temporary files, say. It comes without metadata.
    """
    try:
        return _quantised(model, arrays)
    except Exception as error:  # ONNX Runtime's exceptions share no public base class
        told = (str(error) or type(error).__name__).splitlines()[0]
        raise ArtefactError(f"the network cannot be put into 8 bits ({told})") from error


def _quantised(model: onnx.ModelProto, arrays: Iterable[NDArray[np.float32]]) -> onnx.ModelProto:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Pictures(CalibrationDataReader):
        def __init__(self) -> None:
            self._remaining = iter(arrays)

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            array = next(self._remaining, None)
            return None if array is None else {INPUT_NAME: array[None]}

    with tempfile.TemporaryDirectory() as place, _hushed():
        given, ready, out = (Path(place) / name for name in ("given.onnx", "ready.onnx", "quantised.onnx"))
        onnx.save(model, given)
        quant_pre_process(given, ready, skip_symbolic_shape=True)
        quantize_static(
            ready,
            out,
            Pictures(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_outermost(onnx.load(ready).graph),
        )
        made = onnx.load(out)
    del made.metadata_props[:]  # notes of the quantiser
    return made


def ranges_from(samples: Sequence[Labelled], card: Card) -> list[NDArray[np.float32]]:
    """Some of the pictures as the network sees them: enough for `quantised`."""
    return [prepare(sample.image, card.input) for sample in _some(samples, _CALIBRATION)]


def is_quantised(model: onnx.ModelProto) -> bool:
    """Whether a network computes with whole numbers."""
    return any(node.op_type == "QuantizeLinear" for node in model.graph.node)


def lighter(
    content: bytes, calibrate: Sequence[Labelled], compare: Sequence[Labelled], say: Callable[[str], None]
) -> bytes | None:
    """The artefact in eight bits; None where that loses a picture of those to `compare` (of a few hundred of them),
    whose text and type were read right before, or cannot be done. `say` gets a sentence in both cases."""
    recognizer = Recognizer.from_bytes(content)
    try:
        whole = onnx.load_from_string(content)
        model = quantised(whole, ranges_from(calibrate, recognizer.card))
    except ArtefactError as error:
        say(f"{error}: it keeps 32")
        return None
    card = replace(recognizer.card, precision=PRECISION)
    made = export.with_properties(model, export.properties(whole) | {CARD_KEY: card.to_json()})
    cases = labelled.cases(_some(compare, _COMPARED))
    outcomes = zip(read_cases(recognizer, cases), read_cases(Recognizer.from_bytes(made), cases), strict=True)
    lost = sum(_right(before) and not _right(after) for before, after in outcomes)
    if lost:
        say(f"numbers of 8 bits lose {lost} of {len(cases)} pictures: it keeps 32")
    return None if lost else made


def _some(samples: Sequence[Labelled], most: int) -> Sequence[Labelled]:
    """Evenly spread, since types often stand one after the other."""
    return samples[:: math.ceil(len(samples) / most) or 1]


def _right(outcome: Outcome) -> bool:
    return outcome.right and outcome.prediction.type == outcome.case.type


def _outermost(graph: onnx.GraphProto) -> list[str]:
    """The names of the nodes with weights that see the pictures, and of those from which the outputs come."""
    makers = {name: node for node in graph.node for name in node.output}
    takers: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            takers.setdefault(name, []).append(node)

    def nearest(name: str, *, forward: bool) -> Iterator[str]:
        for node in takers.get(name, []) if forward else filter(None, [makers.get(name)]):
            if node.op_type in _WEIGHTED:
                yield node.name
            else:
                for further in node.output if forward else node.input:
                    yield from nearest(further, forward=forward)

    return [*nearest(INPUT_NAME, forward=True)] + [
        name for output in graph.output for name in nearest(output.name, forward=False)
    ]


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
