"""`labelstudio`: Label Studio's JSON tasks with the label as the annotation of a text area.

The pictures are named as Label Studio's local storage serves them (`/data/local-files/?d=images/x.png`, the export
being its document root); labelling.xml is the labelling interface that shows picture and text.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from dataset.errors import DatasetError
from dataset.exchange import pictures
from dataset.exchange.format import Format, Picture, Problem, Row

_INDEX = "tasks.json"
_SERVED = "/data/local-files/?d="
_INTERFACE = """<View>
  <Image name="image" value="$image"/>
  <TextArea name="text" toName="image" maxSubmissions="1" editable="true"/>
</View>
"""


def write(out: Path, items: Iterable[Picture]) -> list[Problem]:
    """One task a picture."""
    tasks = [_task(pictures.save(out, item), item) for item in items]
    (out / _INDEX).write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")
    (out / "labelling.xml").write_text(_INTERFACE, encoding="utf-8")
    return []


def read(source: Path) -> Iterator[Row | Problem]:
    """The tasks of a folder's JSON files, or of one file: full exports and the short JSON-MIN form."""
    for index in _indices(source):
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
            yield pictures.found(place, index.parent, name, label, kind if isinstance(kind, str) else None)


def recognises(source: Path) -> bool:
    """By the first task of the first JSON file."""
    indices = _indices(source)
    if not indices or indices[0].suffix.lower() != ".json":
        return False
    try:
        tasks = _load(indices[0])
    except DatasetError:
        return False
    first = tasks[0] if isinstance(tasks, list) and tasks else None
    return isinstance(first, dict) and "image" in (first.get("data") or first)


def _indices(source: Path) -> list[Path]:
    return sorted(source.glob("*.json")) if source.is_dir() else [source]


def _load(index: Path) -> Any:
    try:
        return json.loads(index.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{index}: not a JSON file ({error})") from error


def _task(path: str, item: Picture) -> dict[str, Any]:
    result = {"from_name": "text", "to_name": "image", "type": "textarea", "value": {"text": [item.label]}}
    data = {"image": _SERVED + quote(path)} | ({"type": item.type} if item.type else {})
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


FORMAT = Format("labelstudio", "Label Studio: tasks.json, its interface and the pictures", write, read, recognises)
