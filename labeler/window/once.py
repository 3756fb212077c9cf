"""Configure a widget only when something about it has changed: a redraw then costs what changed, not what is there."""

import tkinter as tk
from typing import Any
from weakref import WeakKeyDictionary

_known: "WeakKeyDictionary[tk.Misc, dict[str, Any]]" = WeakKeyDictionary()


def configure(widget: tk.Misc, **options: Any) -> None:
    """Like `widget.configure`, without the options that already have these values from here."""
    known = _known.setdefault(widget, {})
    changed = {name: value for name, value in options.items() if name not in known or known[name] != value}
    if changed:
        widget.configure(changed)
        known.update(changed)
