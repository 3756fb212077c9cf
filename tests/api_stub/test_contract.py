"""The calls of earlier clients, played as they are in `calls.toml`, and answered as they expect."""

import contextlib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from api_stub.accounts import Accounts
from api_stub.app import create_app
from api_stub.database import open_database
from api_stub.settings import Settings
from api_stub.tokens import hash_password
from tests.api_stub.support import MODEL, SizeReader, SizeReading, png, serving, text64

PICTURE = png()
CALLS = tomllib.loads(Path(__file__).with_name("calls.toml").read_text("utf-8"))["call"]


class SumReader(SizeReader):
    """Every picture shows the same sum."""

    def read(self, images: Sequence[Image.Image]) -> list[SizeReading]:
        return [SizeReading("53+6=?", 0.98, "b", "59") for _ in images]


def fits(found: Any, wanted: Any) -> bool:
    """Whether an answer is as the table has it; what its wildcards mean is told there."""
    if wanted == "*":
        return isinstance(found, str) and found != ""
    if wanted == 0.5:
        return isinstance(found, int | float) and not isinstance(found, bool)
    if isinstance(wanted, list):
        if wanted[:1] == ["..."]:
            wanted = wanted[1:] * max(1, len(found))
        return isinstance(found, list) and len(found) == len(wanted) and all(map(fits, found, wanted))
    if isinstance(wanted, dict):
        wanted = dict.fromkeys(found, wanted["*"]) or wanted if "*" in wanted else wanted
        return isinstance(found, dict) and set(found) == set(wanted) and all(fits(found[k], wanted[k]) for k in found)
    return type(found) is type(wanted) and found == wanted


def test_earlier_clients_calls_are_answered_as_ever(tmp_path: Path) -> None:
    with contextlib.closing(Accounts(open_database(None, tmp_path))) as accounts:
        accounts.add("root", "root@example.com", hash_password("p4ss"), "admin")
    tokens: dict[str, str] = {}
    wrong = []
    with serving(Settings(model=MODEL, data=tmp_path, accounts=True), SumReader()) as client:
        for number, call in enumerate(CALLS, start=1):
            answer = play(client, call, tokens)
            if answer.status_code != call["status"] or not fits(answer.json(), json.loads(call["answer"])):
                wrong.append(f"{number}. {call['request']}: {answer.status_code} {answer.text[:300]}")
    assert not wrong, "\n".join(wrong)


def play(client: httpx.Client, call: dict[str, Any], tokens: dict[str, str]) -> httpx.Response:
    """Send one call of the table; a token that comes back is kept under the user's name."""
    method, path = call["request"].split(" ", 1)
    request: dict[str, Any] = {"headers": {}}
    if "json" in call:
        request["content"] = call["json"].replace("PICTURE", text64(PICTURE)).encode()
        request["headers"]["Content-Type"] = "application/json"
    if "form" in call:
        request["data"] = call["form"]
    if "files" in call:
        request["files"] = {call["files"]: ("captcha.png", PICTURE, "image/png")}
    if "bearer" in call:
        request["headers"]["Authorization"] = f"Bearer {tokens[call['bearer']]}"
    answer = client.request(method, path, **request)
    if path.startswith("/get_token") and answer.is_success:
        tokens[call["form"]["username"]] = answer.json()["access_token"]
    return answer


def test_every_route_of_the_contract_is_called() -> None:
    """But for retraining's state, which needs a job, and what only the holder of the key may do."""
    called = {call["request"].split(" ", 1)[1].partition("?")[0] for call in CALLS}
    served = set(create_app(Settings(model=MODEL, accounts=True)).openapi()["paths"])
    ours = {"/admin/reload", "/captcha_retrain_model/{job_id}", "/v2/models/captcha/ready"}
    assert served - called == ours
