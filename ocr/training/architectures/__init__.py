"""The registry of network forms. A new one is one file with a `build` and one line here."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from ocr.errors import TrainingError
from ocr.preprocess import InputSpec

_MODULES = {
    "small": "ocr.training.architectures.small",
    "large": "ocr.training.architectures.large",
    "crnn": "ocr.training.architectures.crnn",
}
NAMES = tuple(_MODULES)
DEFAULT = "small"


class Architecture(Protocol):
    """What a module of this package offers."""

    STRIDE: int
    """Input columns per time step."""

    PEAK_RATE: float
    """Highest learning rate of its schedule."""

    optimiser: Callable[[float], Any]
    """A keras.optimizers.Optimizer of a learning rate; see `optimisers`."""

    def build(self, spec: InputSpec, classes: int, types: int) -> Any:
        """A keras.Model from B x H x W x C float32 to logits B x T x classes; with more than one type also
        logits B x types. Layers must be among those that `ocr.training.graph_layers` can write as ONNX."""


def find(name: str) -> Architecture:
    """The architecture of that name; imports Keras."""
    if name not in _MODULES:
        raise TrainingError(f"there is no architecture {name!r}; choose one of {', '.join(NAMES)}")
    return import_module(_MODULES[name])
