"""Latency, memory and safety of the labelling window: real keys on a virtual screen whose pixels are watched.

`python -m benchmarks.labeler [--labels 10000] [--names 100000] [--kills 200] [--no-model] [--only PART ...] [--seed 0]`

Times are wall clock from the key going down to the changed pixels in the framebuffer. `slowdown` is the wall time
of a loop of fixed work by its CPU time while the labels were given: 1 on an idle machine. `bare` is the same key in
a Tk program that does nothing but show the next picture, before and after: what no window on this machine can beat.
The recogniser learns in the part `teaching` only, which compares it with the same work in a window where nothing does.
With `--only`, results are printed and not kept.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.labeler_parts import folders
from benchmarks.labeler_parts.person import Person
from benchmarks.labeler_parts.screen import Box, Screen
from benchmarks.report import publish
from dataset.sample import CONFIRMED, Query
from dataset.store import Store

_LETTERS = "abcdefghijkmnopqrstuvwxyz"


def milliseconds(seconds: list[float]) -> dict[str, float]:
    """{"n", "p50", "p95", "p99", "max"}: times in ms (nearest rank)."""
    ordered = sorted(1000 * value for value in seconds)

    def rank(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    return {"n": len(ordered), "p50": rank(0.5), "p95": rank(0.95), "p99": rank(0.99), "max": round(ordered[-1], 2)}


def slowdown() -> float:
    """Wall by CPU time of a loop of fixed work: how much of a processor one gets."""
    wall, cpu = time.perf_counter(), time.process_time()
    sum(number * number for number in range(60_000))
    return (time.perf_counter() - wall) / max(time.process_time() - cpu, 1e-9)


def starting(screen: Screen, root: Path) -> dict[str, Any]:
    """Process start -> first picture, on a folder opened before; the middle of five."""
    folders.distinct(root / "start", 200)
    Store.open(root / "start").close()
    seconds = []
    for _start in range(5):
        with Person(screen, root / "start", root / "home") as person:
            seconds.append(person.first_picture())
    return {"first_picture_s": round(statistics.median(seconds), 3)}


def opening(screen: Screen, root: Path, names: int) -> dict[str, Any]:
    """A folder of so many names that was never opened, and the same again."""
    folders.many(root / "many", names)
    found: dict[str, Any] = {"names": names}
    for when in ("new", "again"):
        with Person(screen, root / "many", root / "home") as person:
            first, complete = person.first_picture(), person.complete_list()
            found[when] = {"first_picture_s": round(first, 3), "complete_list_s": round(complete, 3)}
            time.sleep(1)
            found[when]["memory_mb"] = round(person.memory_mb(), 1)
    return found


def bare(screen: Screen, root: Path, count: int = 200) -> list[float]:
    """Seconds from Enter to the next picture in the least program there can be."""
    with Person(screen, root / "labels", root / "home", program=("benchmarks.labeler_parts.bare",)) as person:
        person.ready()
        seconds = []
        for _enter in range(count):
            seconds.append(person.press_until("Return", person.picture))
            time.sleep(0.01)
        return seconds


def labelling(screen: Screen, root: Path, labels: int) -> dict[str, Any]:
    """Three letters and Enter, over and over."""
    folders.distinct(root / "labels", labels + 10)
    least = bare(screen, root)
    keys, enters, slow, spent = [], [], [], []
    with Person(screen, root / "labels", root / "home") as person:
        person.ready()
        letters, picture = person.letters, person.picture
        warm_up, settled = min(20, labels), min(500, labels // 2)
        for number in range(labels):
            if number == settled:
                memory, windows = person.memory_mb(), len(screen.windows())
            text = "".join(_LETTERS[number // step % len(_LETTERS)] for step in (625, 25, 1))
            for letter in text:
                keys.append(person.press_until(letter, letters))
            enters.append(person.press_until("Return", picture))
            if number % 10 == 0:
                slow.append(slowdown())
            spent.append(person.cpu_seconds())
        grown = person.memory_mb() - memory
        more = len(screen.windows()) - windows
    least += bare(screen, root)
    tenth = max(1, (labels - warm_up) // 10)
    first, last = spent[warm_up + tenth - 1] - spent[warm_up - 1], spent[-1] - spent[-tenth - 1]
    return {
        "enter_to_picture_ms": milliseconds(enters[warm_up:]),
        "bare_enter_to_picture_ms": milliseconds(least),
        "enter_first_tenth_p50_ms": milliseconds(enters[warm_up : warm_up + tenth])["p50"],
        "enter_last_tenth_p50_ms": milliseconds(enters[-tenth:])["p50"],
        "key_to_letter_ms": milliseconds(keys),
        "cpu_ms_a_label_first_tenth": round(1000 * first / tenth, 2),
        "cpu_ms_a_label_last_tenth": round(1000 * last / tenth, 2),
        "memory_growth_mb": {"after_labels": settled, "mb": round(grown, 1)},
        "more_windows": more,
        "slowdown": round(statistics.mean(slow), 2),
        "stored": stored(root / "labels"),
    }


def beating(screen: Screen, root: Path, labels: int = 400) -> dict[str, Any]:
    """The longest gaps of the main loop while labels are given at a person's best speed."""
    folders.distinct(root / "beat", labels + 10)
    gaps = root / "gaps"
    program = ("benchmarks.labeler_parts.beating", str(gaps))
    with Person(screen, root / "beat", root / "home", program=program) as person:
        person.ready()
        time.sleep(1.5)
        picture, slow = person.picture, []
        for _label in range(labels):
            screen.press("a")
            time.sleep(0.05)
            person.press_until("Return", picture)
            slow.append(slowdown())
            time.sleep(0.05)
        time.sleep(1.2)
        longest, busy = ([float(gap) for gap in line.split()] for line in gaps.read_text().splitlines())
    over = sum(gap > 50 for gap in longest)
    return {
        "labels": labels,
        "longest_ms": longest[:5],
        "longest_cpu_ms": busy[:5],
        "over_50_ms": over,
        "slowdown": round(statistics.mean(slow), 2),
    }


