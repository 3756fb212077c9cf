"""Expected errors of the labelling window; all are sentences for the person in front of it."""

from dataset.errors import ToolkitError


class LabelerError(ToolkitError):
    """Root of the window's own errors."""


class NoWindow(LabelerError):
    """This Python has no Tk, or there is no screen to open a window on."""


class KeyConflict(LabelerError):
    """A key is already taken by another command, or is one that must keep its meaning."""
