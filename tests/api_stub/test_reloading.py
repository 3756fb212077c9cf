"""A new model is taken up while running, and no request sees a mixture."""

import logging
import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

from api_stub import reloading
from api_stub.app import create_app
from api_stub.settings import Settings
from tests.api_stub.artefact import write_artefact
from tests.api_stub.support import noise, running, serving_app, text64, wait_until

PICTURE = {"image": text64(noise(40))}
KEY = {"X-API-Key": "k"}


def version(client: httpx.Client) -> str:
    return str(client.get("/health").json()["version"])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_artefact(tmp_path / "M.onnx", 1)


def test_an_admin_swaps_the_model_under_callers(model: Path) -> None:
    app = create_app(Settings(model=model, api_key="k"))
    with serving_app(app) as client:
        client.headers.update(KEY)
        expected = {version(client): client.post("/predict", json=PICTURE).json()["prediction"]}
        readings: list[tuple[int, str]] = []
        stop = threading.Event()

        def call() -> None:
            while not stop.is_set():
                answer = client.post("/predict", json=PICTURE)
                readings.append((answer.status_code, answer.json().get("prediction")))

        callers = [threading.Thread(target=call) for _ in range(4)]
        for caller in callers:
            caller.start()
        for seed in (2, 3, 2):
            write_artefact(model.with_name("new.onnx"), seed).replace(model)
            answer = client.post("/admin/reload")
            assert answer.json()["version"].endswith(f"seed-{seed}")
            expected[answer.json()["version"]] = client.post("/predict", json=PICTURE).json()["prediction"]
        stop.set()
        for caller in callers:
            caller.join()
        assert {status for status, _ in readings} == {200}
        assert {text for _, text in readings} <= set(expected.values())
        assert len(set(expected.values())) == 3


def test_a_broken_file_leaves_the_old_model(model: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving_app(create_app(Settings(model=model, api_key="k"))) as client:
        before = version(client)
        model.write_bytes(b"broken")
        answer = client.post("/admin/reload", headers=KEY)
        assert answer.status_code == 400
        assert str(model) not in answer.text
        assert version(client) == before
        assert client.post("/predict", json=PICTURE, headers=KEY).status_code == 200


def test_reloading_needs_a_key(client: httpx.Client, model: Path) -> None:
    assert client.post("/admin/reload").status_code == 401
    with serving_app(create_app(Settings(model=model, api_key="k"))) as guarded:
        assert guarded.post("/admin/reload").status_code == 401


def test_a_watched_file_is_taken_up(
    model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reloading, "POLL_SECONDS", 0.02)
    with caplog.at_level(logging.WARNING), serving_app(create_app(Settings(model=model, watch=True))) as client:
        model.unlink()
        write_artefact(model.with_name("new.onnx"), 2).replace(model)
        wait_until(lambda: version(client).endswith("seed-2"))
        model.write_bytes(b"broken")
        wait_until(lambda: "stays as it is" in caplog.text)
        write_artefact(model.with_name("new.onnx"), 3).replace(model)
        wait_until(lambda: version(client).endswith("seed-3"))


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP on this system")
def test_a_hangup_reloads(model: Path) -> None:
    with running("--model", str(model), "--log-level", "info") as (server, client):
        write_artefact(model.with_name("new.onnx"), 2).replace(model)
        os.kill(server.pid, signal.SIGHUP)
        wait_until(lambda: version(client).endswith("seed-2"))
        server.terminate()
        _, log = server.communicate(timeout=20)
        assert '"message": "Took up the model 0+seed-2"' in log
