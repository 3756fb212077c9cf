"""What is settled of the Keras backend before it is loaded."""

import subprocess
import sys

import pytest

MANY_NETWORKS = """
from ocr.training import backend
backend.prepare()
import numpy as np
from ocr.preprocess import InputSpec
from ocr.training.architectures import small
for width in range(40, 120, 8):
    small.build(InputSpec(40, width, 1), 3, 1).predict(np.zeros((1, 40, width, 1), np.float32), verbose=0)
"""


@pytest.mark.full
def test_a_training_that_tries_many_networks_is_told_nothing_by_the_backend() -> None:
    """TensorFlow warns in four lines of what it takes for functions traced again."""
    done = subprocess.run([sys.executable, "-c", MANY_NETWORKS], capture_output=True, text=True, check=True)
    assert done.stderr == ""
