"""What a long day leaves behind: nothing. The large forms of these are in `benchmarks/labeler.py`."""

import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.labeler.conftest import Hand, draw

Window = Callable[..., Hand]


def below(widget: tk.Misc) -> Iterator[tk.Misc]:
    for child in widget.winfo_children():
        yield child
        yield from below(child)


def things(hand: Hand) -> dict[str, int]:
    """How many of everything that Tk keeps until somebody destroys it."""
    root = hand.app.root
    widgets = list(below(root))
    return {
        "widgets": len(widgets),
        "images": len(root.tk.splitlist(root.tk.call("image", "names"))),
        "drawn": sum(len(w.find_all()) for w in widgets if isinstance(w, tk.Canvas)),
        "commands": len(root.tk.splitlist(root.tk.call("info", "commands"))),
        "timers": len(root.tk.splitlist(root.tk.call("after", "info"))),
    }


def test_labels_leave_nothing_behind(window: Window, tmp_path: Path) -> None:
    for number in range(240):
        draw(f"{number:03}").save(tmp_path / f"p{number:03}.png")
    hand = window()
    hand.open(tmp_path)
    entry = hand.app.workspace.field.entry
    early: dict[str, int] = {}
    for number in range(220):
        entry.insert("insert", f"t{number}")
        hand.press("Return")
        if number == 20:
            hand.settle(lambda: hand.app.takes_drops is not None)
            early = things(hand)
    late = things(hand)
    assert late["commands"] <= early["commands"] + 2 and late["timers"] <= early["timers"] + 2, "a timer more or less"
    assert {name: late[name] - early[name] for name in ("widgets", "images", "drawn")} == {
        "widgets": 0,
        "images": 0,
        "drawn": 0,
    }
    session = hand.app.controller.session
    assert session is not None and session.store.counts()["labelled"] == 220
    assert len(session._rows) <= 256


@pytest.mark.full
def test_a_killed_window_loses_no_label(tmp_path: Path, screen: str) -> None:
    from benchmarks.labeler import killing
    from benchmarks.labeler_parts.screen import Screen

    with Screen() as watched:
        found = killing(watched, tmp_path, 5, seed=1)
    assert found["labels_given"] >= 5 and (found["labels_lost"], found["files_lost"]) == (0, 0)
