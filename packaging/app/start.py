"""Where the packaged app begins: `labeler` as it is, in the surroundings of a frozen program."""

import io
import os
import sys

from labeler.cli import PROG, entry


def main() -> None:
    """Runs the window; never returns."""
    free_programs_that_we_start(os.environ)
    if sys.stdout is None or sys.stderr is None:  # Windows gives a windowed program none
        entry_with_a_window_for_words()
    else:
        entry()


def free_programs_that_we_start(environment: "os._Environ[str] | dict[str, str]") -> None:
    """The system's programs must not load the libraries packed for us: give them back the path they had before."""
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        before = environment.pop(f"{name}_ORIG", None)
        environment.pop(name, None)
        if before:
            environment[name] = before


def entry_with_a_window_for_words() -> None:
    """What would be printed (help, version, an error) is shown in a message box instead."""
    words = io.StringIO()
    sys.stdout = sys.stderr = words
    try:
        entry()
    except SystemExit as end:
        if words.getvalue().strip():
            show(words.getvalue().strip(), failed=bool(end.code))
        raise


def show(text: str, *, failed: bool) -> None:
    """One message box."""
    import tkinter
    from tkinter import messagebox

    root = tkinter.Tk()
    root.withdraw()
    (messagebox.showerror if failed else messagebox.showinfo)(PROG, text, parent=root)
    root.destroy()


if __name__ == "__main__":
    main()
