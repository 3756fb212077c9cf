"""Files dropped on the window. Tk cannot take them by itself; the extension that can is an optional package."""

import logging
import tkinter as tk
from collections.abc import Callable
from pathlib import Path

_log = logging.getLogger(__name__)


def accept_drops(root: tk.Tk, dropped: Callable[[Path], None]) -> bool:
    """Has `dropped` called with the first path of each drop; False where tkinterdnd2 is not installed, or has no
    library for this system. Then the menu, the command line and the list of recent folders remain."""
    try:
        from tkinterdnd2 import TkinterDnD

        TkinterDnD.require(root)
        root.tk.call("tkdnd::drop_target", "register", ".", "DND_Files")
    except ImportError:
        return False
    except (RuntimeError, tk.TclError) as error:
        _log.info("no drag and drop: %s", error)
        return False

    def take(data: str) -> str:
        paths = root.tk.splitlist(data)
        if paths:
            root.after_idle(dropped, Path(paths[0]))  # the drag ends first: opening may take a moment
        return "copy"

    root.tk.call("bind", ".", "<<Drop:DND_Files>>", f"{root.register(take)} %D")
    return True
