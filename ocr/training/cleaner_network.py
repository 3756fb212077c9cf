"""The cleaner's network: a small U-Net over ink (1 - brightness, so that the zeros around a picture are white paper).

It works on cells of 2 x 2 pixels, where a convolution costs a quarter, looks at the stain on three coarser levels, and
predicts the difference between the dirty picture and the clean one.
"""

from typing import Any

import keras

MULTIPLE = 16
"""Sides of what goes in are multiples of this many pixels."""
REACH = 80
"""Pixels: what lies farther away than this has no influence on an output pixel (see the test that measures it)."""
CHANGE = "change"
"""The name of the last convolution."""
_WIDTHS = (32, 48, 64, 48)  # filters at 1/2, 1/4, 1/8 and 1/16 of the size
_LUMA = (0.299, 0.587, 0.114)


@keras.saving.register_keras_serializable("captcha_toolkit")
class DepthToSpace(keras.layers.Layer):
    """B x H x W x 4C to B x 2H x 2W x C: four maps become the pixels of 2 x 2 cells."""

    def call(self, maps: Any) -> Any:
        """The number of maps must be a multiple of 4."""
        batch, height, width, depth = keras.ops.shape(maps)
        cells = keras.ops.reshape(maps, (batch, height, width, 2, 2, depth // 4))
        cells = keras.ops.transpose(cells, (0, 1, 3, 2, 4, 5))
        return keras.ops.reshape(cells, (batch, 2 * height, 2 * width, depth // 4))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Of the result."""
        batch, height, width, depth = shape
        return batch, height and 2 * height, width and 2 * width, (depth or 0) // 4


def build(channels_in: int, channels_out: int) -> keras.Model:
    """Ink of B x H x W x channels_in (0..1) to ink of B x H x W x channels_out, not yet clipped to 0..1."""
    ink = keras.Input((None, None, channels_in), name="pictures")
    maps = _convolution(_WIDTHS[0], 4, strides=2)(ink)
    levels = []
    for level, filters in enumerate(_WIDTHS):
        if level:
            maps = _convolution(filters, 3, strides=2)(maps)
        maps = _convolution(filters, 3)(maps)
        levels.append(maps)
    for finer in reversed(levels[:-1]):
        coarse = keras.layers.Conv2D(finer.shape[-1], 1)(maps)
        maps = keras.layers.Add()([finer, keras.layers.UpSampling2D(2)(coarse)])
        maps = _convolution(finer.shape[-1], 3)(maps)
    last = keras.layers.Conv2D(4 * channels_out, 3, padding="same", kernel_initializer=_quiet(), name=CHANGE)
    change = DepthToSpace()(last(maps))
    return keras.Model(ink, keras.layers.Add()([_start(ink, channels_in, channels_out), change]), name="cleaner")


@keras.saving.register_keras_serializable("captcha_toolkit")
def error(true: Any, predicted: Any) -> Any:
    """Mean squared error, where ink below 0 or above 1 counts as what clipping makes of it, yet keeps its gradient."""
    difference = predicted - true
    difference = keras.ops.where(true <= 0.0, keras.ops.maximum(difference, 0.0), difference)
    difference = keras.ops.where(true >= 1.0, keras.ops.minimum(difference, 0.0), difference)
    return keras.ops.mean(keras.ops.square(difference))


def _convolution(filters: int, size: int, strides: int = 1) -> Any:
    return keras.layers.Conv2D(
        filters, size, strides=strides, padding="same", activation="relu", kernel_initializer="he_normal"
    )


def _quiet() -> Any:
    """A network that changes little at first begins with the error of the dirty pictures."""
    return keras.initializers.RandomNormal(stddev=1e-3)


def _start(ink: Any, channels_in: int, channels_out: int) -> Any:
    """What the change is added to: the dirty picture, its brightness where the clean ones are grey."""
    if channels_in == channels_out:
        return ink
    mix = keras.layers.Conv2D(channels_out, 1, name="brightness")
    start = mix(ink)
    kernel, bias = mix.get_weights()
    kernel[0, 0, :, 0] = _LUMA
    mix.set_weights([kernel, bias])
    return start
