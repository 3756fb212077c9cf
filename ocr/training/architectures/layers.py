"""Keras layers that the architectures share, written with keras.ops so that any backend runs them."""

from collections.abc import Sequence
from typing import Any

import keras


@keras.saving.register_keras_serializable("captcha_toolkit")
class SpaceToDepth(keras.layers.Layer):
    """B x H x W x C to B x H/2 x W/2 x 4C: no pixel is lost, and the first convolution gets cheap."""

    def call(self, pictures: Any) -> Any:
        """H and W must be even."""
        _, height, _, channels = pictures.shape
        width = keras.ops.shape(pictures)[2]
        cells = keras.ops.reshape(pictures, (-1, height // 2, 2, width // 2, 2, channels))
        cells = keras.ops.transpose(cells, (0, 1, 3, 2, 4, 5))
        return keras.ops.reshape(cells, (-1, height // 2, width // 2, 4 * channels))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Of the result."""
        batch, height, width, channels = shape
        return batch, _half(height), _half(width), 4 * (channels or 0)


@keras.saving.register_keras_serializable("captcha_toolkit")
class CollapseHeight(keras.layers.Layer):
    """B x H x W x C to B x W x (H * C): columns become time steps."""

    def call(self, maps: Any) -> Any:
        """H and C must be known."""
        _, height, _, channels = maps.shape
        columns = keras.ops.transpose(maps, (0, 2, 1, 3))
        return keras.ops.reshape(columns, (-1, keras.ops.shape(maps)[2], height * channels))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Of the result."""
        batch, height, width, channels = shape
        return batch, width, (height or 0) * (channels or 0)


def normalised(maps: Any) -> Any:
    """Batch normalisation, then no negative values."""
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(maps))


def around(steps: Any, filters: int, dilations: Sequence[int]) -> Any:
    """A sequence of features (B x T x D) to which residual temporal convolutions add what lies around each step."""
    for dilation in dilations:
        convolution = keras.layers.Conv1D(filters, 5, padding="same", dilation_rate=dilation, use_bias=False)
        seen = keras.layers.Dense(steps.shape[-1])(normalised(convolution(steps)))
        steps = keras.layers.Add()([steps, seen])
    return steps


def _half(size: int | None) -> int | None:
    return None if size is None else size // 2


def heads(features: Any, classes: int, types: int) -> list[Any]:
    """The output logits over a sequence of features, in full precision: text, and type when there are several."""
    outputs = [keras.layers.Dense(classes, dtype="float32", name="text")(features)]
    if types > 1:
        pooled = keras.layers.GlobalAveragePooling1D(name="pooled")(features)
        outputs.append(keras.layers.Dense(types, dtype="float32", name="type")(pooled))
    return outputs
