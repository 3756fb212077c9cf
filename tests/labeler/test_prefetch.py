import queue
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.errors import ImageRefused
from labeler.prefetch import Pictures, Shot, ThumbnailReady
from labeler.view import NEUTRAL, View


@pytest.fixture
def messages() -> "queue.SimpleQueue[ThumbnailReady]":
    return queue.SimpleQueue()


@pytest.fixture
def pictures(messages: "queue.SimpleQueue[ThumbnailReady]") -> Iterator[Pictures]:
    made = Pictures(messages.put)
    yield made
    made.close()


def shot(path: Path, sample_id: int = 1, view: View = NEUTRAL) -> Shot:
    return Shot(sample_id, path, view, (400, 200))


def test_a_prepared_frame_equals_one_made_at_once(pictures: Pictures, folder: Path) -> None:
    path = folder / "p0.png"
    wanted = shot(path, view=View(contrast=2.0))
    at_once = pictures.frame(wanted)
    pictures.prepare([wanted])
    for _attempt in range(500):
        if pictures._frames:
            break
        time.sleep(0.01)
    assert list(pictures._frames) == [(1, wanted.view, wanted.viewport)]
    prepared = pictures.frame(wanted)
    assert prepared.placement == at_once.placement and prepared.image.tobytes() == at_once.image.tobytes()


def test_a_file_is_decoded_once(pictures: Pictures, folder: Path) -> None:
    path = folder / "p0.png"
    pictures.frame(shot(path))
    path.unlink()
    assert pictures.frame(shot(path, view=View(invert=True))).size == (80, 30)


def test_a_bad_file_is_refused_each_time(pictures: Pictures, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n but not really")
    for _time in range(2):
        with pytest.raises(ImageRefused):
            pictures.frame(shot(bad))
    pictures.prepare([shot(bad)])


def test_thumbnails_are_announced(
    pictures: Pictures, folder: Path, messages: "queue.SimpleQueue[ThumbnailReady]"
) -> None:
    pictures.thumbnail_size((72, 24))
    assert pictures.thumbnail(1, folder / "p0.png") is None
    assert messages.get(timeout=10) == ThumbnailReady(1)
    made = pictures.thumbnail(1, folder / "p0.png")
    assert made is not None and made.size == (72, 24)


def test_a_bad_thumbnail_is_announced_too(
    pictures: Pictures, tmp_path: Path, messages: "queue.SimpleQueue[ThumbnailReady]"
) -> None:
    (tmp_path / "bad.png").write_bytes(b"")
    assert pictures.thumbnail(1, tmp_path / "bad.png") is None
    assert messages.get(timeout=10) == ThumbnailReady(1)
    assert pictures.thumbnail(1, tmp_path / "bad.png") is None


def test_closing_twice_and_unused_is_no_trouble(messages: "queue.SimpleQueue[ThumbnailReady]") -> None:
    unused = Pictures(messages.put)
    unused.close()
    unused.close()
