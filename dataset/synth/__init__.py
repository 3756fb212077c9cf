"""Drawn pictures with known labels, so that tests, demo and benchmarks need nobody's data.

`draw` makes one picture, `random_label` a text for it, `synthesise` fills a dataset,
`synthesise_pairs` a folder with each picture and its text alone. Needs the extra `synth`.
"""

from dataset.synth.drawing import Length, draw, draw_pair, encode, find_style, random_label
from dataset.synth.filling import synthesise, synthesise_pairs
from dataset.synth.style import Style
from dataset.synth.styles import STYLES

__all__ = [
    "STYLES",
    "Length",
    "Style",
    "draw",
    "draw_pair",
    "encode",
    "find_style",
    "random_label",
    "synthesise",
    "synthesise_pairs",
]
