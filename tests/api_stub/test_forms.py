"""Family B, route by route."""

import platform
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api_stub.families.forms import accuracy
from api_stub.settings import Settings
from tests.api_stub.support import MODEL, png, serving

UPLOAD = "/api/captcha/img_captcha"


def test_an_upload_is_read(client: httpx.Client) -> None:
    answer = client.post(UPLOAD, files={"image": ("captcha.png", png(44, 21), "image/png")})
    assert (answer.status_code, answer.json()) == (
        200,
        {"solution": "44x21", "confidence": 0.75, "accuracy": None},
    )


@pytest.mark.parametrize(
    ("solution", "share"), [("44x21", 1.0), ("44x2", 1.0), ("44X21", 0.8), ("9", 0.0), ("", None), ("44x21é9999", 0.5)]
)
def test_a_known_solution_is_compared(client: httpx.Client, solution: str, share: float | None) -> None:
    answer = client.post(UPLOAD, files={"image": png(44, 21)}, params={"solution": solution})
    assert answer.json()["accuracy"] == share


def test_accuracy_counts_positions() -> None:
    assert accuracy("abcd", "abdc") == 0.5
    assert accuracy("", "abcd") == 0.0


@pytest.mark.parametrize("request_", [{}, {"files": {"image": b"no picture"}}, {"files": {"other": png()}}])
def test_a_wrong_upload_is_400(client: httpx.Client, request_: dict) -> None:
    answer = client.post(UPLOAD, **request_)
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


def test_the_configuration_of_the_model(client: httpx.Client) -> None:
    assert client.get("/api/model/get_config").json() == {"architecture": "sizes", "training": {"epochs": 0}}


@pytest.mark.parametrize("what", ["python_version", "package_versions"])
def test_versions_are_not_told_unless_asked_for(client: httpx.Client, what: str) -> None:
    answer = client.get(f"/api/utility/{what}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


@pytest.fixture(scope="module")
def telling() -> Iterator[httpx.Client]:
    with serving(Settings(model=MODEL, expose_versions=True)) as client:
        yield client


def test_versions_are_told_when_allowed(telling: httpx.Client) -> None:
    assert telling.get("/api/utility/python_version").json() == {"python_version": platform.python_version()}
    packages = telling.get("/api/utility/package_versions").json()
    assert packages["httpx"] == httpx.__version__
    assert not any(str(Path.home()) in version for version in packages.values())
