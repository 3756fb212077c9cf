"""Kill a process that works on a dataset right before each of its steps, and look at what is left.

Run as a program, because it forks:  python -m tests.dataset.crash_steps [--no-hard-links]
Prints one JSON object; "broken" lists what is wrong, with the step that was never taken.
"""

import argparse
import errno
import itertools
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from dataset.hashing import sha256_of
from dataset.store import Store
from tests.dataset.support import SCRATCH, disagreements, plain_folder, png

_AUDITED = {"open", "os.link", "os.rename", "os.remove", "os.truncate", "os.mkdir", "sqlite3.connect"}
_PATCHED = ("write", "close", "ftruncate", "fstat", "replace")
_MENDING_EVERY = 17

Work = Callable[[Store], object]
SCENARIOS: dict[str, Work] = {
    "label": lambda store: store.label(1, "XK7P2", by="test"),
    "label of a taken name": lambda store: store.label(3, "first", by="test"),
    "label that changes case only": lambda store: store.label(1, "FIRST", by="test"),
    "label of many, with an exchange of names": lambda store: store.label_many(
        [(1, "second"), (2, "first"), (3, "third%"), (4, "third%")], by="test"
    ),
    "undo": lambda store: store.undo(),
    "redo": lambda store: store.redo(),
    "status": lambda store: store.set_status(6, "skipped", by="test"),
    "add": lambda store: store.add(png(100)),
    "add with a label": lambda store: store.add(png(101), label="first", by="test"),
    "reject": lambda store: store.reject(b"<html>", "not-an-image"),
    "follow a moved file": lambda store: store.mend_name(5, "new place.png"),
}
MOVING = ("label", "label that changes case only", "label of many, with an exchange of names", "add")


def killed_at(step: int, work: Callable[[], object], *, hard_links: bool) -> bool:
    """Do the work in a child that is killed right before its step-th system call or statement; False: it had fewer."""
    child = os.fork()
    if child == 0:
        count = itertools.count(1)

        def tick(*_: object) -> None:
            if next(count) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        _watch(tick, hard_links=hard_links)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise RuntimeError("the work failed by itself")
    return False


def _watch(tick: Callable[..., None], *, hard_links: bool) -> None:
    """Call `tick` before every system call that matters and every SQL statement."""
    sys.addaudithook(lambda event, _: tick() if event in _AUDITED else None)
    for name in _PATCHED:
        setattr(os, name, _before(tick, getattr(os, name)))
    if not hard_links:
        os.link = _no_link  # type: ignore[assignment]
    original = Store.__init__

    def init(self: Store, folder: Path, db: Any, *rest: Any, **options: Any) -> None:
        db.set_trace_callback(tick)
        original(self, folder, db, *rest, **options)

    Store.__init__ = init  # type: ignore[method-assign]


def _before(tick: Callable[..., None], call: Callable[..., Any]) -> Callable[..., Any]:
    def ticking(*arguments: Any, **options: Any) -> Any:
        tick()
        return call(*arguments, **options)

    return ticking


def _no_link(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "no hard links here")


def base(folder: Path) -> None:
    """A dataset with labels, an edit to undo, one to redo, and a file that was moved outside."""
    plain_folder(folder, *(f"{name}.png" for name in "abcdef"))
    with Store.open(folder) as store:
        while store.index():
            pass
        store.label_many([(1, "first"), (2, "second")], by="test")
        store.label(6, "undone", by="test")
        store.undo()
    (folder / "e.png").rename(folder / "new place.png")


def state(folder: Path) -> dict[str, Any]:
    """Everything that must be there either as before or as after."""
    with Store.open(folder, scan=False) as store:
        rows = [(s.id, s.file, s.status, s.label, s.sha256) for s in store.samples()]
        edits = store._db.execute("SELECT sample_id, state, before FROM edits ORDER BY id").fetchall()
        wrong = [text for text in disagreements(store) if text not in ("new place.png has no row", "e.png has no file")]
    files = {path.relative_to(folder).as_posix(): sha256_of(path.read_bytes()) for path in _files(folder)}
    return {"rows": rows, "edits": [(i, state) for i, state, _ in edits], "files": files, "wrong": wrong}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("captcha."))


def every_step(*, hard_links: bool) -> dict[str, Any]:
    """Each scenario, killed at each step; and what mends it killed at each step too."""
    steps, broken = 0, []
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        template, folder = Path(scratch, "template"), Path(scratch, "folder")
        base(template)
        for name in SCENARIOS if hard_links else MOVING:
            work = SCENARIOS[name]
            before, after = _outcomes(template, folder, work)
            for step in itertools.count(1):
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(template, folder)
                if not killed_at(step, partial(_opened, folder, work), hard_links=hard_links):
                    break
                steps += 1
                mending = 0
                if step % _MENDING_EVERY == 0:  # and kill the process that mends, again and again
                    mending = next(
                        i
                        for i in itertools.count(1)
                        if not killed_at(i, partial(_opened, folder), hard_links=hard_links)
                    )
                steps += max(0, mending - 1)
                left = state(folder)
                if left["wrong"] or left not in (before, after):
                    broken.append({"scenario": name, "step": step, "left": left})
    return {"steps": steps, "broken": broken}


def _outcomes(template: Path, folder: Path, work: Work) -> tuple[dict[str, Any], dict[str, Any]]:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    before = state(folder)
    _opened(folder, work)
    return before, state(folder)


def _opened(folder: Path, work: Work = lambda store: None) -> None:
    with Store.open(folder, scan=False) as store:
        work(store)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-hard-links", action="store_true")
    report = every_step(hard_links=not parser.parse_args().no_hard_links)
    print(json.dumps(report))
    return 1 if report["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
