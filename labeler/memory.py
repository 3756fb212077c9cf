"""Where a person was in a folder: kept in the dataset's own record of runs, so that it moves with the folder."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dataset.errors import DatasetError, ToolkitError
from dataset.sample import Query
from dataset.store import Store
from labeler.opening import PROGRAM
from labeler.rules import Rules
from labeler.view import NEUTRAL, View, from_dict, to_dict


@dataclass(frozen=True, slots=True)
class Place:
    """`sample`: id of the current picture; `mode`, `show`, `order`, `kind`: names as in `labeler.modes`."""

    sample: int | None = None
    view: View = NEUTRAL
    rules: Rules = field(default_factory=Rules)
    mode: str = "single"
    show: str = "all"
    order: str = "id"
    kind: str = ""


class Memory:
    """Reads the place of the last run on a store, and writes that of this one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._run: int | None = None
        self._written: Place | None = None

    def recall(self) -> Place:
        """Where the last run was; the defaults when there was none or it cannot be understood."""
        for run in reversed(self._store.runs()):
            if run["program"] == PROGRAM and isinstance(run["outcome"], dict):
                return _place(run["outcome"])
        return Place()

    def write(self, place: Place) -> None:
        """Stores where this run is; a store that cannot be written now is not worth a message."""
        if self._store.read_only or place == self._written:
            return
        outcome: dict[str, Any] = {**asdict(place), "view": to_dict(place.view)}
        try:
            if self._run is None:
                self._run = self._store.start_run(PROGRAM, {})
            self._store.finish_run(self._run, outcome)
            self._written = place
        except ToolkitError:
            return


def first_picture(store: Store) -> Path | None:
    """The file that is shown first, known long before the whole list: where the last run ended, else the first
    without a decision. None when there is none, or when a page is shown instead."""
    place = Memory(store).recall()
    if place.mode == "page":
        return None
    wanted = place.sample or next(iter(store.ids(Query(statuses=("new",), limit=1))), None)
    try:
        return None if wanted is None else store.path(store.get(wanted))
    except DatasetError:  # the picture of the last run is gone
        return None


def _place(outcome: dict[str, Any]) -> Place:
    texts = {name: outcome[name] for name in ("mode", "show", "order", "kind") if isinstance(outcome.get(name), str)}
    sample = outcome.get("sample")
    rules = outcome.get("rules")
    return Place(
        sample=sample if isinstance(sample, int) else None,
        view=from_dict(outcome.get("view")),
        rules=_rules(rules) if isinstance(rules, dict) else Rules(),
        **texts,
    )


def _rules(stored: dict[str, Any]) -> Rules:
    defaults = Rules()
    kept: dict[str, Any] = {name: v for name, v in stored.items() if type(v) is type(getattr(defaults, name, None))}
    return Rules(**kept) if kept.get("case", "") in ("", "lower", "upper") else Rules()
