"""Family A, route by route, over real HTTP."""

import httpx
import pytest

from api_stub.settings import Settings
from tests.api_stub.support import MODEL, png, serving, text64

JPEG_URL = "data:image/jpeg;base64,"


def test_health_names_the_model(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "model_loaded": True, "version": "sizes-1"},
    )


def test_info_describes_model_and_endpoints(client: httpx.Client) -> None:
    info = client.get("/info").json()
    assert info["model"] == {
        "path": str(MODEL),
        "image_size": [60, 160],
        "max_sequence_length": 9,
        "alphabet": "0123456789x",
        "types": ["size"],
        "exact_match": 1.0,
    }
    assert {"name", "version", "description"} <= info.keys()
    assert "POST /predict" in info["endpoints"]


def send_file(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/predict", files={"image": ("../../x.exe", data, "text/html")})


def send_json(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/predict", json={"image": text64(data)})


def send_data_uri(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/predict", json={"image": JPEG_URL + text64(data)})


def send_form_text(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/predict", files={"image": (None, text64(data))})


@pytest.mark.parametrize("send", [send_file, send_json, send_data_uri, send_form_text])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_predict_reads_every_format_by_its_bytes(client: httpx.Client, send, format: str) -> None:
    answer = send(client, png(44, 21, format=format))
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "prediction": "44x21",
        "confidence": 0.75,
        "type": None,
        "answer": None,
        "characters": [{"char": char, "confidence": 0.9} for char in "44x21"],
    }


def test_base64_with_line_breaks_is_read(client: httpx.Client) -> None:
    lines = "\r\n".join(text64(png())[start : start + 76] for start in range(0, 10_000, 76))
    assert client.post("/predict", json={"image": lines}).json()["prediction"] == "160x60"


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"json": {}},
        {"json": {"image": ""}},
        {"json": {"image": None}},
        {"json": []},
        {"files": {"other": png()}},
        {"files": {"image": b""}},
        {"data": {"image": text64(png())}},
        {"content": b'{"image": "aaaa"}', "headers": {"content-type": "text/plain"}},
    ],
)
def test_predict_without_an_image(client: httpx.Client, request_: dict) -> None:
    answer = client.post("/predict", **request_)
    assert (answer.status_code, answer.json()) == (400, {"error": "No image provided"})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"image": 5}, "base64 string"),
        ({"image": ["aaaa"]}, "base64 string"),
        ({"image": "%%%"}, "not valid base64"),
        ({"image": "data:image/png;base64"}, "empty"),
        ({"image": "é" * 8}, "not valid base64"),
        ({"image": text64(b"GIF")}, "not a PNG"),
    ],
)
def test_predict_says_what_is_wrong_with_the_image(client: httpx.Client, body: dict, reason: str) -> None:
    answer = client.post("/predict", json=body)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 200_000, b'{"image": ' + b"9" * 5000 + b"}", b"\xff\xfe", b"\x00", rb'{"image": "\ud800"}'],
)
def test_json_that_is_none_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


def test_batch_keeps_order_and_bad_ones_spoil_nothing(client: httpx.Client) -> None:
    images = [text64(png(40, 20)), "%%%", text64(b"no picture"), 7, JPEG_URL + text64(png(50, 20))]
    answer = client.post("/predict-batch", json={"images": images}).json()
    assert (answer["success"], answer["total"]) == (True, 5)
    assert [entry["index"] for entry in answer["results"]] == [0, 1, 2, 3, 4]
    assert [entry["success"] for entry in answer["results"]] == [True, False, False, False, True]
    assert answer["results"][0] == {"index": 0, "prediction": "40x20", "confidence": 0.75, "success": True}
    assert answer["results"][4]["prediction"] == "50x20"
    assert all(isinstance(entry["error"], str) for entry in answer["results"] if not entry["success"])


def test_an_empty_batch_is_a_batch(client: httpx.Client) -> None:
    assert client.post("/predict-batch", json={"images": []}).json() == {
        "success": True,
        "total": 0,
        "results": [],
    }


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"files": {"images": png()}}, "JSON expected"),
        ({}, "JSON expected"),
        ({"json": {}}, "images array expected"),
        ({"json": {"images": "aaaa"}}, "images array expected"),
        ({"json": ["aaaa"]}, "images array expected"),
        ({"json": {"images": ["aaaa"] * 65}}, "A batch has at most 64 images, this one has 65"),
    ],
)
def test_batch_errors(client: httpx.Client, request_: dict, error: str) -> None:
    answer = client.post("/predict-batch", **request_)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_without_a_model_everything_says_503() -> None:
    with serving(Settings()) as client:
        for answer in (
            client.get("/health"),
            client.get("/info"),
            client.post("/predict", json={"image": text64(png())}),
            client.post("/predict-batch", json={"images": [text64(png())]}),
        ):
            assert (answer.status_code, answer.json()) == (503, {"error": "No model is loaded"})
            assert answer.headers["retry-after"] == "1"


def test_a_family_can_be_left_out() -> None:
    with serving(Settings(model=MODEL, without=("native",))) as client:
        assert client.post("/predict", json={"image": text64(png())}).status_code == 404
        assert client.get("/docs").status_code == 200
