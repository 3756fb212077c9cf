"""The demo site as a program: what `demo-site` runs."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence

from scraper.demo_site.hostile import Hostility
from scraper.demo_site.pictures import Painter
from scraper.demo_site.process import TOKEN_LINE
from scraper.demo_site.server import DemoServer
from scraper.demo_site.state import State


def serve(
    host: str, port: int, *, hostile: Sequence[str] = (), seed: int | None = None, with_parent: bool = False
) -> None:
    """Run the site until Ctrl-C: prints its address, then the answer key's token, each on a line of its own.

    With `with_parent` the site ends when its standard input does, that is, with the process that started it.
    """
    state = State(Painter(seed), Hostility.parse(hostile, seed or 0))
    with DemoServer(state, host, port) as server:
        print(server.address, flush=True)
        print(f"{TOKEN_LINE}{state.token}", flush=True)
        if with_parent:
            # Ctrl-C reaches the whole group of processes; the parent decides when its site ends.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            threading.Thread(target=_end_with_input, daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


def _end_with_input() -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    os._exit(0)
