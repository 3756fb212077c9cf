"""Two thousand generated requests over all families: no 5xx, no status or body that the document does not declare."""

import contextlib
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from api_stub.accounts import Accounts
from api_stub.app import create_app
from api_stub.database import open_database
from api_stub.settings import Settings
from api_stub.tokens import load_secret, make_token
from tests.api_stub.artefact import write_artefact
from tests.api_stub.support import serving_app

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis is not installed")
def test_generated_requests(tmp_path: Path) -> None:
    settings = Settings(
        model=write_artefact(tmp_path / "M.onnx"), data=tmp_path, api_key="k", accounts=True, expose_versions=True
    )
    with contextlib.closing(Accounts(open_database(None, tmp_path))) as accounts:
        admin = accounts.add("admin", "admin@example.com", "no password", "admin")
    token = make_token(admin.id, load_secret(tmp_path), 24)
    with serving_app(create_app(settings)) as client:
        options = ["--max-examples=110", "--seed=1", "--phases=fuzzing,coverage", f"--checks={CHECKS}", "--no-color"]
        headers = ["-H", "X-API-Key: k", "-H", f"Authorization: Bearer {token}"]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "schemathesis.cli",
                "run",
                f"{client.base_url}/openapi.json".replace("//o", "/o"),
                *options,
                *headers,
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert client.get("/health").status_code == 200
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    counted = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert counted is not None and counted[1] == counted[2]
    assert int(counted[1]) >= 2000
