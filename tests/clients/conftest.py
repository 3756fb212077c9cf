"""A running endpoint with an API key and a real artefact, and a picture on disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from api_stub.app import create_app
from api_stub.settings import Settings
from tests.api_stub.artefact import write_artefact
from tests.api_stub.support import noise, serving_app

KEY = "cl1ent-key"


class Endpoint(NamedTuple):
    """Where it is and what to send there."""

    url: str
    picture: Path


@pytest.fixture(scope="package")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp("endpoint")
    picture = folder / "picture.png"
    picture.write_bytes(noise(40))
    model = write_artefact(folder / "M.onnx")
    with serving_app(create_app(Settings(model=model, api_key=KEY, data=folder / "data"))) as client:
        yield Endpoint(str(client.base_url).rstrip("/"), picture)
