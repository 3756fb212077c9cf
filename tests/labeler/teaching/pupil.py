"""A stand-in for `python -m ocr`, installed where a test wants it: it does at once what its --seed asks for."""

import os
import textwrap
from pathlib import Path

import pytest

LEARNS, REFUSES, LASTS, BREAKS, BABBLES = range(5)
_SOURCE = """
    import argparse, json, os, sys, time
    from pathlib import Path

    made = argparse.ArgumentParser()
    made.add_argument("command")
    made.add_argument("folder")
    for name in ("out", "seconds", "seed", "from", "hold-out"):
        made.add_argument("--" + name)
    made.add_argument("--json", action="store_true")
    given = vars(made.parse_args())
    seed, out = int(given["seed"]), Path(given["out"])
    if given["hold_out"]:
        given["hold_out"] = Path(given["hold_out"]).read_text("utf-8").splitlines()
    print("learning", file=sys.stderr)
    if seed == 1:
        sys.exit("captcha-ocr: there is nothing to learn from; label some pictures first")
    if seed == 2:
        out.with_name(".half.tmp").write_bytes(b"half")
        print("pid", os.getpid(), out, file=sys.stderr, flush=True)
        time.sleep(600)
    if seed == 3:
        raise ValueError("a bug")
    out.write_bytes(b"an artefact")
    nice = os.nice(0) if hasattr(os, "nice") else None
    facts = given | {"nice": nice, "threads": os.environ["OMP_NUM_THREADS"]}
    print(json.dumps(facts) if seed == 0 else "done")
"""


def install(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children of this process find the stand-in where `ocr` would be."""
    package = place / "ocr"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(textwrap.dedent(_SOURCE), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(place), os.environ.get("PYTHONPATH")))))
