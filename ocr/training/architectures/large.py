"""For pictures in many hands: as `small`, with more maps that keep their height for longer.

What a character looks like in any font takes more weights than what it looks like in one; six times the work of
`small` a picture, three times its weights.
"""

import keras

from ocr.preprocess import InputSpec
from ocr.training.architectures import optimisers
from ocr.training.architectures.layers import CollapseHeight, SpaceToDepth, around, heads, normalised

STRIDE = 4
PEAK_RATE = 3e-3
optimiser = optimisers.bold
_FILTERS = ((48, (2, 2)), (64, (1, 1)), (96, (2, 1)), (96, (1, 1)), (96, (1, 1)), (128, (2, 1)), (128, (1, 1)))
_WIDTH = 192
_TEMPORAL = 64
_DILATIONS = (1, 2)


def build(spec: InputSpec, classes: int, types: int) -> keras.Model:
    """See `architectures.Architecture.build`; the height must be a multiple of 4."""
    pictures = keras.Input((spec.height, spec.width, spec.channels), name="pictures")
    maps = SpaceToDepth()(pictures)
    for filters, strides in _FILTERS:
        before = maps
        maps = normalised(keras.layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(maps))
        if before.shape[-1] == filters and strides == (1, 1):
            maps = keras.layers.Add()([before, maps])
    steps = CollapseHeight()(maps)
    steps = normalised(keras.layers.Dense(_WIDTH, use_bias=False)(steps))
    steps = around(steps, _TEMPORAL, _DILATIONS)
    return keras.Model(pictures, heads(steps, classes, types), name="large")
