"""The unfused training weights inside an artefact: float16, compressed, as text."""

import base64
import io
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.errors import ArtefactError

Array = NDArray[np.floating[Any]]


def pack(weights: Sequence[Array]) -> str:
    """As text for a metadata property."""
    buffer = io.BytesIO()
    np.savez(buffer, *(np.asarray(w).astype(np.float16) for w in weights))
    return base64.b85encode(zlib.compress(buffer.getvalue(), 9)).decode("ascii")


def unpack(text: str, name: str) -> list[Array]:
    """Inverse of `pack`, as float32; raises ArtefactError naming the file."""
    try:
        with np.load(io.BytesIO(zlib.decompress(base64.b85decode(text))), allow_pickle=False) as stored:
            return [stored[key].astype(np.float32) for key in stored.files]
    except (ValueError, zlib.error, zipfile.BadZipFile, OSError, EOFError, KeyError) as error:
        raise ArtefactError(f"{name}: its training weights are damaged; train from the pictures instead") from error
