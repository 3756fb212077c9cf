"""The reference of the HTTP routes, read from the OpenAPI document that the endpoint serves."""

from itertools import groupby
from typing import Any

_INTRO = """\
# HTTP reference

Made from [openapi.json](../openapi.json), which a test keeps equal to what the endpoint serves. [The guide](../http.md)
tells how the families of routes are switched on and off, who may call, and the limits; the endpoint itself shows these
routes at `/docs`.

Every failed answer is JSON with one sentence under `error`.
"""
_COMMON = ("401", "408", "413", "429", "503")  # the same for every route; told once
_Json = dict[str, Any]


def http_page(document: _Json) -> str:
    """The page's text."""
    routes = [
        (operation["tags"][0], method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    parts = [_INTRO, _common(routes)]
    for family, members in groupby(sorted(routes, key=lambda route: _order(routes, route[0])), key=lambda r: r[0]):
        parts.append(f"## {family.replace('_', '-').replace('v2', 'inference-v2', 1)}")
        parts += [_operation(document, method, path, operation) for _, method, path, operation in members]
    return "\n\n".join(parts) + "\n"


def _order(routes: list[tuple[str, str, str, _Json]], family: str) -> int:
    return [route[0] for route in routes].index(family)


def _common(routes: list[tuple[str, str, str, _Json]]) -> str:
    told: dict[str, str] = {}
    for *_, operation in routes:
        for status in _COMMON:
            if status in operation["responses"]:
                told.setdefault(status, operation["responses"][status]["description"])
    rows = "\n".join(f"| {status} | {_cell(told[status])} |" for status in _COMMON)
    return f"Any route may answer:\n\n| status | when |\n|---|---|\n{rows}"


def _operation(document: _Json, method: str, path: str, operation: _Json) -> str:
    parts = [f"### {method} {path}", operation.get("description", "")]
    asked = [(item["name"], item["in"], _type(document, item["schema"]), item.get("required", False))
             for item in operation.get("parameters", [])]  # fmt: skip
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        asked += [(name, f"`{kind}`", shape, needed) for name, shape, needed in _fields(document, content["schema"])]
    if asked:
        rows = [f"| `{name}` | {where} | {shape} | {'yes' if needed else ''} |" for name, where, shape, needed in asked]
        parts.append("\n".join(["| asked | in | type | needed |", "|---|---|---|---|", *rows]))
    answered = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if fields := _fields(document, answered):
        rows = [f"| `{name}` | {shape} |" for name, shape, _ in fields]
        parts.append("\n".join(["| answered | type |", "|---|---|", *rows]))
    failures = {status: reply["description"] for status, reply in operation["responses"].items()}
    own = [f"{status}: {text}" for status, text in sorted(failures.items()) if status not in ("200", *_COMMON)]
    parts.append("; ".join(own) + "." if own else "")
    return "\n\n".join(part for part in parts if part)


def _resolve(document: _Json, schema: _Json) -> _Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _fields(document: _Json, schema: _Json) -> list[tuple[str, str, bool]]:
    """(name, type, needed) of each field of an object; of a list, those of its items."""
    schema = _resolve(document, schema)
    if schema.get("type") == "array":
        schema = _resolve(document, schema["items"])
    needed = schema.get("required", [])
    return [(name, _type(document, part), name in needed) for name, part in schema.get("properties", {}).items()]


def _type(document: _Json, schema: _Json, depth: int = 0) -> str:
    """A type in words: `string`, `list of integer`, `object (char: string)`."""
    schema = _resolve(document, schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(document, part, depth) for part in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(document, schema.get('items', {}), depth)}"
    if schema.get("format") == "binary":
        return "file"
    if schema.get("contentEncoding"):
        return f"{schema['contentEncoding']} text"
    if schema.get("type") == "object" and schema.get("properties"):
        if depth > 1:
            return "object"
        inner = (f"{name}: {_type(document, part, depth + 1)}" for name, part in schema["properties"].items())
        return f"object ({', '.join(inner)})"
    return str(schema.get("type", "anything"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
