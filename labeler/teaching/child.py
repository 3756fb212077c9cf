"""A command as a modest child of the window: it works at low priority and ends with the window, however that ends.

    python -m labeler.teaching.child SCRATCH MODULE WORD...     like `python -m MODULE WORD...`

Standard input must be a pipe that the parent holds open and never writes to. SCRATCH is a folder that only this
process needs; it goes when the parent does.
"""

import os
import runpy
import shutil
import sys
import threading

_NICE = 10  # of 0 to 19; whatever a person does at the window goes first


def main() -> None:
    """Steps back, watches the parent, then becomes the module."""
    scratch, module, *words = sys.argv[1:]
    if hasattr(os, "nice"):  # on Windows the parent chooses the priority
        os.nice(_NICE)
    threading.Thread(target=_end_with_parent, args=(scratch,), daemon=True).start()
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent(scratch: str) -> None:
    os.read(sys.stdin.fileno(), 1)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main()
