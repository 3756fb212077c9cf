"""One server for all tests that need nothing special of it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api_stub.settings import Settings
from tests.api_stub.artefact import write_artefact
from tests.api_stub.support import MODEL, serving


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client of an endpoint with default settings."""
    with serving(Settings(model=MODEL)) as client:
        yield client


@pytest.fixture(scope="session")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small artefact in ocr's format."""
    return write_artefact(tmp_path_factory.mktemp("artefact") / "M.onnx")
