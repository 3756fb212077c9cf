"""Keyboards without Latin letters, dead keys, Caps Lock: real key events of an X server, not Tk's own.

The window runs in a process of its own on a screen of its own, because a layout belongs to the whole screen.
"""

import ctypes.util
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.labeler_parts.person import Person
from benchmarks.labeler_parts.screen import Screen

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin") or not shutil.which("setxkbmap") or not ctypes.util.find_library("Xtst"),
    reason="needs an X server, setxkbmap (Debian: x11-xkb-utils) and libXtst (libxtst6)",
)


class Typist:
    """Types into a window on a folder, and looks at the folder."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self.screen, self.folder = screen, folder

    def type(self, *names: str) -> None:
        for name in names:
            self.screen.press(name)

    def sees(self, *names: str) -> None:
        """Waits until these are the files."""
        self.waits(lambda: self.files() >= set(names), f"{names}, there are {self.files()}")

    def waits(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, what
            time.sleep(0.02)

    def files(self) -> set[str]:
        return {path.name for path in self.folder.glob("*.png")}


@pytest.fixture
def screen() -> Iterator[Screen]:
    """A screen whose keyboard may be changed."""
    with Screen() as made:
        yield made


@pytest.fixture
def typist(screen: Screen, folder: Path, tmp_path: Path) -> Iterator[Callable[..., Typist]]:
    """Sets a layout and opens the window."""
    people: list[Person] = []

    def sit_down(*layout: str) -> Typist:
        screen.layout(*layout)
        people.append(Person(screen, folder, tmp_path / "home"))
        people[0].ready()
        return Typist(screen, folder)

    yield sit_down
    for person in people:
        person.__exit__()


Sit = Callable[..., Typist]
X_KEY, Z_KEY, K_KEY = "53", "52", "45"  # keys by their place, whatever is printed on them


def test_cyrillic_text_and_shortcuts_by_the_place_of_the_key(typist: Sit) -> None:
    person = typist("ru")
    person.type("Cyrillic_ka", "Cyrillic_o", "Cyrillic_te", "Return")
    person.sees("кот.png", "p1.png")
    person.screen.press(Z_KEY, "Control_L")
    person.sees("p0.png", "p1.png")
    person.screen.press(K_KEY, "Control_L")  # skips p0
    person.type("Cyrillic_yu", "Return")
    person.sees("p0.png", "ю.png")


def test_the_second_layout_of_two(typist: Sit) -> None:
    person = typist("-layout", "us,ru", "-option", "grp:alt_shift_toggle")
    person.type("a", "b", "Return")
    person.sees("ab.png", "p1.png")
    person.screen.press("Shift_L", "Alt_L")
    person.type(X_KEY, Z_KEY, "Return")
    person.sees("чя.png", "p2.png")
    person.screen.press(Z_KEY, "Control_L")
    person.screen.press(Z_KEY, "Control_L")
    person.sees("p0.png", "p1.png")


@pytest.mark.parametrize("layout", ["us", "ru"])
def test_caps_lock_changes_letters_and_no_shortcut(typist: Sit, layout: str) -> None:
    person = typist(layout)
    person.type("Caps_Lock", X_KEY, Z_KEY, "Return")
    person.sees({"us": "XZ.png", "ru": "ЧЯ.png"}[layout])
    person.screen.press(Z_KEY, "Control_L")
    person.sees("p0.png")
    person.type("Caps_Lock", X_KEY, "Return")
    person.sees({"us": "x.png", "ru": "ч.png"}[layout])


def test_dead_keys_are_put_together(typist: Sit) -> None:
    person = typist("us", "-variant", "intl")
    person.type("dead_acute", "e", "dead_acute", "u", "Return")
    person.sees("éú.png")


def test_what_an_input_method_commits_is_one_text(typist: Sit) -> None:
    person = typist("us")
    for character in "汉字":
        person.screen.press(person.screen.lend(character))
        time.sleep(0.3)  # the key is lent to the next character only when this one has been read
    person.type("Return")
    person.sees("汉字.png")


def test_a_greek_keyboard(typist: Sit) -> None:
    person = typist("gr")
    person.type("Greek_alpha", "Greek_omega", "Return")
    person.sees("αω.png")
    person.screen.press(Z_KEY, "Control_L")
    person.sees("p0.png")
