"""The default: a small convolutional network that turns columns into time steps.

Space to depth keeps every pixel while the first maps are small (where batch normalisation and thin convolutions cost
most); three strided convolutions collapse the height; two residual temporal convolutions look around.
"""

import keras

from ocr.preprocess import InputSpec
from ocr.training.architectures import optimisers
from ocr.training.architectures.layers import CollapseHeight, SpaceToDepth, around, heads, normalised

STRIDE = 4
PEAK_RATE = 4e-3
optimiser = optimisers.bold
_FILTERS = ((24, (2, 2)), (48, (2, 1)), (96, (2, 1)))
_WIDTH = 128
_TEMPORAL = 80
_DILATIONS = (1, 2)


def build(spec: InputSpec, classes: int, types: int) -> keras.Model:
    """See `architectures.Architecture.build`; the height must be a multiple of 4."""
    pictures = keras.Input((spec.height, spec.width, spec.channels), name="pictures")
    maps = SpaceToDepth()(pictures)
    for filters, strides in _FILTERS:
        maps = normalised(keras.layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(maps))
    steps = CollapseHeight()(maps)
    steps = normalised(keras.layers.Dense(_WIDTH, use_bias=False)(steps))
    steps = around(steps, _TEMPORAL, _DILATIONS)
    return keras.Model(pictures, heads(steps, classes, types), name="small")
