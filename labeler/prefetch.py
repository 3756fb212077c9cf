"""Pictures ready before they are asked for: a thread decodes, colours and zooms what comes next.

The thread touches no object of the window toolkit; it hands Pillow pictures over and says so through `post`.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from dataset import imagefile
from dataset.errors import ImageRefused
from labeler.render import Cleaner, Picture, enlarge, shrunk, thumbnail, tone
from labeler.view import Placement, View, place

_SOURCES = 24  # decoded originals kept, as long as they are small
_SOURCE_PIXELS = 4_000_000  # of all kept originals together
_FRAMES = 8
_THUMBNAILS = 100


class Shot(NamedTuple):
    """One picture to show: which sample, where its file lies, how to look at it, in how much room (pixels)."""

    id: int
    path: Path
    view: View
    viewport: tuple[int, int]
    whole: bool = False  # a picture too large for the room is made to fit exactly, at any ratio


class Frame(NamedTuple):
    """A picture as it goes on the screen. `size`: the original's width and height after turning."""

    image: Picture
    placement: Placement
    size: tuple[int, int]


class ThumbnailReady(NamedTuple):
    """Posted when a thumbnail that was asked for has been made (or cannot be)."""

    id: int


class Pictures:
    """All pictures of one folder, decoded once, shown many times. Every method may be called from any thread."""

    def __init__(self, post: Callable[[ThumbnailReady], None]) -> None:
        self.cleaner: Cleaner | None = None
        self._post = post
        self._lock = threading.Condition()
        self._sources: OrderedDict[int, Picture | ImageRefused] = OrderedDict()
        self._frames: OrderedDict[tuple[int, View, tuple[int, int]], Frame] = OrderedDict()
        self._thumbnails: OrderedDict[int, Picture | None] = OrderedDict()
        self._frames_kept = _FRAMES
        self._shots: list[Shot] = []
        self._small: list[tuple[int, Path]] = []
        self._thumbnail_size = (64, 24)
        self._closed = False
        self._thread: threading.Thread | None = None

    # -- the window's side

    def frame(self, shot: Shot) -> Frame:
        """The frame of `shot`, from memory when it was prepared. Raises ImageRefused for a bad file."""
        key = (shot.id, shot.view, shot.viewport)
        with self._lock:
            found = self._frames.pop(key, None)
        return found or self._make(shot)

    def prepare(self, shots: Sequence[Shot]) -> None:
        """Asks for these frames, the first most urgently; replaces what was asked before."""
        with self._lock:
            self._shots = list(shots)
            self._frames_kept = max(_FRAMES, 2 * len(shots))
            self._start()

    def thumbnail(self, sample_id: int, path: Path) -> Picture | None:
        """The thumbnail when it is ready; else None, and it is made (`ThumbnailReady` follows)."""
        with self._lock:
            if sample_id in self._thumbnails:
                self._thumbnails.move_to_end(sample_id)
                return self._thumbnails[sample_id]
            if all(waiting != sample_id for waiting, _path in self._small):
                self._small.append((sample_id, path))
                del self._small[:-_THUMBNAILS]
                self._start()
        return None

    def thumbnail_size(self, size: tuple[int, int]) -> None:
        """Sets width and height of the thumbnails in pixels; drops those of another size."""
        with self._lock:
            if size != self._thumbnail_size:
                self._thumbnail_size = size
                self._thumbnails.clear()

    def source(self, sample_id: int, path: Path) -> Picture:
        """The decoded original (mode L or RGB). Raises ImageRefused, also the second time."""
        with self._lock:
            found = self._sources.get(sample_id)
            if found is not None:
                self._sources.move_to_end(sample_id)
        if found is None:
            try:
                found = imagefile.load(path)
            except ImageRefused as refused:
                found = refused
            self._keep(sample_id, found)
        if isinstance(found, ImageRefused):
            raise found
        return found

    def forget(self) -> None:
        """Drops every prepared frame (another background remover is in use)."""
        with self._lock:
            self._frames.clear()

    def close(self) -> None:
        """Ends the thread and waits for it."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        if self._thread is not None:
            self._thread.join()

    # -- the work

    def _make(self, shot: Shot) -> Frame:
        toned = tone(self.source(shot.id, shot.path), shot.view, self.cleaner)
        if shot.whole:
            toned = shrunk(toned, shot.viewport)
        placement = place(toned.size, shot.viewport, shot.view)
        return Frame(enlarge(toned, placement), placement, toned.size)

    def _keep(self, sample_id: int, source: Picture | ImageRefused) -> None:
        with self._lock:
            self._sources[sample_id] = source
            pixels = sum(p.width * p.height for p in self._sources.values() if not isinstance(p, ImageRefused))
            while len(self._sources) > 1 and (len(self._sources) > _SOURCES or pixels > _SOURCE_PIXELS):
                _id, dropped = self._sources.popitem(last=False)
                pixels -= 0 if isinstance(dropped, ImageRefused) else dropped.width * dropped.height

    def _start(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
            self._thread.start()
        self._lock.notify_all()

    def _run(self) -> None:
        while True:
            with self._lock:
                while not (self._closed or self._shots or self._small):
                    self._lock.wait()
                if self._closed:
                    return
                shot = self._shots.pop(0) if self._shots else None
                small = self._small.pop() if shot is None else None  # what was asked last is on screen now
            if shot is not None:
                self._make_ahead(shot)
            elif small is not None:
                self._make_thumbnail(*small)

    def _make_ahead(self, shot: Shot) -> None:
        key = (shot.id, shot.view, shot.viewport)
        with self._lock:
            if key in self._frames:
                return
        try:
            frame = self._make(shot)
        except ImageRefused:
            return  # reported when the picture is shown
        with self._lock:
            self._frames[key] = frame
            while len(self._frames) > self._frames_kept:
                self._frames.popitem(last=False)

    def _make_thumbnail(self, sample_id: int, path: Path) -> None:
        try:
            image = thumbnail(self.source(sample_id, path), self._thumbnail_size)
        except ImageRefused:
            image = None
        with self._lock:
            self._thumbnails[sample_id] = image
            while len(self._thumbnails) > _THUMBNAILS:
                self._thumbnails.popitem(last=False)
        self._post(ThumbnailReady(sample_id))
