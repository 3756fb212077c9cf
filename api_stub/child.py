"""A command as a child process: it ends with its parent, however that ends, and keeps within its memory.

    python -m api_stub.child MIB MODULE WORD...     like `python -m MODULE WORD...`

Standard input must be a pipe that the parent holds open and never writes to.
"""

import os
import runpy
import sys
import threading

try:
    import resource
except ImportError:  # not on Windows, where a child has no memory cap
    resource = None  # type: ignore[assignment]


def main() -> None:
    """Cap the data that this process may hold, then become the module."""
    mib, module, *words = sys.argv[1:]
    if resource is not None:
        cap = int(mib) * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
