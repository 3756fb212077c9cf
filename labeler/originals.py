"""Decoded pictures in memory, as they are and with their background removed: the latest few, within a limit."""

import threading
from collections import OrderedDict
from pathlib import Path

from dataset import imagefile
from dataset.errors import ImageRefused
from labeler.render import Picture

_COUNT = 24
_PIXELS = 4_000_000  # of all pictures kept together
_Kept = OrderedDict[int, Picture | ImageRefused]


class Originals:
    """Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoded: _Kept = OrderedDict()
        self._cleaned: _Kept = OrderedDict()

    def get(self, sample_id: int, path: Path) -> Picture:
        """The decoded original (mode L or RGB). Raises ImageRefused, also the second time."""
        found = self._known(self._decoded, sample_id)
        if found is None:
            try:
                found = imagefile.load(path)
            except ImageRefused as refused:
                found = refused
            self._keep(self._decoded, sample_id, found)
        if isinstance(found, ImageRefused):
            raise found
        return found

    def cleaned(self, sample_id: int) -> Picture | None:
        """The picture without its background, when that has been worked out."""
        found = self._known(self._cleaned, sample_id)
        return None if isinstance(found, ImageRefused) else found

    def keep_cleaned(self, sample_id: int, image: Picture) -> None:
        """Takes in a picture without its background."""
        self._keep(self._cleaned, sample_id, image)

    def forget_cleaned(self) -> None:
        """Another background remover is in use."""
        with self._lock:
            self._cleaned.clear()

    def _known(self, among: _Kept, sample_id: int) -> Picture | ImageRefused | None:
        with self._lock:
            found = among.get(sample_id)
            if found is not None:
                among.move_to_end(sample_id)
            return found

    def _keep(self, among: _Kept, sample_id: int, image: Picture | ImageRefused) -> None:
        with self._lock:
            among[sample_id] = image
            pixels = sum(p.width * p.height for p in among.values() if not isinstance(p, ImageRefused))
            while len(among) > 1 and (len(among) > _COUNT or pixels > _PIXELS):
                _id, dropped = among.popitem(last=False)
                pixels -= 0 if isinstance(dropped, ImageRefused) else dropped.width * dropped.height
