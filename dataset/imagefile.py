"""The only decoder of untrusted picture bytes.

The format is found from the bytes, never from a name or a declared type; the header is checked before a
pixel is decoded; what comes out is always an upright 8-bit "L" or "RGB" picture of the first frame,
without alpha.
"""

import io
import os
import struct
import warnings
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from dataset.errors import ImageRefused

_PILLOW_FORMATS = {
    "PNG": "png",
    "JPEG": "jpeg",
    "GIF": "gif",
    "BMP": "bmp",
    "TIFF": "tiff",
    "WEBP": "webp",
    "MPO": "jpeg",
}
_EXTENSION = {"png": ".png", "jpeg": ".jpg", "gif": ".gif", "bmp": ".bmp", "tiff": ".tif", "webp": ".webp"}
EXTENSIONS = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp"})
_TURNING = frozenset({"exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"})
"""What an orientation may stand in, by Pillow's names; TIFF has a tag for it."""
_VISIBLE = 24  # a range of values (0..255) that an eye still sees as text
_KNOWN = "PNG, JPEG, GIF, BMP, TIFF or WebP"

# A picture between Pillow's two bomb limits only warns; here the warning is as good as an error.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Limits:
    """What is accepted. Pixels are width x height; sides are in pixels; bytes are those of the file."""

    max_pixels: int = 50_000_000
    max_side: int = 20_000
    min_side: int = 2
    max_bytes: int = 64 * 1024 * 1024


DISK_LIMITS = Limits()


@dataclass(frozen=True)
class ImageInfo:
    """What the header says. `mode` is Pillow's name of the stored mode; sizes in pixels, before EXIF rotation."""

    format: str
    width: int
    height: int
    mode: str

    @property
    def extension(self) -> str:
        """The usual file name extension of the format, with its dot."""
        return _EXTENSION[self.format]


def inspect(data: bytes, limits: Limits = DISK_LIMITS) -> ImageInfo:
    """Read the header only. Raises ImageRefused when the bytes are no picture or outside the limits."""
    with _open(data, limits) as image:
        return _info(image)


def decode(data: bytes, limits: Limits = DISK_LIMITS, *, grey: bool = False) -> Image.Image:
    """Decode to mode "L" or "RGB": first frame, upright, 16 bits scaled to 8, alpha composited on white.

    With `grey` always to "L", in less time than by converting what comes without.
    Raises ImageRefused (`reason` says which kind) for anything that is not a whole, acceptable picture.
    """
    return inspect_and_decode(data, limits, grey=grey)[1]


def inspect_and_decode(
    data: bytes, limits: Limits = DISK_LIMITS, *, grey: bool = False
) -> tuple[ImageInfo, Image.Image]:
    """What `inspect` and `decode` give, for one look at the header."""
    with _open(data, limits) as image:
        try:
            info = _info(image)
            image.load()
            flat = _flatten(_upright(image), grey=grey)
            return info, flat.convert("L") if grey and flat.mode != "L" else flat
        except MemoryError as error:
            raise ImageRefused("too-large", "the picture does not fit in memory") from error
        except Exception as error:
            raise _refusal(error) from error


def load(path: Path, limits: Limits = DISK_LIMITS, *, grey: bool = False) -> Image.Image:
    """Read and decode a file. Raises ImageRefused with a sentence that names the file."""
    return decode_file(path, limits, grey=grey)[1]


def decode_file(path: Path, limits: Limits = DISK_LIMITS, *, grey: bool = False) -> tuple[bytes, Image.Image]:
    """The bytes of a file and its decoded picture; errors as in `load`."""
    data = read_file(path, limits)
    try:
        return data, decode(data, limits, grey=grey)
    except ImageRefused as error:
        raise ImageRefused(error.reason, f"{path}: {error}") from error


