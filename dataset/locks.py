"""A lock on an open file, which the system takes away however the process ends that holds it."""

import sys

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def claimed(descriptor: int) -> bool:
    """Takes the lock on an open file, unless it is held through another opening of it; whether it was free.

    It is held until the descriptor is closed. The file must be open for writing.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
