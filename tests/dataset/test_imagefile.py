"""The decoder of untrusted bytes against hostile, odd and damaged files."""

import io
import itertools
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from dataset.errors import ImageRefused
from dataset.imagefile import EXTENSIONS, Limits, decode, decode_file, inspect, load, read_file
from tests.dataset.support import encoded, png, raw_png

SIZE = (40, 16)
BAR = (10, 4, 29, 11)


def picture(mode: str, ground: object, ink: object) -> Image.Image:
    """A bar of ink on a ground: stands for text."""
    image = Image.new(mode, SIZE, ground)  # type: ignore[arg-type]
    ImageDraw.Draw(image).rectangle(BAR, fill=ink)  # type: ignore[arg-type]
    return image


def frames(format: str) -> bytes:
    first, second = picture("RGB", "white", "black"), picture("RGB", "red", "red")
    file = io.BytesIO()
    options = {"lossless": True} if format == "WEBP" else {}
    first.save(file, format, save_all=True, append_images=[second], duration=50, **options)
    return file.getvalue()


# ------------------------------------------------------------------------------------------- accepted


def sixteen_bit(step: int = 257) -> bytes:
    rows = b"".join(b"\0" + b"".join(struct.pack(">H", min(65_535, x * step)) for x in range(40)) for _ in range(16))
    return raw_png(40, 16, rows, depth=16)


def wide_rows(samples: str, colour: int) -> bytes:
    rows = b""
    for y in range(16):
        rows += b"\0"
        for x in range(40):
            inside = BAR[0] <= x <= BAR[2] and BAR[1] <= y <= BAR[3]
            rows += struct.pack(f">{len(samples)}H", *(0 if inside and s != "A" else 65_535 for s in samples))
    return raw_png(40, 16, rows, depth=16, colour=colour)


