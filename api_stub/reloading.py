"""Taking up a new model while running: on SIGHUP, or whenever the file is replaced."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator
from pathlib import Path

from api_stub.model import ModelHolder
from dataset.errors import ToolkitError

POLL_SECONDS = 1.0
log = logging.getLogger("api_stub")


@contextlib.contextmanager
def reloading(holder: ModelHolder, *, watch: bool) -> Iterator[None]:
    """Within the block SIGHUP reloads the model and, with `watch`, so does a new file at its path."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def start() -> None:
        task = loop.create_task(_reload(holder))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    hangup = getattr(signal, "SIGHUP", None)
    # There is no such signal on Windows, and only a main thread may listen for one.
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
        if hangup is not None:
            loop.add_signal_handler(hangup, start)
    if watch and holder.loaded is not None:
        tasks.add(loop.create_task(_watch(holder, holder.loaded.path)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _watch(holder: ModelHolder, path: Path) -> None:
    """Reload when the file's identity, size or time changes; a file that cannot be loaded is tried once."""
    known = _identity(path)
    while True:
        await asyncio.sleep(POLL_SECONDS)
        found = await asyncio.to_thread(_identity, path)
        if found is not None and found != known:
            known = found
            await _reload(holder)


async def _reload(holder: ModelHolder) -> None:
    try:
        loaded = await asyncio.to_thread(holder.reload)
        log.info("Took up the model %s", loaded.recogniser.version)
    except ToolkitError as error:
        log.warning("The model stays as it is: %s", error)


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
