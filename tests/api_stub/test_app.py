"""What holds for every route: JSON errors, the queue, the OpenAPI document, the pages."""

import json
import threading
from pathlib import Path

import httpx
import pytest

from api_stub.app import create_app
from api_stub.settings import Settings
from tests.api_stub.support import MODEL, SizeReader, png, raw, serving, text64, wait_until

PICTURE = {"image": text64(png())}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/predict/", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/%00", 404),
        ("GET", "/predict", 405),
        ("DELETE", "/predict", 405),
        ("POST", "/health", 405),
        ("PROPFIND", "/info", 405),
    ],
)
def test_the_frameworks_own_errors_are_json(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json()["error"], str)
    assert (status == 405) == ("allow" in answer.headers)


def test_an_unexpected_failure_tells_nothing() -> None:
    class Broken(SizeReader):
        def read(self, images):
            if images[0].width == 13:
                raise OSError("/home/someone/secret.onnx is gone")
            return super().read(images)

    with serving(Settings(model=MODEL), Broken()) as client:
        answer = client.post("/predict", files={"image": png(13, 13)})
        assert (answer.status_code, answer.json()) == (500, {"error": "Internal error"})
        assert client.post("/predict", json=PICTURE).status_code == 200


def test_a_full_queue_says_503_and_empties_again() -> None:
    reader = SizeReader()
    with serving(Settings(model=MODEL, queue=2), reader) as client:
        reader.hold.clear()
        statuses: list[int] = []

        def send() -> None:
            statuses.append(client.post("/predict", json=PICTURE).status_code)

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_until(lambda: "captcha_queue_pictures 2.0" in client.get("/metrics").text)
        full = client.post("/predict", json=PICTURE)
        assert (full.status_code, full.headers["retry-after"]) == (503, "1")
        assert "waiting" in full.json()["error"]
        assert client.get("/health").status_code == 200
        reader.hold.set()
        for thread in threads:
            thread.join()
        assert statuses == [200, 200]
        assert client.post("/predict", json=PICTURE).status_code == 200
        batch = client.post("/predict-batch", json={"images": [PICTURE["image"]] * 3})
        assert batch.json()["total"] == 3


def test_metrics_count_by_route_and_status(client: httpx.Client) -> None:
    client.get("/nowhere/secret-path")
    client.post("/predict", json=PICTURE)
    text = client.get("/metrics").text
    assert 'captcha_requests_total{method="POST",route="/predict",status="200"}' in text
    assert 'route="unmatched",status="404"' in text and "secret-path" not in text
    assert 'captcha_request_seconds_bucket{le="0.005",route="/predict"}' in text
    assert 'captcha_model_info{version="sizes-1"} 1.0' in text


def test_every_operation_is_named_and_declares_its_failures() -> None:
    document = create_app(Settings(accounts=True)).openapi()
    operations = [(path, operation) for path, methods in document["paths"].items() for operation in methods.values()]
    names = [operation["operationId"] for _, operation in operations]
    assert "native_predict" in names and len(set(names)) == len(names)
    for path, operation in operations:
        if path != "/health":
            assert {"200", "401", "408", "413", "429", "503"} <= operation["responses"].keys(), path


def test_the_committed_openapi_document_is_todays() -> None:
    committed = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
    today = create_app(Settings(accounts=True)).openapi()
    assert committed == json.loads(json.dumps(today)), "run: python -m api_stub openapi > docs/openapi.json"


def test_head_and_pipelined_garbage_get_an_answer(client: httpx.Client) -> None:
    assert client.head("/info").status_code == 405
    garbage = raw(client, b"\x16\x03\x01\x00garbage\r\n\r\n")
    assert garbage.startswith(b"HTTP/1.1 400 ")
    assert json.loads(garbage.partition(b"\r\n\r\n")[2])["error"]
    assert client.get("/health").status_code == 200
