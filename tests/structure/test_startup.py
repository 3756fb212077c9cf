"""What happens when a command starts or a module is imported, looked at in fresh processes."""

import json
import pkgutil

import pytest

from tests.support import PACKAGES, ROOT, python

HEAVY = ("tensorflow", "keras", "jax", "torch")
# Loaded only when the work needs them, so that --help and the window come up at once.
SLOW = {
    "dataset": ("scrapy", "matplotlib", "onnxruntime", "fastapi"),
    "labeler": ("onnxruntime", "matplotlib", "fastapi"),
}

TRAINING = "ocr.training"
# Started by uvicorn and alembic inside a process of theirs, never imported by ours.
RUN_BY_OTHERS = ("api_stub.asgi", "api_stub.migrations.env")

START = """
import json, runpy, sys
sys.argv = ["command", "--help"]
try:
    runpy.run_module({package!r}, run_name="__main__", alter_sys=True)
except SystemExit as end:
    status = end.code
print("\\n" + json.dumps({{"status": status, "modules": sorted(sys.modules)}}))
"""

IMPORT_ALL = """
import importlib, json, sys
writes = []
def audit(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        writes.append(f"open {arguments[0]}")
    elif event in ("os.mkdir", "os.remove", "os.rename", "sqlite3.connect", "socket.connect", "subprocess.Popen"):
        writes.append(f"{event} {arguments[0]}")
import numpy, PIL.Image  # their own start is not ours to judge
for name in ("scrapy", "fastapi", "onnxruntime", "tkinter", "twisted.web.server"):
    try: importlib.import_module(name)
    except ImportError: pass
sys.addaudithook(audit)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print("\\n" + json.dumps({"writes": writes, "modules": sorted(sys.modules)}))
"""


def modules_of(package: str) -> list[str]:
    found = [package]
    for info in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
        if not info.name.endswith("__main__"):
            found.append(info.name)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_a_command_starts_without_tensorflow(package: str) -> None:
    done = python("-c", START.format(package=package))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["status"] == 0
    roots = {name.split(".")[0] for name in result["modules"]}
    assert not roots & {*HEAVY, *SLOW.get(package, ())}


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_writes_nothing_and_loads_no_training(package: str) -> None:
    names = [name for name in modules_of(package) if not name.startswith(TRAINING) and name not in RUN_BY_OTHERS]
    done = python("-c", IMPORT_ALL, json.dumps(names), PYTHONDONTWRITEBYTECODE="1")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["writes"] == []
    assert not {name.split(".")[0] for name in result["modules"]} & set(HEAVY)


def test_dataset_is_ours() -> None:
    done = python(
        "-c", "import dataset.version, dataset; print(dataset.__file__, dataset.version.VERSION)", cwd=ROOT.parent
    )
    assert done.returncode == 0, done.stderr
    assert str(ROOT / "dataset") in done.stdout
