"""The import target for servers of one's own: what stops it at the start is one sentence there too."""

import sys

import pytest

from tests.api_stub.database_servers import free_port
from tests.support import run


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"CAPTCHA_MODEL": "nowhere.onnx"}, "nowhere.onnx: cannot be read"),
        ({"CAPTCHA_RATE": "5/minute", "CAPTCHA_RATE_REDIS": "redis://127.0.0.1:{}/0"}, "does not answer"),
        ({"CAPTCHA_ACCOUNTS": "1", "DATABASE_URL": "postgresql://nobody@127.0.0.1:{}/none"}, "database"),
        ({"CAPTCHA_PROT": "1"}, "CAPTCHA_PROT"),
    ],
)
def test_a_start_that_fails_says_why_without_a_trace(settings: dict[str, str], said: str) -> None:
    given = {name: value.format(free_port()) for name, value in settings.items()}
    done = run(sys.executable, "-m", "uvicorn", "api_stub.asgi:app", "--port", "0", **given)
    assert done.returncode != 0
    assert said in done.stderr and "Traceback" not in done.stderr, done.stderr
