"""The form of earlier systems, for comparison: two pooled convolutions and two bidirectional LSTMs."""

import keras

from ocr.preprocess import InputSpec
from ocr.training.architectures import optimisers
from ocr.training.architectures.layers import CollapseHeight, heads

STRIDE = 4
PEAK_RATE = 1e-3
optimiser = optimisers.plain


def build(spec: InputSpec, classes: int, types: int) -> keras.Model:
    """See `architectures.Architecture.build`; the height must be a multiple of 4."""
    pictures = keras.Input((spec.height, spec.width, spec.channels), name="pictures")
    maps = pictures
    for filters in (32, 64):
        maps = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(maps)
        maps = keras.layers.MaxPooling2D(2)(maps)
    steps = keras.layers.Dense(64, activation="relu")(CollapseHeight()(maps))
    steps = keras.layers.Dropout(0.2)(steps)
    for units in (128, 64):
        # Dropout stands between the recurrent layers, not inside them: its state could not be exported.
        steps = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))(steps)
        steps = keras.layers.Dropout(0.25)(steps)
    return keras.Model(pictures, heads(steps, classes, types), name="crnn")
