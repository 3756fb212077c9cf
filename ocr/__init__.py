"""Reads short text in pictures.

Runtime half (numpy, Pillow, ONNX Runtime): start with `ocr.recognizer.Recognizer`. Training half (Keras, loaded
only when a training begins): start with `ocr.training.session.train`.
"""
