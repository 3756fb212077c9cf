"""Retraining for real: ocr's own trainer goes on from the served artefact, on drawn pictures."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from api_stub.jobs import INTERRUPTED
from api_stub.retraining import FAILED
from dataset.store import Store
from dataset.synth import synthesise
from ocr.recognizer import Recognizer
from tests.api_stub.support import running, text64, wait_until
from tests.api_stub.test_child import gone

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]
ROUTE = "/captcha_retrain_model"
MINUTES = 300.0


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn pictures of two of three characters."""
    folder = tmp_path_factory.mktemp("drawn") / "pictures"
    synthesise(folder, 60, charset="ABC", length=(2, 2), seed=3)
    return folder


@pytest.fixture(scope="module")
def beginner(labelled: Path) -> Path:
    """An artefact that has hardly begun to learn: whatever goes on from it is no worse."""
    out = labelled.with_name("beginner.onnx")
    words = ["train", str(labelled), "--out", str(out), "--epochs", "0.1", "--no-refit"]
    subprocess.run([sys.executable, "-m", "ocr", *words], check=True, capture_output=True)
    return out


@pytest.fixture
def model(beginner: Path, tmp_path: Path) -> Path:
    path = tmp_path / "served.onnx"
    path.write_bytes(beginner.read_bytes())
    return path


@contextlib.contextmanager
def endpoint(model: Path, seconds: int, *more: str) -> Iterator[tuple[psutil.Process, httpx.Client]]:
    words = ["--model", str(model), "--data", str(model.parent / "data"), "--train-seconds", str(seconds), *more]
    with running(*words) as (server, client):
        yield psutil.Process(server.pid), client


def body(labelled: Path, **more: object) -> dict:
    with Store.open(labelled, read_only=True) as store:
        samples = list(store.samples())
        pictures = [text64(store.path(sample).read_bytes()) for sample in samples]
    return {"list_images_base64": pictures, "list_label": [sample.label for sample in samples], "debug": True, **more}


def test_the_served_model_goes_on_learning(model: Path, labelled: Path) -> None:
    before = Recognizer.load(model)
    with endpoint(model, 25, "--holdout", str(labelled)) as (_, client):
        answer = client.post(ROUTE, json=body(labelled), timeout=MINUTES)
        told = answer.json()
        assert (answer.status_code, told["state"], told["error"]) == (200, "done", "")
        assert told["debug"]["new"] >= told["debug"]["old"]
        assert told["swapped"] is True
        after = Recognizer.load(model)
        assert client.get("/health").json()["version"] == after.version
        assert client.get(f"{ROUTE}/{told['job_id']}").json()["state"] == "done"
    assert after.card.training["from"] == before.version
    (kept,) = model.parent.glob("served.before-*.onnx")
    assert Recognizer.load(kept).card == before.card


def test_a_crash_while_training_is_told_after_the_restart(model: Path, labelled: Path) -> None:
    served = model.read_bytes()
    with endpoint(model, 600) as (server, client):
        job = client.post(ROUTE, json=body(labelled, wait=False)).json()["job_id"]
        wait_until(lambda: bool(server.children()))
        (child,) = server.children()
        assert "already running" in client.post(ROUTE, json=body(labelled)).json()["error"]
        assert list((model.parent / "data" / "jobs").glob("work-*"))
        server.kill()
        wait_until(lambda: gone(child.pid))
    with endpoint(model, 1) as (_, client):
        told = client.get(f"{ROUTE}/{job}").json()
        assert (told["state"], told["error"]) == ("failed", INTERRUPTED)
        assert not list((model.parent / "data" / "jobs").glob("work-*"))
        few = {"list_images_base64": body(labelled)["list_images_base64"][:2], "list_label": ["A", "B"]}
        assert client.post(ROUTE, json=few, timeout=MINUTES).json()["error"] == FAILED
    assert model.read_bytes() == served


def test_a_training_keeps_within_its_memory(model: Path, labelled: Path) -> None:
    served = model.read_bytes()
    with endpoint(model, 25, "--train-memory-mib", "200") as (_, client):
        answer = client.post(ROUTE, json=body(labelled), timeout=MINUTES)
        assert (answer.status_code, answer.json()["error"]) == (400, FAILED)
        assert client.get("/health").status_code == 200
    assert model.read_bytes() == served
