"""The Node client's own tests, run against a running endpoint."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import KEY, Endpoint

NODE = shutil.which("node")
FOLDER = Path(__file__).parents[2] / "clients" / "node"


def version() -> int:
    """The major version of the Node.js that is there, 0 for none."""
    if NODE is None:
        return 0
    told = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


@pytest.mark.skipif(version() < 20, reason="Node.js 20 or newer is not installed")
def test_the_node_clients_own_tests(endpoint: Endpoint) -> None:
    assert NODE is not None
    told = {"CAPTCHA_URL": endpoint.url, "CAPTCHA_KEY": KEY, "CAPTCHA_PICTURE": str(endpoint.picture)}
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=tap"],
        cwd=FOLDER,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# fail 0" in done.stdout and "# skipped 0" in done.stdout