def palette_with_transparency() -> bytes:
    image = picture("P", 0, 1)
    image.putpalette([255, 0, 255, 0, 0, 0])
    return encoded(image, transparency=0)


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """A picture that shows the bar after its EXIF orientation was followed."""
    back = {
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.new("L", SIZE, 255)
    ImageDraw.Draw(upright).rectangle((2, 2, 9, 7), fill=0)
    return encoded(upright.transpose(back), kind, exif=exif, quality=95)


DARK_ON_LIGHT = {
    "grey": lambda: encoded(picture("L", 255, 0)),
    "1 bit": lambda: encoded(picture("1", 1, 0)),
    "1 bit with a transparent ground": lambda: encoded(picture("1", 1, 0), transparency=1),
    "colour": lambda: encoded(picture("RGB", "white", "black")),
    "palette": lambda: encoded(picture("RGB", "white", "black").quantize(4)),
    "palette with a transparent ground": palette_with_transparency,
    "palette and alpha": lambda: encoded(picture("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)).quantize(8)),
    "LA, black text on transparency": lambda: encoded(picture("LA", (0, 0), (0, 255))),
    "RGBA, black text on transparency": lambda: encoded(picture("RGBA", (0, 0, 0, 0), (0, 0, 0, 255))),
    "RGBA, opaque": lambda: encoded(picture("RGBA", (255, 255, 255, 255), (0, 0, 0, 255))),
    "16-bit grey": lambda: wide_rows("L", 0),
    "16-bit LA": lambda: wide_rows("LA", 4),
    "16-bit RGB": lambda: wide_rows("RGB", 2),
    "16-bit RGBA": lambda: wide_rows("RGBA", 6),
    "32-bit TIFF": lambda: encoded(picture("I", 65_535, 0), "TIFF"),
    "float TIFF": lambda: encoded(picture("F", 1.0, 0.0), "TIFF"),
    "CMYK JPEG": lambda: encoded(picture("CMYK", (0, 0, 0, 0), (0, 0, 0, 255)), "JPEG", quality=95),
    "CMYK TIFF": lambda: encoded(picture("CMYK", (0, 0, 0, 0), (0, 0, 0, 255)), "TIFF"),
    "YCbCr JPEG": lambda: encoded(picture("RGB", "white", "black"), "JPEG", quality=95),
    "LAB TIFF": lambda: encoded(picture("LAB", (255, 128, 128), (0, 128, 128)), "TIFF"),
    "BMP": lambda: encoded(picture("RGB", "white", "black"), "BMP"),
    "GIF": lambda: encoded(picture("L", 255, 0), "GIF"),
    "WebP": lambda: encoded(picture("RGB", "white", "black"), "WEBP", lossless=True),
    "WebP with alpha": lambda: encoded(picture("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)), "WEBP", lossless=True),
    "animated GIF, first frame": lambda: frames("GIF"),
    "animated WebP, first frame": lambda: frames("WEBP"),
    "animated PNG, first frame": lambda: frames("PNG"),
    "TIFF of two pages": lambda: frames("TIFF"),
}


@pytest.mark.parametrize("name", DARK_ON_LIGHT)
def test_decoded_as_dark_text_on_a_light_ground(name: str) -> None:
    image = decode(DARK_ON_LIGHT[name]())
    assert image.mode in ("L", "RGB")
    assert image.size == SIZE
    values = np.asarray(image.convert("L"))
    inside = np.zeros(values.shape, bool)
    inside[BAR[1] : BAR[3] + 1, BAR[0] : BAR[2] + 1] = True
    assert values[inside].max() < 60
    assert values[~inside].min() > 195
    assert decode(DARK_ON_LIGHT[name](), grey=True).tobytes() == image.convert("L").tobytes()


@pytest.mark.parametrize("opacity", [0, 100, 255])
def test_grey_is_what_the_colours_turn_into(opacity: int) -> None:
    data = encoded(picture("RGBA", (200, 90, 30, opacity), (13, 77, 201, 255)))
    image = decode(data, grey=True)
    assert image.mode == "L"
    assert image.tobytes() == decode(data).convert("L").tobytes()


@pytest.mark.parametrize("ink", [(255, 255, 255), (250, 252, 255)], ids=["white", "almost white"])
def test_white_text_on_transparency_stays_readable(ink: tuple[int, int, int]) -> None:
    values = np.asarray(decode(encoded(picture("RGBA", (*ink, 0), (*ink, 255)))).convert("L"))
    assert int(values[BAR[1], BAR[0]]) - int(values[0, 0]) > 200


def test_a_blank_transparent_picture_is_white() -> None:
    assert decode(encoded(Image.new("RGBA", SIZE, (0, 0, 0, 0)))).getextrema() == ((255, 255),) * 3


def test_sixteen_bits_are_scaled_not_cut() -> None:
    row = np.asarray(decode(sixteen_bit(step=1640)))[0]
    assert row[0] == 0
    assert row[-1] == round(39 * 1640 / 257)
    assert all(a < b for a, b in itertools.pairwise(row.tolist()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_exif_orientation_is_followed(orientation: int, kind: str) -> None:
    check_turned_back(decode(turned(orientation, kind)))


@pytest.mark.parametrize("word", ["Raw profile type exif", "XML:com.adobe.xmp"])
def test_orientation_in_the_texts_of_a_png_is_followed(word: str) -> None:
    with Image.open(io.BytesIO(turned(6, "PNG"))) as image:
        exif = image.info["exif"].hex()
        text = f"\nexif\n{len(exif) // 2}\n{exif}" if word.startswith("Raw") else '<x tiff:Orientation="6"/>'
        told = PngImagePlugin.PngInfo()
        told.add_itxt(word, text)
        check_turned_back(decode(encoded(Image.frombytes("L", image.size, image.tobytes()), pnginfo=told)))


def check_turned_back(image: Image.Image) -> None:
    assert image.size == SIZE
    values = np.asarray(image.convert("L"))
    assert values[4, 5] < 60
    assert values[12, 30] > 195


def test_damaged_exif_is_no_reason_to_refuse() -> None:
    data = turned(6).replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX")
    assert decode(data).mode == "L"


@pytest.mark.parametrize(
    ("format", "name", "extension"),
    [
        ("PNG", "png", ".png"),
        ("JPEG", "jpeg", ".jpg"),
        ("GIF", "gif", ".gif"),
        ("BMP", "bmp", ".bmp"),
        ("TIFF", "tiff", ".tif"),
        ("WEBP", "webp", ".webp"),
    ],
)
def test_the_format_comes_from_the_bytes(format: str, name: str, extension: str) -> None:
    found = inspect(encoded(picture("RGB", "white", "black"), format))
    assert (found.format, found.extension, found.width, found.height) == (name, extension, *SIZE)
    assert extension in EXTENSIONS


def test_the_order_of_frames_and_threads_do_not_matter() -> None:
    from concurrent.futures import ThreadPoolExecutor

    data = frames("GIF")
    with ThreadPoolExecutor(4) as pool:
        assert len({image.tobytes() for image in pool.map(decode, [data] * 40)}) == 1


# ------------------------------------------------------------------------------------------- files


def test_load_and_decode_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"  # the name says nothing
    path.write_bytes(png(1))
    assert load(path).size == (12, 6)
    assert decode_file(path)[0] == png(1)


def test_a_refused_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"<html>")
    with pytest.raises(ImageRefused, match=r"broken\.png: not a PNG"):
        load(path)


def test_things_called_png_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.png").symlink_to(tmp_path / "circle.png")
    for name in ("folder.png", "link.png", "circle.png", "missing.png"):
        with pytest.raises(ImageRefused, match=rf"{name}: cannot be read") as refusal:
            load(tmp_path / name)
        assert refusal.value.reason == "unreadable"


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ImageRefused, match=r"huge\.png: larger than") as refusal:
        read_file(path, Limits(max_bytes=1000))
    assert refusal.value.reason == "too-large"
