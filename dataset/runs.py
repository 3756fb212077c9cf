"""The runs table: which program worked on a dataset, with what settings, and how it ended."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from dataset.times import now


def start(db: sqlite3.Connection, program: str, settings: Mapping[str, object]) -> int:
    """Write the row of a run that begins; its id."""
    cursor = db.execute(
        "INSERT INTO runs (program, settings, started_at) VALUES (?, ?, ?)",
        (program, json.dumps(settings, default=str), now()),
    )
    return int(cursor.lastrowid or 0)


def finish(db: sqlite3.Connection, run_id: int, outcome: Mapping[str, object]) -> None:
    """Write how a run ended."""
    row = (now(), json.dumps(outcome, default=str), run_id)
    db.execute("UPDATE runs SET finished_at = ?, outcome = ? WHERE id = ?", row)


def listed(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """All runs, the first first; `finished_at` and `outcome` are None for one that was killed."""
    keys = ("id", "program", "settings", "started_at", "finished_at", "outcome")
    found = [dict(zip(keys, row, strict=True)) for row in db.execute(f"SELECT {', '.join(keys)} FROM runs ORDER BY id")]
    for run in found:
        run["settings"] = json.loads(run["settings"])
        run["outcome"] = json.loads(run["outcome"]) if run["outcome"] else None
    return found
