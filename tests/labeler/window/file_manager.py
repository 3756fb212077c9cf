"""Drops a file on another program's window as file managers do: the XDND protocol, version 5, spoken with Xlib.

`python -m tests.labeler.window.file_manager WINDOW X Y URI` prints what the window made of it. In a process of its
own, because the window under test has to answer meanwhile.
"""

import ctypes
import ctypes.util
import sys
import time

_SELECTION_REQUEST, _SELECTION_NOTIFY, _CLIENT_MESSAGE = 30, 31, 33
_Long = ctypes.c_long


class Event(ctypes.Structure):
    """The fields that client messages and selection events have in common, and room for every other event."""

    _fields_ = (
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int), ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong), ("a", _Long), ("b", _Long), ("data", _Long * 5), ("rest", _Long * 12),
    )  # fmt: skip


class FileManager:
    """One drag over one window."""

    def __init__(self, target: int) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XCreateSimpleWindow.restype = self._x.XInternAtom.restype = ctypes.c_ulong
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._source = self._x.XCreateSimpleWindow(self._display, root, 0, 0, 1, 1, 0, 0, 0)
        self._target = target

    def atom(self, name: str) -> int:
        return int(self._x.XInternAtom(self._display, name.encode(), 0))

    def send(self, kind: str, *data: int) -> None:
        event = Event(type=_CLIENT_MESSAGE, window=self._target, a=self.atom(kind), b=32)
        event.data[:] = (self._source, *data, *[0] * (4 - len(data)))
        self._post(self._target, event)

    def drop(self, x: int, y: int, uri: str) -> bool:
        """Drags over the place and lets go; False when the window does not want what is dragged."""
        files, copy = self.atom("text/uri-list"), self.atom("XdndActionCopy")
        self._x.XSetSelectionOwner(
            self._display, ctypes.c_ulong(self.atom("XdndSelection")), ctypes.c_ulong(self._source), ctypes.c_ulong(0)
        )
        self.send("XdndEnter", 5 << 24, files)
        self.send("XdndPosition", 0, x << 16 | y, 0, copy)
        if not self.wait("XdndStatus", uri).data[1] & 1:
            return False
        self.send("XdndDrop", 0, 0)
        self.wait("XdndFinished", uri)
        return True

    def wait(self, kind: str, uri: str) -> Event:
        """The next message of a kind; answers meanwhile who asks for the data."""
        event, end = Event(), time.monotonic() + 10
        while time.monotonic() < end:
            if not self._x.XPending(self._display):
                time.sleep(0.01)
                continue
            self._x.XNextEvent(self._display, ctypes.byref(event))
            if event.type == _CLIENT_MESSAGE and event.a == self.atom(kind):
                return event
            if event.type == _SELECTION_REQUEST:
                self._hand_over(event, f"{uri}\r\n".encode())
        raise TimeoutError(f"no {kind}")

    def _hand_over(self, asked: Event, text: bytes) -> None:
        # XSelectionRequestEvent: owner, requestor, selection, target, property, time
        requestor, (selection, target, place, when) = asked.a, (asked.b, *asked.data[:3])
        self._x.XChangeProperty(
            self._display, ctypes.c_ulong(requestor), ctypes.c_ulong(place), ctypes.c_ulong(target), 8, 0, text,
            len(text),
        )  # fmt: skip
        answer = Event(type=_SELECTION_NOTIFY, window=requestor, a=selection, b=target)
        answer.data[:2] = (place, when)
        self._post(requestor, answer)

    def _post(self, window: int, event: Event) -> None:
        self._x.XSendEvent(self._display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        self._x.XFlush(self._display)


if __name__ == "__main__":
    window, x, y = (int(number) for number in sys.argv[1:4])
    print(FileManager(window).drop(x, y, sys.argv[4]))
