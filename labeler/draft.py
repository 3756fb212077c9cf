"""Small things that controller and window tell each other: what changed, one line of text, the label in work."""

from enum import Flag, auto
from typing import NamedTuple


class Change(Flag):
    """What a redraw has to look at."""

    FOLDER = auto()  # another folder, or none
    PICTURE = auto()  # another picture, or another way of looking
    FIELD = auto()  # the text was set by the program
    LIST = auto()
    THUMBNAILS = auto()
    STATUS = auto()  # counts, messages, marks


class Note(NamedTuple):
    """One line for the person. `kind`: info, warn or error. `title` and `remedy`: of an error, what happened and
    what to do (see `labeler.trouble`)."""

    text: str
    kind: str = "info"
    title: str = ""
    remedy: str = ""


class Draft:
    """The text being written. `select`: (start, end) to mark when it is put into the field, by character."""

    def __init__(self, text: str = "", *, touched: bool = False) -> None:
        self.text = text
        self.select = (0, len(text))
        self.touched = touched  # by the person: no proposal that comes late may replace it
        self.asked = ""  # the text that a person was asked about once
