"""The command as a person types it: refusals are one sentence and an exit status."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from api_stub.cli import address_of, listen, main, parser
from api_stub.errors import EndpointError
from dataset import console
from tests.api_stub.artefact import CHARSET
from tests.api_stub.support import png, running, text64


def command(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api_stub", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--model M.onnx"),
        (("--model", "M.onnx", "--host", "0.0.0.0"), "needs an API key"),
        (("--model", "M.onnx", "--port", "http"), "--port"),
        (("--model", "M.onnx", "--rate", "fast"), "10/minute"),
        (("--model", "M.onnx", "--holdout", "nowhere"), "not a folder"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert console.run(main, words) == console.WRONG_USE
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1


def test_the_command_refuses_a_public_address_without_a_key() -> None:
    done = command("--model", "M.onnx", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "needs an API key" in done.stderr and "Traceback" not in done.stderr


def test_the_import_target_refuses_in_a_sentence_too() -> None:
    code = "import api_stub.asgi"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CAPTCHA_HOST": "0.0.0.0"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "needs an API key" in done.stderr and "Traceback" not in done.stderr


def test_help_has_examples_and_every_setting() -> None:
    text = parser().format_help()
    assert "curl -F image=@captcha.png" in text
    assert "--api-key" in text and "--body-seconds" in text


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(EndpointError, match="choose another --port"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_nothing_names_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--config", ""])
    assert "--config: is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "reason"),
    [("192.0.2.1", os.strerror(errno.EADDRNOTAVAIL)), ("no such host", "not an address"), ("é" * 80, "not an address")],
)
def test_an_address_that_is_not_ours_is_told(host: str, reason: str) -> None:
    with pytest.raises(EndpointError, match=f"Cannot listen on {host} port 0 .{reason}.: choose another"):
        listen(host, 0)


def test_the_address_has_the_real_port() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def has_ipv6_loopback() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6_loopback(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_written_as_a_url_needs_it() -> None:
    with listen("[::1]", 0) as listener:
        assert address_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_it_prints_its_address_answers_and_stops(artefact: Path) -> None:
    with running("--model", str(artefact), CAPTCHA_API_KEY="k") as (server, client):
        client.headers["X-API-Key"] = "k"
        reading = client.post("/predict", json={"image": text64(png())}).json()
        assert reading["success"] and set(reading["prediction"]) <= set(CHARSET)
        info = client.get("/info").json()
        assert info["model"]["alphabet"] == CHARSET
        assert info["model"]["image_size"] == [20, 64]
        server.terminate()
        _, complaints = server.communicate(timeout=20)
        assert complaints == ""


def test_a_model_that_is_none_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    done = command("--model", str(broken))
    assert done.returncode == 1
    assert "broken.onnx" in done.stderr and "Traceback" not in done.stderr
