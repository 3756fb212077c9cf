"""What can be offered on pages."""

from typing import NamedTuple

WRONG = 0.01
"""Share of wrong readings that pages may hold: a person overlooks about one in twenty, which makes 0.05 % of labels."""


USUAL = 24
"""Cells of a page in a window of usual size."""


class Pages(NamedTuple):
    """Pictures for pages, the least certain first; `wrong`: how many of their readings are expected to be."""

    ids: tuple[int, ...]
    wrong: float
