"""Family E: codes, texts, and a background that really goes away."""

import base64
import io
import json
import sys
from pathlib import Path
from types import ModuleType

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from api_stub.app import create_app
from api_stub.cleaner import TRAINED_MODULE, MedianCleaner
from api_stub.errors import EndpointError
from api_stub.service import Service
from api_stub.settings import Settings
from tests.api_stub.support import MODEL, SizeReader, png, serving_app, text64

PATH = "/remove_background"


def page(*, stained: bool, inverted: bool = False) -> Image.Image:
    """Black words on white paper; stained with a gradient and a round dark spot."""
    image = Image.new("L", (240, 90), 255)
    draw = ImageDraw.Draw(image)
    draw.text((15, 15), "the quick brown fox\njumps over 53+6=?", fill=0, font=ImageFont.load_default(20))
    pixels = np.asarray(image, dtype=np.float32)
    if stained:
        y, x = np.mgrid[0:90, 0:240]
        pixels = pixels * (0.95 - 0.3 * x / 240) * np.where((x - 120) ** 2 + (y - 45) ** 2 < 1600, 0.7, 1.0)
    if inverted:
        pixels = 255 - pixels
    return Image.fromarray(pixels.astype(np.uint8))


def error_of(one: Image.Image, other: Image.Image) -> float:
    """Root mean square difference, greys in 0..1."""
    a, b = (np.asarray(image, dtype=np.float32) / 255 for image in (one, other))
    return float(np.sqrt(np.mean((a - b) ** 2)))


@pytest.mark.parametrize("inverted", [False, True])
def test_stains_go_and_words_stay(inverted: bool) -> None:
    dirty, clean = page(stained=True, inverted=inverted), page(stained=False)
    assert error_of(dirty, clean) > 0.2
    assert error_of(MedianCleaner().clean(dirty), clean) < 0.06


@pytest.mark.parametrize("size", [(2, 2), (3, 1000), (1000, 1000), (13, 11)])
def test_the_size_is_kept(size: tuple[int, int]) -> None:
    assert MedianCleaner().clean(Image.new("RGB", size, "grey")).size == size


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_a_picture_comes_back_clean(client: httpx.Client, prefix: str) -> None:
    target = io.BytesIO()
    page(stained=True).save(target, "PNG")
    answer = client.post(PATH, json={"imgb64_dirty": prefix + text64(target.getvalue())})
    body = answer.json()
    assert answer.status_code == 200
    assert (body["codigo_retorno"], body["mensagem"]) == (0, "Imagem processada com sucesso")
    head, _, data = body["imgb64_clean"].partition(",")
    assert head == "data:image/png;base64" and "error" not in body
    clean = Image.open(io.BytesIO(base64.b64decode(data)))
    assert clean.size == (240, 90)
    assert error_of(clean.convert("L"), page(stained=False)) < 0.06


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"", 1, "Erro na requisição"),
        (b"not json", 1, "Erro na requisição"),
        (b"[]", 1, "Erro na requisição"),
        (b"null", 1, "Erro na requisição"),
        (b"[" * 100_000, 1, "Erro na requisição"),
        (b"{}", 2, "Chave imgb64_dirty não encontrada"),
        (b'{"imgb64_clean": ""}', 2, "Chave imgb64_dirty não encontrada"),
        (b'{"imgb64_dirty": null}', 3, "Problema na string base 64 referente a chave imgb64_dirty"),
        (b'{"imgb64_dirty": ""}', 3, "Problema na string base 64 referente a chave imgb64_dirty"),
        (b'{"imgb64_dirty": "%%"}', 3, "Problema na string base 64 referente a chave imgb64_dirty"),
        (b'{"imgb64_dirty": "aGVsbG8="}', 3, "Problema na string base 64 referente a chave imgb64_dirty"),
        (
            json.dumps({"imgb64_dirty": text64(png(1001, 1000))}).encode(),
            3,
            "Problema na string base 64 referente a chave imgb64_dirty",
        ),
    ],
)
def test_failures_are_codes(client: httpx.Client, body: bytes, code: int, text: str) -> None:
    answer = client.post(PATH, content=body)
    assert answer.status_code == 200
    assert answer.json() == {"codigo_retorno": code, "mensagem": text, "error": text}


def test_the_body_limit_comes_first(client: httpx.Client) -> None:
    assert client.post(PATH, content=b" " * 1_048_577).status_code == 413


def test_info_says_which_method_is_used(client: httpx.Client) -> None:
    assert client.get("/info").json()["cleaner"] == "classical: median background estimate"


class Inverting:
    """Takes the place of the trained cleaner: black for white, and every file but `bad.onnx` is one."""

    @classmethod
    def load(cls, path: Path) -> "Inverting":
        return Shrinking() if path.name == "bad.onnx" else cls()

    def clean(self, image: Image.Image) -> Image.Image:
        return ImageOps.invert(image)


class Shrinking(Inverting):
    def clean(self, image: Image.Image) -> Image.Image:
        return image.crop((0, 0, 1, 1))


@pytest.fixture
def trainable(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(TRAINED_MODULE)
    module.Cleaner = Inverting  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, TRAINED_MODULE, module)


@pytest.mark.usefixtures("trainable")
def test_a_trained_cleaner_is_used_and_named(tmp_path: Path) -> None:
    settings = Settings(model=MODEL, data=tmp_path, cleaner=Path("C.onnx"))
    with serving_app(create_app(settings, loader=lambda _: SizeReader())) as client:
        assert client.get("/info").json()["cleaner"] == "trained: C.onnx"
        body = client.post(PATH, json={"imgb64_dirty": text64(png(30, 20))}).json()
    clean = Image.open(io.BytesIO(base64.b64decode(body["imgb64_clean"].partition(",")[2])))
    assert clean.size == (30, 20)
    assert clean.convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_cleaner_for_pages_that_ships_removes_stains(tmp_path: Path, mode: str) -> None:
    settings = Settings(model=MODEL, data=tmp_path, cleaner=Path("pages"))
    dirty, target = page(stained=True), io.BytesIO()
    dirty.convert(mode).save(target, "PNG")
    with serving_app(create_app(settings, loader=lambda _: SizeReader())) as client:
        body = client.post(PATH, json={"imgb64_dirty": text64(target.getvalue())}).json()
    assert (body["codigo_retorno"], body["mensagem"]) == (0, "Imagem processada com sucesso")
    clean = Image.open(io.BytesIO(base64.b64decode(body["imgb64_clean"].partition(",")[2])))
    assert (clean.format, clean.mode) == ("PNG", mode)
    assert error_of(clean.convert("L"), page(stained=False)) < 0.5 * error_of(dirty, page(stained=False))


@pytest.mark.usefixtures("trainable")
def test_what_changes_the_size_is_no_cleaner(tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match=r"bad\.onnx: is no cleaner"):
        Service(Settings(data=tmp_path, cleaner=Path("bad.onnx"))).open()


def test_a_cleaner_that_cannot_run_here_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, TRAINED_MODULE, None)
    with pytest.raises(EndpointError, match=r"C\.onnx: cannot be used .* ocr\.cleaner is missing"):
        Service(Settings(data=tmp_path, cleaner=Path("C.onnx"))).open()
