"""Reads short text in pictures.

Runtime half (numpy, Pillow, ONNX Runtime): start with `ocr.recognizer.Recognizer`. Training half (Keras, loaded
only when a training begins): start with `ocr.training.session.train`.
"""

import os
from pathlib import Path

# ONNX Runtime's own builds keep an identifier in a person's home and report to their makers; nobody asked for that.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

BACKBONE = Path(__file__).parent / "training" / "backbone.onnx"
"""The weights that trainings begin with, an artefact that reads a little by itself; see backbone.md beside it."""
