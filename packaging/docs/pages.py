"""The pages that are written by hand, gathered for the site with their links turned to where the pages go."""

import os
import re
import shutil
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent.parent
_LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)((?:#[^)\s]*)?\))")
_NAMED = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_FILES = (".png", ".svg", ".json")


def gather(target: Path, generated: dict[str, str]) -> list[str]:
    """Write all pages into `target`, and the `generated` ones (their text by their place in the site).

    Returns a sentence for each link that leads out of the site.
    """
    places = site_places()
    problems = []
    for place, text in generated.items():
        _write(target / place, text)
    for source, place in places.items():
        if not source.endswith(".md"):
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / source, target / place)
            continue
        text, lost = relinked((ROOT / source).read_text(encoding="utf-8"), source, places, generated)
        problems += [f"{source}: the link {link} leads out of the site; name the file in backticks" for link in lost]
        _write(target / place, text)
    return problems


def site_places() -> dict[str, str]:
    """Where each file of the repository that belongs to the site goes, both relative."""
    places = dict(_NAMED)
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.suffix in (".md", *_FILES):
            places[path.relative_to(ROOT).as_posix()] = path.relative_to(ROOT / "docs").as_posix()
    # Pages that explain a file beside it, such as weights that ship, keep their place in the repository.
    for package in ("ocr", "dataset", "labeler", "scraper", "api_stub", "examples", "clients"):
        for path in sorted((ROOT / package).rglob("*.md")):
            if "node_modules" in path.parts:
                continue
            places[path.relative_to(ROOT).as_posix()] = path.relative_to(ROOT).as_posix()
    return places | {"LICENSE": "LICENSE.txt", "api_stub/pages/icon.svg": "pictures/icon.svg"}


def relinked(text: str, source: str, places: dict[str, str], generated: dict[str, str]) -> tuple[str, list[str]]:
    """The text of `source` with its links as they must be in the site, and those that lead nowhere there."""
    lost: list[str] = []
    here = PurePosixPath(places[source]).parent

    def turn(match: re.Match[str]) -> str:
        wanted = os.path.normpath(PurePosixPath(source).parent / match[2]).replace(os.sep, "/")
        place = places.get(wanted)
        if place is None:  # a folder of pages, or a page that is made while building
            inside = wanted.removeprefix("docs/")
            place = next((name for name in (inside, f"{inside}/index.md") if name in generated), None)
        if place is None:
            lost.append(match[2])
            return match[0]
        return match[1] + os.path.relpath(place, here).replace(os.sep, "/") + match[3]

    return _LINK.sub(turn, text), lost


def design_notes() -> str:
    """The list of decisions, from the titles of their records."""
    lines = ["# Design notes", "", "Decisions that others ask about, with their reasons. The oldest comes first.", ""]
    for path in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(". ")
        lines.append(f"{number}. [{words}]({path.name})")
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