def read_file(path: Path, limits: Limits = DISK_LIMITS) -> bytes:
    """The bytes of a file, refused before reading when there are too many."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size or limits.max_bytes  # a pipe has none
            data = file.read(min(size, limits.max_bytes) + 1)  # to ask for the limit at once would cost its memory
    except OSError as error:
        raise ImageRefused("unreadable", f"{path}: cannot be read ({error.strerror or error})") from error
    if len(data) > limits.max_bytes:
        raise ImageRefused("too-large", f"{path}: larger than {limits.max_bytes:,} bytes")
    return data


def _open(data: bytes, limits: Limits) -> Image.Image:
    if not data:
        raise ImageRefused("empty", "the file is empty")
    if len(data) > limits.max_bytes:
        raise ImageRefused("too-large", f"{len(data):,} bytes, more than the limit of {limits.max_bytes:,}")
    size = _declared_size(data)
    if size:
        _check_size(*size, limits)
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(_PILLOW_FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused("too-large", f"more pixels than the limit of {limits.max_pixels:,}") from error
    except Exception as error:
        # Pillow's plugins let many kinds of exception out of damaged headers.
        raise ImageRefused("not-an-image", f"not a {_KNOWN} picture") from error
    _check_size(image.width, image.height, limits)
    return image


def _declared_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the headers of PNG and WebP, whose Pillow plugins allocate before they tell."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _size_of_webp(data[12:16], data[20:30])
    return None


def _size_of_webp(kind: bytes, header: bytes) -> tuple[int, int] | None:
    """The canvas of an extended, lossy or lossless file (RFC 9649, sections 2.5 to 2.7)."""
    if kind == b"VP8X":
        return int.from_bytes(header[4:7], "little") + 1, int.from_bytes(header[7:10], "little") + 1
    if kind == b"VP8 ":
        return int.from_bytes(header[6:8], "little") & 0x3FFF, int.from_bytes(header[8:10], "little") & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(header[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _check_size(width: int, height: int, limits: Limits) -> None:
    if min(width, height) < limits.min_side:
        raise ImageRefused("too-small", f"{width} x {height} pixels, too small to show text")
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise ImageRefused(
            "too-large",
            f"{width} x {height} pixels, more than the limit of {limits.max_pixels:,} pixels"
            f" or {limits.max_side:,} a side",
        )


def _info(image: Image.Image) -> ImageInfo:
    return ImageInfo(_PILLOW_FORMATS[image.format or ""], image.width, image.height, image.mode)


def _upright(image: Image.Image) -> Image.Image:
    if image.format == "TIFF" or not _TURNING.isdisjoint(image.info):  # to ask Pillow costs 1 % of a reading
        with suppress(Exception):  # damaged EXIF is no reason to refuse the picture
            ImageOps.exif_transpose(image, in_place=True)
    return image


def _flatten(image: Image.Image, *, grey: bool) -> Image.Image:
    """To "L" or "RGB" without alpha; `grey` if "RGB" would be turned into "L"."""
    mode = image.mode
    if mode in ("L", "RGB") and "transparency" not in image.info:
        return image.copy() if type(image) is not Image.Image else image
    if mode == "1" and "transparency" not in image.info:
        return image.convert("L")
    if mode.startswith(("I", "F")):
        return _to_8_bit(image)
    if mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        return _on_white(image if mode == "RGBA" else image.convert("RGBA"), grey=grey or mode in ("L", "LA", "La"))
    return image.convert("RGB")


def _to_8_bit(image: Image.Image) -> Image.Image:
    import numpy as np  # costs a window 0.1 s at its start, and few pictures need it

    values = np.asarray(image).astype(np.float64)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    if image.mode.startswith("F"):
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255.0 / (high - low)) if high > low else values * 0.0
    else:
        # 16 bits a sample: 65535 / 257 = 255. A 32-bit "I" file that stays within 8 bits is left as it is.
        scaled = values / 257.0 if image.mode != "I" or values.max() > 255 else values
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def _on_white(rgba: Image.Image, *, grey: bool) -> Image.Image:
    opacity = rgba.tobytes("raw", "A")
    if opacity == b"\xff" * len(opacity):  # mostly so, and found in a fraction of the time of `getextrema`
        return rgba.convert("L" if grey else "RGB")
    alpha = rgba.getchannel("A")
    flat = _composite(rgba, alpha, "white")
    if _contrast(alpha) >= _VISIBLE > _contrast(flat):
        flat = _composite(rgba, alpha, "black")  # white text on transparency, which would vanish on white
    return flat.convert("L") if grey else flat


def _composite(rgba: Image.Image, alpha: Image.Image, ground: str) -> Image.Image:
    flat = Image.new("RGB", rgba.size, ground)
    flat.paste(rgba.convert("RGB"), mask=alpha)
    return flat


def _contrast(image: Image.Image) -> int:
    """The widest range of values in a channel, 0..255."""
    ranges = [channel.getextrema() for channel in image.split()]
    return max(int(high) - int(low) for low, high in ranges)  # type: ignore[arg-type]


def _refusal(error: Exception) -> ImageRefused:
    if isinstance(error, (EOFError, struct.error, zlib.error)) or "truncated" in str(error).lower():
        return ImageRefused("truncated", "the picture is cut off or damaged; fetch it again")
    return ImageRefused("unreadable", "the picture is damaged and cannot be decoded")