def viewing(screen: Screen, root: Path) -> dict[str, Any]:
    """A slider that is dragged, and a tool that is switched by its key."""
    folders.distinct(root / "view", 5)
    with Person(screen, root / "view", root / "home", tools=True) as person:
        person.ready()
        slider, picture = person.slider(), Box(500, 280, 200, 60)
        y = slider.y + slider.height // 2
        left = slider.x + slider.width * 3 // 10
        screen.point(slider.x + slider.width // 6 + 3, y, button=True)
        moved = []
        for step in range(60):
            before = screen.look(picture)
            started = screen.point(left + 40 + (step % 2) * 25 + step % 5, y)
            try:
                moved.append(screen.wait_change(picture, before, 1.0) - started)
            except TimeoutError:
                continue
        screen.point(left, y, button=False)
        tapped = []
        for _tap in range(60):
            tapped.append(person.press_until("F5", picture))
            time.sleep(0.1)
    result: dict[str, Any] = {"tool_key_to_repaint_ms": milliseconds(tapped)}
    if moved:
        result["slider_to_repaint_ms"] = milliseconds(moved)
    return result


def proposing(screen: Screen, root: Path, seed: int) -> dict[str, Any]:
    """Five labels a second with a model: how often the proposal stood there when the picture did."""
    folders.readable(root / "known", 300, seed, labelled=True)
    folders.readable(root / "unknown", 160, seed + 1000, labelled=False)
    words = [sys.executable, "-m", "ocr", "train", str(root / "known"), "--out", str(root / "m.onnx")]
    subprocess.run([*words, "--seconds", "60", "--seed", str(seed)], check=True, capture_output=True)
    ready, enters = 0, []
    with Person(screen, root / "unknown", root / "home", "--model", str(root / "m.onnx")) as person:
        person.ready()
        letters, picture = person.letters, person.picture
        inside = Box(letters.x + 20, letters.y + letters.height // 4, letters.width - 40, letters.height // 2)
        time.sleep(3)
        for _label in range(150):
            next_at = time.perf_counter() + 0.2
            enters.append(person.press_until("Return", picture))
            ready += not screen.plain(inside)
            time.sleep(max(0.0, next_at - time.perf_counter()))
    return {"ready": ready / 150, "enter_to_picture_ms": milliseconds(enters)}


def teaching(screen: Screen, root: Path, seed: int, labels: int = 500) -> dict[str, Any]:
    """Labels while lessons run beside the window, and the same work in a window where nothing learns."""
    found: dict[str, Any] = {}
    for name, count in (("alone", labels // 2), ("during_lessons", labels)):
        folder, rng, slow = root / name, random.Random(seed), []
        folders.readable(folder, count + 10, seed, labelled=False)
        keys, enters = [], []
        with Person(screen, folder, root / "home", learn=name != "alone") as person:
            person.ready()
            time.sleep(3)  # what is read once at the beginning
            letters = person.letters
            for _label in range(count):
                counts = name == "alone" or bool(person.children())
                pressed = [person.press_until(letter, letters) for letter in rng.choices("0123456789", k=5)]
                seconds = person.press_until("Return", person.picture)
                if counts:
                    keys += pressed
                    enters.append(seconds)
                slow.append(slowdown())
                time.sleep(0.1)
        found[name] = {
            "enter_to_picture_ms": milliseconds(enters),
            "key_to_letter_ms": milliseconds(keys),
            "slowdown": round(statistics.mean(slow), 2),
            "stored": stored(folder),
        }
    return found


def stored(folder: Path) -> dict[str, int]:
    """Rows with a label, and pictures in the folder."""
    with Store.open(folder) as store:
        return {
            "labels": store.count(Query(statuses=CONFIRMED)),
            "files": sum(path.suffix == ".png" for path in folder.iterdir()),
        }


def killing(screen: Screen, root: Path, kills: int, seed: int) -> dict[str, Any]:
    """kill -9 at random moments while labels are given: what was seen to be accepted must be there afterwards."""
    count = max(200, 12 * kills)
    folders.distinct(root / "kill", count)
    rng, lost_labels, lost_files, given = random.Random(seed), 0, 0, 0
    for _kill in range(kills):
        before = stored(root / "kill")["labels"]
        person = Person(screen, root / "kill", root / "home")
        person.ready()
        picture, seen = person.picture, 0
        for _label in range(rng.randrange(1, 8)):
            screen.press(rng.choice(_LETTERS))
            screen.press(rng.choice(_LETTERS))
            person.press_through("Return", picture)
            seen += 1
        screen.press(rng.choice(_LETTERS))
        screen.press("Return")
        time.sleep(rng.random() * 0.012)
        person.kill()
        after = stored(root / "kill")
        given += seen
        lost_labels += max(0, before + seen - after["labels"])
        lost_files += count - after["files"]
    return {"kills": kills, "labels_given": given, "labels_lost": lost_labels, "files_lost": lost_files}


def main() -> int:
    """Runs all parts and keeps the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=10_000)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--no-model", action="store_true", help="leave out the parts that train")
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", help="starting, opening, labelling, ...")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    parts: dict[str, Callable[[Screen, Path], dict[str, Any]]] = {
        "starting": starting,
        "opening": lambda screen, root: opening(screen, root, arguments.names),
        "labelling": lambda screen, root: labelling(screen, root, arguments.labels),
        "beating": beating,
        "viewing": viewing,
        "killing": lambda screen, root: killing(screen, root, arguments.kills, arguments.seed),
        "proposing": lambda screen, root: proposing(screen, root, arguments.seed),
        "teaching": lambda screen, root: teaching(screen, root, arguments.seed),
    }
    if arguments.no_model:
        parts.pop("proposing")
        parts.pop("teaching")
    if unknown := set(arguments.only) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    results = {}
    for name in arguments.only or parts:
        part = parts[name]
        with tempfile.TemporaryDirectory(prefix="captcha-bench-") as root, Screen() as screen:
            results[name] = part(screen, Path(root))
        print(f"{name}: {results[name]}", file=sys.stderr)
    if not arguments.only:
        publish("labeler", results, seed=arguments.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
