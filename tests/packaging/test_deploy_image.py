"""The recipe of the image, followed without a container engine: what it copies is enough, and what it installs runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml

from tests.api_stub.artefact import write_artefact
from tests.api_stub.database_servers import free_port
from tests.packaging.deployed import DEPLOY
from tests.packaging.test_deploy import environment, instructions
from tests.support import ROOT

pytestmark = [pytest.mark.full, pytest.mark.timeout(900), pytest.mark.skipif("sys.platform == 'win32'", reason="Unix")]
DOCKERFILE = DEPLOY / "Dockerfile"


def built(folder: Path, **arguments: str) -> Path:
    """Do what the Dockerfile's build stage does inside `folder`; the folder that stands for `/app`."""
    source, app = folder / "source", folder / "app"
    for words in instructions(DOCKERFILE, "COPY"):
        *names, target = words.split()
        if names[0].startswith("--from"):
            break
        for name in names:
            place = source / target / Path(name).name if target == "./" else source / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, place)
    (recipe,) = (words for words in instructions(DOCKERFILE, "RUN") if "pip install" in words)
    defaults = dict(word.split("=", 1) for word in instructions(DOCKERFILE, "ARG"))
    script = recipe.replace("/app", str(app)).replace("python -m venv", f"{sys.executable} -m venv")
    own = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    done = subprocess.run(
        ["sh", "-e", "-c", script.replace(" --no-cache-dir", "")],
        cwd=source,
        env={**own, **defaults, **arguments},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    shutil.rmtree(source)  # the second stage takes only /app along
    return app


def packages(app: Path) -> set[str]:
    """The names of what is installed."""
    found = next(app.glob("lib/python*/site-packages")).glob("*.dist-info")
    return {path.name.partition("-")[0].lower() for path in found}


def test_the_endpoint_of_the_image_answers_and_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, port = built(tmp_path), free_port()
    names = packages(app)
    assert not {"tensorflow", "keras", "scrapy", "pytest"} & names
    assert {"psycopg", "pymysql", "cryptography", "redis"} <= names  # MySQL 8 cannot be logged in to without the third
    (tmp_path / "data").mkdir()
    (tmp_path / "models").mkdir()
    write_artefact(tmp_path / "models" / "model.onnx")
    given = environment(DOCKERFILE)
    places = {"/app/bin:$PATH": f"{app}/bin:{os.environ['PATH']}", "/data": f"{tmp_path}/data"}
    places |= {"/models/model.onnx": f"{tmp_path}/models/model.onnx", "0.0.0.0": "127.0.0.1", "5000": str(port)}
    for name, value in given.items():
        monkeypatch.setenv(name, places.get(value, value))
    monkeypatch.setenv("CAPTCHA_ACCOUNTS", "true")  # the migrations are part of what is installed
    (entry,) = instructions(DOCKERFILE, "ENTRYPOINT")
    check = [app / "bin" / "python", DEPLOY / "healthcheck.py"]
    assert subprocess.run(check, capture_output=True).returncode == 1
    command = [app / "bin" / "python", *yaml.safe_load(entry)[1:]]
    with subprocess.Popen(command, cwd=tmp_path / "data", stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and f":{port}" in process.stdout.readline()
            assert subprocess.run(check, capture_output=True).returncode == 0
            assert httpx.get(f"http://127.0.0.1:{port}/info", trust_env=False).status_code == 200
        finally:
            process.terminate()


def test_the_demo_site_of_the_image_draws(tmp_path: Path) -> None:
    service = yaml.safe_load((DEPLOY / "compose.browser.yaml").read_text(encoding="utf-8"))["services"]["demo-site"]
    app, port = built(tmp_path, **service["build"]["args"]), free_port()
    words = [str(port) if word == "8000" else word for word in service["entrypoint"]]
    with subprocess.Popen(
        [app / "bin" / "python", *words[1:]], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None and str(port) in process.stdout.readline()
            picture = httpx.get(f"http://127.0.0.1:{port}/one/text.png", trust_env=False)
            assert picture.headers["content-type"] == "image/png" and len(picture.content) > 500
        finally:
            process.terminate()
