"""Settles the Keras backend before it is loaded: quiet, and one thread, since CPU seconds are what is budgeted."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from ocr.errors import TrainingError


def prepare(threads: int = 1) -> None:
    """Load Keras (TensorFlow unless KERAS_BACKEND says otherwise) for `threads` threads.

    Call it before anything of the training half is imported. Raises TrainingError when a package is missing.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    try:
        with _hushed(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import keras
            import onnx  # noqa: F401

            if keras.backend.backend() == "tensorflow":
                _settle_tensorflow(threads)
    except ImportError as error:
        raise TrainingError(
            f"training needs a package that is missing ({error.name}); install them with: "
            "pip install 'captcha-toolkit[train]'"
        ) from error


def _settle_tensorflow(threads: int) -> None:
    import tensorflow as tf

    tf.get_logger().setLevel(logging.ERROR)  # it warns of each further network, whose functions it must trace anew
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        tf.config.list_logical_devices()
    except RuntimeError:  # already running with other settings (a second training in one process)
        return


@contextmanager
def computing(policy: str) -> Iterator[None]:
    """Networks that are built in here compute by this policy of Keras, such as "mixed_bfloat16"."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keeps native libraries from writing to standard error: TensorFlow reports missing GPUs there, unasked."""
    try:
        kept = os.dup(2)
    except OSError:  # no standard error, as in a windowed program
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stderr.flush()
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
