"""The body of the documentation page, made from the OpenAPI document: no scripts, nothing from outside."""

import html
import re
from string import Template
from typing import Any


def docs_body(template: str, document: dict[str, Any]) -> str:
    """`template` filled with one section per operation of the OpenAPI `document`."""
    sections = "".join(
        _operation(method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    return Template(template).substitute(version=html.escape(document["info"]["version"]), sections=sections)


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    inputs = "".join(_row(name, place) for place, name in _inputs(operation))
    answers = "".join(_row(status, reply["description"]) for status, reply in sorted(operation["responses"].items()))
    return (
        f'<section id="{html.escape(operation["operationId"])}">'
        f'<h2><b class="{method}">{method.upper()}</b> <code>{html.escape(path)}</code></h2>'
        f"<p>{_prose(operation.get('description', ''))}</p>"
        f"<table>{inputs}</table><table>{answers}</table></section>"
    )


def _inputs(operation: dict[str, Any]) -> list[tuple[str, str]]:
    """(where, name) of each parameter and body field."""
    inputs = [(item["in"], item["name"]) for item in operation.get("parameters", [])]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        inputs += [(kind, name) for name in content["schema"].get("properties", {})]
    return inputs


def _row(head: str, text: str) -> str:
    return f"<tr><th>{html.escape(head)}</th><td>{_prose(text)}</td></tr>"


def _prose(text: str) -> str:
    """Escaped, and what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
