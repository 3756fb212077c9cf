"""One thread for all work on pictures, with a bounded queue in front of it."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from api_stub.errors import Busy

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Job = Callable[[], None]


class Worker:
    """Runs functions one after the other; refuses them while `capacity` pictures are already waiting.

    An executor of the standard library does the same for twice the time a call: it makes a second future and
    takes four locks, which is much beside a picture that is read in half a millisecond.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting = 0
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """Pictures that wait or are being worked on at this moment."""
        return self._waiting

    async def run(
        self,
        pictures: int,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """The result of `function`, which works on so many `pictures`; raises `Busy` when the queue is full.

        All callers must be on one event loop.
        """
        # A batch larger than the whole queue is let in when nothing else waits: it would never fit.
        if self._waiting and self._waiting + pictures > self._capacity:
            raise Busy("Too many pictures are waiting; try again in a second")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def settle(set_outcome: Callable[[Any], None], outcome: Any) -> None:
            self._waiting -= pictures
            if not future.done():  # a caller may have stopped waiting
                set_outcome(outcome)

        def job() -> None:
            try:
                outcome: Any = function(*args, **kwargs)
                set_outcome: Callable[[Any], None] = future.set_result
            except BaseException as error:
                outcome, set_outcome = error, future.set_exception
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(settle, set_outcome, outcome)

        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
            self._thread.start()
        self._waiting += pictures
        self._jobs.put(job)
        return await future

    def close(self) -> None:
        """Finish the work that is there and end the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
