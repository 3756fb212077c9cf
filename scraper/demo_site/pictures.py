"""What the demo site shows: two kinds of pictures, drawn anew for every hit."""

import io
import random
import secrets
import threading
from collections.abc import Callable
from typing import NamedTuple

from dataset.hashing import sha256_of

# Without characters that people mix up (0 O, 1 I, 5 S, 2 Z, U V).
_CHARACTERS = "346789ACEFHKLMNPRTUWXY"
_LENGTH = 5


class Drawn(NamedTuple):
    """One served picture: its PNG bytes, the text in it, and the SHA-256 of the bytes."""

    data: bytes
    label: str
    sha256: str


def _text_label(rng: random.Random) -> str:
    return "".join(rng.choices(_CHARACTERS, k=_LENGTH))


def _sum_label(rng: random.Random) -> str:
    return f"{rng.randint(10, 99)}{rng.choice('+-')}{rng.randint(1, 9)}=?"


KINDS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "text": ("italic", _text_label),
    "sums": ("sums", _sum_label),
}
"""Kind of picture -> (style of `dataset.synth`, what chooses its text)."""


class Painter:
    """Draws pictures of both kinds; thread-safe. Without a seed every start shows other pictures."""

    def __init__(self, seed: int | None = None) -> None:
        self._rng = random.Random(secrets.randbits(64) if seed is None else seed)
        self._lock = threading.Lock()

    def draw(self, kind: str) -> Drawn:
        """A new picture of this kind (a key of `KINDS`)."""
        from dataset import synth  # late: a collector needs the kinds, not the drawing

        style, choose = KINDS[kind]
        with self._lock:
            label, seed = choose(self._rng), self._rng.getrandbits(31)
        out = io.BytesIO()
        synth.draw(style, label, seed).save(out, "PNG", compress_level=1)
        data = out.getvalue()
        return Drawn(data, label, sha256_of(data))


def accepts(label: str, answer: str) -> bool:
    """Whether the answer form takes this answer: the text itself, or the result of a sum; case is ignored."""
    answer = answer.strip().casefold()
    return answer == label.casefold() or (label.endswith("=?") and answer == str(_result(label)))


def _result(label: str) -> int:
    sign = "+" if "+" in label else "-"
    left, right = label.removesuffix("=?").split(sign)
    return int(left) + int(right) if sign == "+" else int(left) - int(right)
