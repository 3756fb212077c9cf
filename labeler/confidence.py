"""What a confidence means to a person: three levels, shown by colour and by form."""

from enum import Enum


class Level(Enum):
    """How much a reading deserves to be trusted."""

    SURE = "sure"
    UNSURE = "unsure"
    DOUBTFUL = "doubtful"


SURE_FROM = 0.95
UNSURE_FROM = 0.7


def level(confidence: float) -> Level:
    """The level of a calibrated confidence in 0..1."""
    if confidence >= SURE_FROM:
        return Level.SURE
    return Level.UNSURE if confidence >= UNSURE_FROM else Level.DOUBTFUL


def percent(confidence: float) -> str:
    """A confidence as people read it: never 100 % for less than all, never 0 % for more than nothing."""
    if 0 < confidence < 0.005:
        return "< 1 %"
    return f"{min(round(100 * confidence), 99 if confidence < 1 else 100)} %"
