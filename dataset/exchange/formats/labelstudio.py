"""`labelstudio`: Label Studio's JSON tasks with the label as the annotation of a text area.

The pictures are named as Label Studio's local storage serves them (`/data/local-files/?d=images/x.png`, the export,
or the folder that was listed, being its document root); labelling.xml is the labelling interface that shows picture
and text.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from dataset.errors import DatasetError
from dataset.exchange import pictures
from dataset.exchange.format import Entry, Listing, Problem, Row

_INDEX = "tasks.json"
_SERVED = "/data/local-files/?d="
_INTERFACE = """<View>
  <Image name="image" value="$image"/>
  <TextArea name="text" toName="image" maxSubmissions="1" editable="true"/>
</View>
"""


def write(out: Path, entries: Iterable[Entry]) -> None:
    """One task a picture."""
    tasks = [_task(entry) for entry in entries]
    (out / _INDEX).write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")
    (out / "labelling.xml").write_text(_INTERFACE, encoding="utf-8")


def read(source: Path, root: Path | None) -> Iterator[Row | Problem]:
    """The tasks of a folder's JSON files, or of one file: full exports and the short JSON-MIN form."""
    for index in pictures.lists(source, "*.json"):
        tasks = _load(index)
        if not isinstance(tasks, list):
            raise DatasetError(f"{index}: not a list of Label Studio tasks")
        for number, task in enumerate(tasks, 1):
            place = f"{index.name}, task {number}"
            try:
                data = task.get("data", task)
                name, label, kind = _file_name(data["image"]), _label(task), data.get("type")
            except (AttributeError, LookupError, TypeError, ValueError):
                yield Problem(place, "not a task with an image")
                continue
            yield pictures.found(place, root or index.parent, name, label, kind if isinstance(kind, str) else None)


def recognises(source: Path) -> bool:
    """By the first task of the first JSON file."""
    try:
        index = pictures.lists(source, "*.json")[0]
        if index.suffix.lower() != ".json":
            return False
        tasks = _load(index)
    except DatasetError:
        return False
    first = tasks[0] if isinstance(tasks, list) and tasks else None
    return isinstance(first, dict) and "image" in (first.get("data") or first)


def _load(index: Path) -> Any:
    try:
        return json.loads(index.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{index}: not a JSON file ({error})") from error


def _task(entry: Entry) -> dict[str, Any]:
    result = {"from_name": "text", "to_name": "image", "type": "textarea", "value": {"text": [entry.label]}}
    data = {"image": _SERVED + quote(entry.file)} | ({"type": entry.type} if entry.type else {})
    return {"data": data, "annotations": [{"result": [result]}]}


def _file_name(image: str) -> str:
    """The path inside the export: of a local-files address, or the name itself."""
    parts = urlsplit(image)
    if parts.path.startswith("/data/local-files"):
        return parse_qs(parts.query, strict_parsing=True)["d"][0]
    return unquote(parts.path) if parts.scheme in ("http", "https") else image


def _label(task: dict[str, Any]) -> str | None:
    """The text of the last annotation that was not cancelled; in JSON-MIN the field `text`."""
    for annotation in reversed(task.get("annotations") or []):
        if annotation.get("was_cancelled"):
            continue
        for result in annotation["result"]:
            if result["type"] == "textarea":
                text = result["value"]["text"]
                return str(text if isinstance(text, str) else text[0])
    text = task.get("text")
    return text if isinstance(text, str) else None


FORMAT = pictures.listed(
    "labelstudio", "Label Studio: tasks.json, its interface and the pictures", Listing(write, read), recognises
)
