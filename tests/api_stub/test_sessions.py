"""Family D: the envelope, its texts, fetching and retraining."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api_stub import jobs, retraining
from api_stub.settings import Settings
from tests.api_stub.pictures_server import PictureServer, picture_server
from tests.api_stub.support import MODEL, png, serving, text64

NOTHING = {"list_id": [], "list_label": [], "list_path": []}
FETCH, READ, RETRAIN = "/captcha_image", "/captcha_recap_image", "/captcha_retrain_model"


def refused(answer: httpx.Response) -> str:
    body = answer.json()
    assert answer.status_code == 400
    assert body["content"] == NOTHING
    assert body["message"] == body["error"] != ""
    return str(body["error"])


def test_one_picture_is_read(client: httpx.Client) -> None:
    answer = client.post(READ, json={"image_base64": text64(png(44, 21))})
    body = answer.json()
    assert answer.status_code == 200
    assert (body["message"], body["error"]) == ("", "")
    assert body["content"]["list_label"] == ["44x21"]
    assert body["content"]["list_path"] == [""]
    assert len(body["content"]["list_id"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (READ, {}, "Image must not be empty"),
        (READ, {"image_base64": ""}, "Image must not be empty"),
        (READ, {"image_base64": "%%"}, "OCR model fail"),
        (READ, {"image_base64": 5}, "OCR model fail"),
        (READ, {"image_base64": text64(b"no picture")}, "OCR model fail"),
        (READ, [], "A JSON object is expected"),
        (FETCH, {}, "Time must be greater than 0"),
        (FETCH, {"time": 0, "image_url": "http://x", "session_id": "s"}, "Time must be greater than 0"),
        (FETCH, {"time": True, "image_url": "http://x", "session_id": "s"}, "Time must be greater than 0"),
        (FETCH, {"time": 11, "image_url": "http://x", "session_id": "s"}, "Time must be at most 10"),
        (FETCH, {"time": 1, "session_id": "s"}, "URL must not be empty"),
        (FETCH, {"time": 1, "image_url": " ", "session_id": "s"}, "URL must not be empty"),
        (FETCH, {"time": 1, "image_url": "http://127.0.0.1/"}, "Session must be a text"),
        (FETCH, {"time": 1, "image_url": "http://127.0.0.1/", "session_id": "s"}, "Failed to access the link"),
        (RETRAIN, {}, "Images must not be empty"),
        (RETRAIN, {"list_images_base64": [], "list_label": ["a"]}, "Images must not be empty"),
        (RETRAIN, {"list_images_base64": ["a"], "list_label": []}, "Labels must not be empty"),
        (RETRAIN, {"list_images_base64": ["a"], "list_label": [""]}, "Labels must not be empty"),
        (RETRAIN, {"list_images_base64": ["a"], "list_label": [5]}, "Labels must not be empty"),
        (RETRAIN, {"list_images_base64": ["a"], "list_label": ["a", "b"]}, "Number of images and labels must be equal"),
        (RETRAIN, {"list_images_base64": ["%"], "list_label": ["a"]}, "Failed to decode the image"),
        (RETRAIN, {"list_images_base64": [text64(png()[:60])], "list_label": ["a"]}, "Failed to decode the image"),
    ],
)
def test_refusals(client: httpx.Client, path: str, body: object, said: str) -> None:
    assert refused(client.post(path, json=body)) == said


@pytest.mark.parametrize("path", [READ, FETCH, RETRAIN])
def test_a_body_that_is_no_json_is_400_too(client: httpx.Client, path: str) -> None:
    assert refused(client.post(path, content=b"{")) == "The body is not valid JSON"


def test_a_label_that_cannot_be_stored_is_refused(client: httpx.Client) -> None:
    body = {"list_images_base64": [text64(png())], "list_label": ["a\x00b"]}
    assert "U+0000" in refused(client.post(RETRAIN, json=body))


@pytest.fixture
def pictures() -> Iterator[PictureServer]:
    with picture_server() as server:
        yield server


def test_pictures_are_fetched_from_a_named_host(pictures: PictureServer) -> None:
    with serving(Settings(model=MODEL, fetch_allow=("127.0.0.1",))) as client:
        request = {"session_id": "s3ssion", "image_url": pictures.url + "/captcha", "time": 3}
        body = client.post(FETCH, json=request).json()
        assert body["content"]["list_label"] == ["31x20", "32x20", "33x20"]
        assert len(set(body["content"]["list_id"])) == 3
        assert "s3ssion" not in str(pictures.hits)
        for path, said in (("/big", "Failed to access the link"), ("/redirect", "Failed to access the link")):
            assert refused(client.post(FETCH, json={**request, "image_url": pictures.url + path})) == said


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.onnx"
    path.write_text("old")
    return path


@pytest.fixture
def trained(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """An endpoint whose trainer is the quick program."""
    monkeypatch.setattr(retraining, "TRAINER", "tests.api_stub.trainer")
    with serving(Settings(model=model, data=tmp_path / "data")) as client:
        yield client


def request(outcome: str, **more: object) -> dict:
    images = [text64(png(width, 20)) for width in (30, 31, 32)]
    return {"list_images_base64": images, "list_label": [outcome] * 3, "debug": False, **more}


def test_a_model_that_is_no_worse_is_swapped_in(trained: httpx.Client, model: Path) -> None:
    answer = trained.post(RETRAIN, json=request("better", debug=True)).json()
    assert (answer["message"], answer["state"], answer["swapped"]) == ("", "done", True)
    assert answer["content"]["list_label"] == ["better"] * 3
    assert (answer["debug"]["old"], answer["debug"]["new"]) == (0.5, 0.5)
    assert model.read_text() == "better"
    (kept,) = model.parent.glob("model.before-*.onnx")
    assert kept.read_text() == "old"


def test_a_worse_model_is_not(trained: httpx.Client, model: Path) -> None:
    answer = trained.post(RETRAIN, json=request("worse"))
    assert (answer.status_code, answer.json()["swapped"]) == (200, False)
    assert model.read_text() == "old"


def test_a_training_that_fails_says_so(trained: httpx.Client, model: Path) -> None:
    assert refused(trained.post(RETRAIN, json=request("broken"))) == "Failed to train the model"
    assert model.read_text() == "old"


def test_not_waiting_gives_a_job_and_only_one_runs(trained: httpx.Client) -> None:
    answer = trained.post(RETRAIN, json=request("endless", wait=False)).json()
    assert (answer["state"], answer["message"]) == ("running", "")
    job = answer["job_id"]
    assert trained.get(f"{RETRAIN}/{job}").json()["state"] == "running"
    assert "already running" in refused(trained.post(RETRAIN, json=request("better")))
    assert trained.post(READ, json={"image_base64": text64(png())}).status_code == 200
    for unknown in ("0" * 32, "x", job.upper() + "0"):
        assert "no training" in refused(trained.get(f"{RETRAIN}/{unknown}"))


def test_job_states_survive_a_restart(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "jobs"
    folder.mkdir(parents=True)
    ids = {state: f"{number:032x}" for number, state in enumerate(("running", "done"), start=2**64)}
    for state, job in ids.items():
        (folder / f"{job}.json").write_text(json.dumps({"id": job, "state": state}))
    with serving(Settings(model=model, data=tmp_path / "data")) as client:
        assert client.get(f"{RETRAIN}/{ids['done']}").json()["state"] == "done"
        interrupted = client.get(f"{RETRAIN}/{ids['running']}").json()
        assert (interrupted["state"], interrupted["error"]) == ("failed", jobs.INTERRUPTED)


def test_a_training_without_end_is_ended(trained: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retraining, "START_SECONDS", 1 - 120)
    assert refused(trained.post(RETRAIN, json=request("endless"))) == "The training took too long"
