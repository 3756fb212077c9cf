"""The files of a deployment, read as the programs that they are for would read them."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api_stub.database_servers import find
from tests.support import ROOT

DEPLOY = ROOT / "packaging" / "deploy"
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))


def services(path: Path) -> dict[str, dict[str, Any]]:
    """The services of a compose file with what they extend merged into them, as compose merges it."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _extended(path, service) for name, service in document["services"].items()}


def _extended(path: Path, service: dict[str, Any]) -> dict[str, Any]:
    link = service.get("extends")
    if link is None:
        return service
    base = services(path.with_name(link["file"]))[link["service"]]
    merged = {**base, **service}
    for key in base.keys() & service.keys():
        if isinstance(base[key], dict):
            merged[key] = {**base[key], **service[key]}
        elif isinstance(base[key], list):
            merged[key] = [*base[key], *service[key]]
    return merged


def rendered(template: Path, values: Mapping[str, object]) -> str:
    """A template of nginx's official image, filled in: of `${NAME}` only names of its environment."""
    return re.sub(r"\$\{(\w+)\}", lambda found: str(values[found[1]]), template.read_text(encoding="utf-8"))


def nginx_program() -> str:
    """The path of nginx; skips the test where there is none."""
    program = find("nginx", "/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    return program


def nginx_folder(folder: Path, site: str) -> Path:
    """A folder to run nginx in as anybody, with `site` included in its http block; the main configuration file."""
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    main = folder / "nginx.conf"
    main.write_text(
        f"worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log stderr warn;\n"
        f"events {{ worker_connections 512; }}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; {temporary}\n include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    return main


def told(*words: object) -> subprocess.CompletedProcess[str]:
    """What a checking program says; standard error and output together."""
    assert shutil.which(str(words[0])) or Path(str(words[0])).exists()
    return subprocess.run(
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
