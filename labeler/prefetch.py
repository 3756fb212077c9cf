"""Pictures ready before they are asked for: a thread decodes, cleans, colours and zooms what comes next.

The thread touches no object of the window toolkit; it hands Pillow pictures over and says so through `post`.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from dataset.errors import ImageRefused, ToolkitError
from labeler import cleaning
from labeler.cleaning import CleanerFailed, CleanerLoaded, Remover
from labeler.originals import Originals
from labeler.render import Picture, enlarge, shrunk, thumbnail, tone
from labeler.view import Placement, View, place

_FRAMES = 8
_THUMBNAILS = 100
_log = logging.getLogger(__name__)


class Shot(NamedTuple):
    """One picture to show: which sample, where its file lies, how to look at it, in how much room (pixels)."""

    id: int
    path: Path
    view: View
    viewport: tuple[int, int]
    whole: bool = False  # a picture too large for the room is made to fit exactly, at any ratio


class Frame(NamedTuple):
    """A picture as it goes on the screen. `size`: the original's width and height after turning. `rough`: its
    background is still being removed; `FrameReady` follows."""

    image: Picture
    placement: Placement
    size: tuple[int, int]
    rough: bool = False


class ThumbnailReady(NamedTuple):
    """Posted when a thumbnail that was asked for has been made (or cannot be)."""

    id: int


class FrameReady(NamedTuple):
    """Posted when the frame of a picture that was shown roughly has been made."""

    id: int


Message = ThumbnailReady | FrameReady | CleanerLoaded | CleanerFailed


class Pictures:
    """All pictures of one folder, decoded once, shown many times. Every method may be called from any thread."""

    def __init__(self, post: Callable[[Message], None]) -> None:
        self._post = post
        self._lock = threading.Condition()
        self._originals = Originals()
        self._remover: Remover | None = None
        self._remover_file: Path | None = None  # to be loaded
        self._frames: OrderedDict[tuple[int, View, tuple[int, int]], Frame] = OrderedDict()
        self._thumbnails: OrderedDict[int, Picture | None] = OrderedDict()
        self._frames_kept = _FRAMES
        self._urgent: list[Shot] = []  # on the screen, roughly
        self._shots: list[Shot] = []
        self._small: list[tuple[int, Path]] = []
        self._thumbnail_size = (64, 24)
        self._closed = False
        self._thread: threading.Thread | None = None

    # -- the window's side

    def frame(self, shot: Shot) -> Frame:
        """The frame of `shot`, from memory when it was prepared. Raises ImageRefused for a bad file.

        Never waits for a background to be removed: then the frame is a rough one.
        """
        with self._lock:
            found = self._frames.pop(_key(shot), None)
        if found is not None:
            return found
        source = self._originals.get(shot.id, shot.path)
        if not self._cleans(shot):
            return _made(shot, source)
        clean = self._originals.cleaned(shot.id)
        if clean is not None:
            return _made(shot, clean)
        with self._lock:
            if shot not in self._urgent:
                self._urgent.append(shot)
            self._start()
        return _made(shot, source)._replace(rough=True)

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

    def clean_with(self, path: Path) -> None:
        """Has backgrounds removed by the remover of this file; a message tells whether it can be used."""
        with self._lock:
            self._remover_file = path
            self._start()

    @property
    def can_clean(self) -> bool:
        """Whether a background remover is at work."""
        return self._remover is not None

    def close(self) -> None:
        """Ends the thread and waits for it."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        if self._thread is not None:
            self._thread.join()

    # -- the work

    def _cleans(self, shot: Shot) -> bool:
        return shot.view.background and self._remover is not None

    def _start(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
            self._thread.start()
        self._lock.notify_all()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            job()

    def _next(self) -> Callable[[], None] | None:
        """What to do next, the most urgent first; None at the end."""
        with self._lock:
            while not (self._closed or self._remover_file or self._urgent or self._shots or self._small):
                self._lock.wait()
            if self._closed:
                return None
            if self._remover_file is not None:
                path, self._remover_file = self._remover_file, None
                return partial(self._load_remover, path)
            if self._urgent:
                return partial(self._make_clean, self._urgent.pop(0))
            if self._shots:
                return partial(self._make_ahead, self._shots.pop(0))
            return partial(self._make_thumbnail, *self._small.pop())  # what was asked last is on the screen now

    def _make_clean(self, shot: Shot) -> None:
        self._make_ahead(shot)
        self._post(FrameReady(shot.id))

    def _make_ahead(self, shot: Shot) -> None:
        with self._lock:
            if _key(shot) in self._frames:
                return
        try:
            frame = _made(shot, self._clean_source(shot))
        except ImageRefused:
            return  # reported when the picture is shown
        with self._lock:
            self._frames[_key(shot)] = frame
            while len(self._frames) > self._frames_kept:
                self._frames.popitem(last=False)

    def _clean_source(self, shot: Shot) -> Picture:
        source = self._originals.get(shot.id, shot.path)
        remover = self._remover
        if not shot.view.background or remover is None:
            return source
        clean = self._originals.cleaned(shot.id)
        if clean is None:
            try:
                clean = cleaning.cleaned(remover, source)
            except Exception as error:
                self._use(None)
                self._post(CleanerFailed(_sentence(error)))
                return source
            self._originals.keep_cleaned(shot.id, clean)
        return clean

    def _load_remover(self, path: Path) -> None:
        try:
            self._use(cleaning.load(path))
        except Exception as error:
            self._post(CleanerFailed(_sentence(error)))
        else:
            self._post(CleanerLoaded(path))

    def _use(self, remover: Remover | None) -> None:
        self._originals.forget_cleaned()
        with self._lock:
            self._remover = remover
            self._frames.clear()

    def _make_thumbnail(self, sample_id: int, path: Path) -> None:
        try:
            image = thumbnail(self._originals.get(sample_id, path), self._thumbnail_size)
        except ImageRefused:
            image = None
        with self._lock:
            self._thumbnails[sample_id] = image
            while len(self._thumbnails) > _THUMBNAILS:
                self._thumbnails.popitem(last=False)
        self._post(ThumbnailReady(sample_id))


def _key(shot: Shot) -> tuple[int, View, tuple[int, int]]:
    return shot.id, shot.view, shot.viewport


def _made(shot: Shot, source: Picture) -> Frame:
    toned = tone(source, shot.view)
    if shot.whole:
        toned = shrunk(toned, shot.viewport)
    placement = place(toned.size, shot.viewport, shot.view)
    return Frame(enlarge(toned, placement), placement, toned.size)


def _sentence(error: Exception) -> str:
    if not isinstance(error, ToolkitError):
        _log.error("removing backgrounds failed", exc_info=error)
    return str(error) or type(error).__name__
