"""The release workflow fits its schema, and what it runs is there. It has never been run: only its steps are known."""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.support import ROOT, run

WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
CHECK = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.github-workflows"]


def steps() -> list[dict[str, Any]]:
    """The steps that build and test the app."""
    found: list[dict[str, Any]] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["app"]["steps"]
    return found


def test_it_fits_the_schema(tmp_path: Path) -> None:
    done = run(*CHECK, WORKFLOW)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOW.read_text(encoding="utf-8").replace("runs-on:", "runs-upon:"), encoding="utf-8")
    assert run(*CHECK, wrong).returncode == 1


def test_all_three_systems_build_the_app_and_launch_it() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    systems = yaml.safe_load(text)["jobs"]["app"]["strategy"]["matrix"]["system"]
    assert {name.split("-")[0] for name in systems} == {"ubuntu", "windows", "macos"}
    always = [step["run"] for step in steps() if "run" in step and "if" not in step]
    assert any("packaging/app/build_app.py --archive" in words for words in always)
    assert any("tests/packaging/test_app.py -m full" in words for words in always)


def test_what_the_steps_name_is_there() -> None:
    named = set(re.findall(r"\b(?:packaging|tests)/[\w/]+\.py", "\n".join(step.get("run", "") for step in steps())))
    assert named and not [name for name in named if not (ROOT / name).is_file()]
    extras = re.search(r'"\.\[([\w,]+)\]"', "".join(step.get("run", "") for step in steps()))
    assert extras
    declared = re.findall(r"^([a-z]+) =$", (ROOT / "setup.cfg").read_text(encoding="utf-8"), re.M)
    assert set(extras[1].split(",")) <= set(declared)
