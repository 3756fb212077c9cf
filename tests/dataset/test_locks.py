import os
import subprocess
import sys
from pathlib import Path

from dataset.locks import claimed

_HOLDER = """
import os, sys, time
from dataset.locks import claimed
assert claimed(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT))
print("held", flush=True)
time.sleep(600)
"""


def test_a_lock_is_held_by_one_opening_until_it_is_closed(tmp_path: Path) -> None:
    first, second = (os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
    try:
        assert claimed(first)
        assert not claimed(second)
        os.close(first)
        assert claimed(second)
    finally:
        os.close(second)


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None and holder.stdout.readline().strip() == b"held"
        file = os.open(path, os.O_RDWR)
        assert not claimed(file)
        holder.kill()
        holder.wait(60)
        assert claimed(file)
        os.close(file)
    finally:
        holder.kill()
        holder.communicate(timeout=60)
