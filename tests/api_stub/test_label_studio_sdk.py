"""Label Studio's own SDK accepts our predictions. It has an environment of its own: 500 MB of other versions."""

import copy
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import httpx
import pytest

from tests.api_stub.support import png, text64

pytestmark = [pytest.mark.full, pytest.mark.timeout(1200)]
SDK = "label-studio-sdk==2.1.2"
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / SDK.replace("==", "-")
CONFIGS = {
    "the usual one": """
        <View><Image name="img" value="$captcha"/><TextArea name="text" toName="img" editable="true"/></View>""",
    "one among other tags": """
        <View>
          <Header value="Type what you see"/>
          <Image name="picture" value="$captcha" zoom="true"/>
          <Choices name="kind" toName="picture"><Choice value="sum"/><Choice value="word"/></Choices>
          <TextArea name="transcription" toName="picture" maxSubmissions="1" required="true"/>
        </View>""",
}


@pytest.fixture(scope="module")
def sdk() -> Path:
    """The Python of an environment with the SDK, made at the first need and kept in `build/`."""
    python = FOLDER / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ready = FOLDER / "ready"
    if not ready.exists():
        venv.create(FOLDER, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", SDK]
        environment = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
        done = subprocess.run(install, capture_output=True, text=True, env=environment)
        if done.returncode:
            pytest.skip(f"{SDK} is not installed and cannot be: {done.stderr[-500:]}")
        ready.touch()
    return python


def validated(sdk: Path, config: str, predictions: list[dict]) -> list[list[str]]:
    """The validator's complaints about each prediction."""
    done = subprocess.run(
        [str(sdk), "-W", "ignore", str(Path(__file__).with_name("sdk_validator.py"))],
        input=json.dumps({"label_config": config, "predictions": predictions}),
        capture_output=True,
        text=True,
        cwd=FOLDER,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_sdk_accepts_what_we_predict(client: httpx.Client, sdk: Path, config: str) -> None:
    read, not_read = "data:image/png;base64," + text64(png(40, 20)), "/data/upload/1/somewhere-else.png"
    tasks = [{"id": number, "data": {"captcha": found}} for number, found in enumerate((read, not_read), start=1)]
    answer = client.post("/label-studio/predict", json={"tasks": tasks, "label_config": config, "project": "1.0"})
    full, empty = answer.json()["results"]
    assert full["result"][0]["value"] == {"text": ["40x20"]} and empty["result"] == []
    assert validated(sdk, config, [full, empty]) == [[], []]


def test_the_sdk_would_refuse_what_is_wrong(client: httpx.Client, sdk: Path) -> None:
    config = CONFIGS["the usual one"]
    tasks = [{"data": {"captcha": "data:image/png;base64," + text64(png(40, 20))}}]
    answer = client.post("/label-studio/predict", json={"tasks": tasks, "label_config": config})
    (good,) = answer.json()["results"]
    changed = []
    for key, value in (("from_name", "other"), ("to_name", "other"), ("type", "choices"), ("value", {"text": 5})):
        wrong = copy.deepcopy(good)
        wrong["result"][0][key] = value
        changed.append(wrong)
    assert all(validated(sdk, config, [*changed, {**good, "score": "much"}]))
