"""What this copy of the window was built from: known in the packaged app, nothing in a checkout."""

import json
from pathlib import Path
from typing import NamedTuple

_FACTS = Path(__file__).with_name("build.json")  # laid beside this file when the app is packed


class Build(NamedTuple):
    """`commit`: abbreviated hash, with a + where files had been changed; `date`: the commit's day, as 2026-11-21."""

    commit: str
    date: str


def build() -> Build | None:
    """The facts of the packaged app; None elsewhere, or when they cannot be read."""
    try:
        facts = json.loads(_FACTS.read_text("utf-8"))
        return Build(str(facts["commit"]), str(facts["date"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def licences() -> Path | None:
    """The folder with the licences of what is packed beside the toolkit; None in a checkout."""
    folder = _FACTS.parent.parent / "licences"
    return folder if folder.is_dir() else None
