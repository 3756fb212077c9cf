"""Family F as model servers and their clients speak it: the Open Inference Protocol."""

import httpx
import pytest

from api_stub.settings import Settings
from tests.api_stub.support import png, serving, text64

INFER = "/v2/models/captcha/infer"


def request(*images: object, **changes: object) -> dict:
    tensor = {"name": "image", "datatype": "BYTES", "shape": [len(images)], "data": list(images)}
    return {"inputs": [{**tensor, **changes}]}


def test_metadata(client: httpx.Client) -> None:
    assert client.get("/v2").json()["name"] == "captcha-toolkit"
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2/models/captcha/ready").json() == {"ready": True}
    model = client.get("/v2/models/captcha").json()
    assert model["inputs"] == [{"name": "image", "datatype": "BYTES", "shape": [-1]}]
    assert [output["name"] for output in model["outputs"]] == ["text", "confidence"]
    assert model["versions"] == ["sizes-1"]


def test_inference(client: httpx.Client) -> None:
    body = {"id": "7", **request(text64(png(40, 20)), text64(png(50, 20)))}
    assert client.post(INFER, json=body).json() == {
        "model_name": "captcha",
        "model_version": "sizes-1",
        "id": "7",
        "outputs": [
            {"name": "text", "datatype": "BYTES", "shape": [2], "data": ["40x20", "50x20"]},
            {"name": "confidence", "datatype": "FP32", "shape": [2], "data": [0.75, 0.75]},
        ],
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Exactly one input"),
        ([], "Exactly one input"),
        ({"inputs": [1]}, "Exactly one input"),
        (request(name="picture"), "Exactly one input"),
        (request(datatype="FP32"), "Exactly one input"),
        (request("aaaa", shape=[2]), "the shape"),
        (request("aaaa", shape=[1, 1]), "the shape"),
        (request("aaaa", data="aaaa"), "the shape"),
        (request(*["aaaa"] * 65), "At most 64"),
        (request(text64(png()), "%%"), "Image 1: "),
        (request(5), "Image 0: "),
    ],
)
def test_a_wrong_request_says_what_is_wrong(client: httpx.Client, body: object, said: str) -> None:
    answer = client.post(INFER, json=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_without_a_model_it_is_live_but_not_ready() -> None:
    with serving(Settings()) as client:
        assert client.get("/v2/health/live").status_code == 200
        assert client.get("/v2/health/ready").status_code == 503
        assert client.post(INFER, json=request("aaaa")).status_code == 503
