"""A virtual screen whose pixels are read from its framebuffer file, and a keyboard and a mouse on it (XTEST)."""

import ctypes
import ctypes.util
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

WIDTH, HEIGHT = 1280, 860
_BYTES = 4  # a pixel
_BLINK_SECONDS = 0.0002  # between two looks: who watches without a pause takes a processor from what is watched


class Box(NamedTuple):
    """A part of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Screen:
    """An Xvfb of our own. Use it as a context manager."""

    def __enter__(self) -> "Screen":
        server = shutil.which("Xvfb")
        if server is None:
            raise SystemExit("this benchmark needs Xvfb")
        self._folder = Path(tempfile.mkdtemp(prefix="captcha-screen-"))
        read, write = os.pipe()
        self._process = subprocess.Popen(
            [server, "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(self._folder),
             "-nolisten", "tcp"], pass_fds=(write,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = f":{answer.readline().strip()}"
        self._file = (self._folder / "Xvfb_screen0").open("rb")
        self._pixels = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        fields = struct.unpack(">25I", self._pixels[:100])  # the header of an XWD file
        self._start, self._line = fields[0] + fields[19] * 12, fields[12]
        self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        self._x11.XCloseDisplay(self._display)
        self._pixels.close()
        self._file.close()
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- looking

    def look(self, box: Box, every: int = 4) -> bytes:
        """The pixels of every so many lines of a box."""
        parts = []
        for y in range(box.y, box.y + box.height, every):
            first = self._start + y * self._line + box.x * _BYTES
            parts.append(self._pixels[first : first + box.width * _BYTES])
        return b"".join(parts)

    def wait_change(self, box: Box, before: bytes, seconds: float = 20.0) -> float:
        """Watches a box until it differs from `before`; the time of that moment. Raises TimeoutError."""
        end = time.perf_counter() + seconds
        while True:
            same = self.look(box) == before
            now = time.perf_counter()
            if not same:
                return now
            if now > end:
                raise TimeoutError("the screen did not change")
            time.sleep(_BLINK_SECONDS)

    def plain(self, box: Box) -> bool:
        """Whether a box shows one colour only."""
        seen = self.look(box)
        return seen == seen[:_BYTES] * (len(seen) // _BYTES)

    # -- acting

    def _connect(self) -> None:
        self._x11 = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._xtst = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(self.name.encode()))
        self._x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self._root = self._x11.XDefaultRootWindow(self._display)

    def press(self, name: str, *held: str) -> float:
        """Presses and releases a key by its X name, others held meanwhile; the time before it went down."""
        codes = [self.code(key) for key in (*held, name)]
        started = time.perf_counter()
        for order, down in ((codes, 1), (codes[::-1], 0)):
            for code in order:
                self._xtst.XTestFakeKeyEvent(self._display, code, down, 0)
        self._x11.XFlush(self._display)
        return started

    def code(self, name: str) -> int:
        """The key that has this X name on the layout in force; 0 when there is none. A number stands for itself."""
        if name.isdigit() and len(name) > 1:
            return int(name)
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        return int(self._x11.XKeysymToKeycode(self._display, ctypes.c_ulong(self._x11.XStringToKeysym(name.encode()))))

    def lend(self, character: str) -> str:
        """Gives the last key of the keyboard this character, as programs that type for a person do."""
        code, keysym = 255, ctypes.c_ulong(0x0100_0000 | ord(character))
        self._x11.XChangeKeyboardMapping(self._display, code, 1, ctypes.byref(keysym), 1)
        self._x11.XSync(self._display, 0)
        return str(code)

    def layout(self, *words: str) -> None:
        """Puts a keyboard layout in force, in the words of setxkbmap."""
        subprocess.run(["setxkbmap", "-display", self.name, *words], check=True)
        self._connect()  # which key has which name is read when a connection begins

    def point(self, x: int, y: int, *, button: bool | None = None) -> float:
        """Moves the pointer; presses (True) or releases (False) its first button there."""
        started = time.perf_counter()
        self._xtst.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        if button is not None:
            self._xtst.XTestFakeButtonEvent(self._display, 1, int(button), 0)
        self._x11.XFlush(self._display)
        return started

    def windows(self) -> list[tuple[int, Box]]:
        """Every window on the screen with its place: Tk makes one for each widget."""
        return list(self._below(self._root, 0, 0))

    def title(self) -> str:
        """The title of the first window that has one."""
        for window, _box in self._below(self._root, 0, 0, depth=2):
            text = ctypes.c_char_p()
            if self._x11.XFetchName(self._display, ctypes.c_ulong(window), ctypes.byref(text)) and text.value:
                return text.value.decode("utf-8", "replace")
        return ""

    def focus(self) -> None:
        """Gives the keyboard to the largest top window: there is no window manager here."""
        tops = sorted(self._below(self._root, 0, 0, depth=1), key=lambda found: -found[1].width * found[1].height)
        if tops:
            self._x11.XSetInputFocus(self._display, ctypes.c_ulong(tops[0][0]), 1, 0)
            self._x11.XSync(self._display, 0)

    def _below(self, window: int, x: int, y: int, depth: int = 20) -> Iterator[tuple[int, Box]]:
        root, parent, children = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)()
        count = ctypes.c_uint()
        self._x11.XQueryTree(
            self._display, ctypes.c_ulong(window), ctypes.byref(root), ctypes.byref(parent),
            ctypes.byref(children), ctypes.byref(count),
        )  # fmt: skip
        found = [children[number] for number in range(count.value)]
        if found:
            self._x11.XFree(children)
        for child in found:
            box = self._place(child, x, y)
            yield child, box
            if depth > 1:
                yield from self._below(child, box.x, box.y, depth - 1)

    def _place(self, window: int, x: int, y: int) -> Box:
        root = ctypes.c_ulong()
        left, top = ctypes.c_int(), ctypes.c_int()
        width, height, border, depth = (ctypes.c_uint() for _ in range(4))
        self._x11.XGetGeometry(
            self._display, ctypes.c_ulong(window), ctypes.byref(root), ctypes.byref(left), ctypes.byref(top),
            ctypes.byref(width), ctypes.byref(height), ctypes.byref(border), ctypes.byref(depth),
        )  # fmt: skip
        return Box(x + left.value, y + top.value, width.value, height.value)
