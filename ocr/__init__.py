"""Reads short text in pictures.

Runtime half (numpy, Pillow, ONNX Runtime): start with `ocr.recognizer.Recognizer`. Training half (Keras, loaded
only when a training begins): start with `ocr.training.session.train`.
"""

import os

# ONNX Runtime's own builds keep an identifier in a person's home and report to their makers; nobody asked for that.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
