"""Hostile pictures: every one is refused with 400 and a sentence, none brings the endpoint down."""

import io
import struct
import zlib

import httpx
import pytest
from PIL import Image

from tests.api_stub.support import noise, png, text64


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


HOSTILE = {
    "nothing but text": b"hello",
    "a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a PDF": b"%PDF-1.7\n1 0 obj<<>>endobj",
    "a PNG signature alone": b"\x89PNG\r\n\x1a\n",
    "a bomb of 50,000 x 50,000": png_header(50_000, 50_000),
    "negative as unsigned": png_header(2**32 - 1, 2**32 - 1),
    "no width": png_header(0, 60),
    "just over a million pixels": png(1001, 1000),
    "cut in the middle": noise(64)[:5000],
    "more than 500 KB": noise(410),
    "a JPEG cut after its header": png(200, 100, format="JPEG")[:300],
    "a GIF of zero size": b"GIF89a" + bytes(7),
    "a TIFF that points nowhere": b"II*\x00\xff\xff\xff\x7f",
    "a BMP of absurd size": b"BM"
    + struct.pack("<IHHIIiiHHIIiiII", 60, 0, 0, 54, 40, 2**30, 2**30, 1, 24, 0, 0, 0, 0, 0, 0),
    "a WebP bomb": b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff",
    "a PNG whose data is no zlib": png(40, 20).replace(b"IDAT", b"IDAX", 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_politely(client: httpx.Client, name: str) -> None:
    answer = client.post("/predict", files={"image": HOSTILE[name]})
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error and "Traceback" not in error and "/" not in error.replace("w/o", "")
    same = client.post("/predict-batch", json={"images": [text64(HOSTILE[name]), text64(png())]})
    assert [entry["success"] for entry in same.json()["results"]] == [False, True]


def test_a_million_pixels_are_still_read(client: httpx.Client) -> None:
    assert client.post("/predict", files={"image": png(1000, 1000)}).json()["prediction"] == "1000x1000"


def test_the_first_frame_counts_and_alpha_goes_on_white(client: httpx.Client) -> None:
    frames = [Image.new("RGBA", (30, 20), (0, 0, 0, 0)), Image.new("RGBA", (30, 20), "red")]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert client.post("/predict", files={"image": target.getvalue()}).json()["prediction"] == "30x20"


def test_refusals_are_counted_by_reason(client: httpx.Client) -> None:
    client.post("/predict", files={"image": b"hello"})
    assert 'captcha_rejected_images_total{reason="not-an-image"}' in client.get("/metrics").text
