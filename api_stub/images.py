"""From a request to the bytes of one picture: multipart upload or base64 in JSON."""

import binascii
import json
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from api_stub.errors import BadRequest

NO_IMAGE = "No image provided"
FORM_PARTS = 32
NOT_JSON = "The body is not valid JSON"


def kind_of(request: Request) -> str:
    """The media type of the request's body, in lower case, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(request: Request) -> bool:
    """Whether the body is declared as JSON. Required, since a web page can send any other type unasked."""
    kind = kind_of(request)
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def parse_json(body: bytes) -> Any:
    """Parse hostile JSON: wrong syntax or encoding, absurd nesting or numbers all raise `BadRequest`."""
    try:
        document = json.loads(body)
        if rb"\u" in body:
            json.dumps(document, ensure_ascii=False).encode()  # half a surrogate pair could not be sent back
        return document
    except (ValueError, RecursionError):
        raise BadRequest(NOT_JSON) from None


async def posted_picture(request: Request, field: str) -> bytes:
    """The picture under `field` of a multipart form (a file, or base64 text) or of a JSON object (base64)."""
    value: Any = None
    if kind_of(request) == "multipart/form-data":
        async with request.form(max_files=FORM_PARTS, max_fields=FORM_PARTS) as form:
            value = form.get(field)
            if isinstance(value, UploadFile):
                value = await value.read()
    elif is_json(request):
        document = parse_json(await request.body())
        value = document.get(field) if isinstance(document, dict) else None
    if value is None or value == "" or value == b"":
        raise BadRequest(NO_IMAGE)
    return value if isinstance(value, bytes) else from_base64(value)


def from_base64(value: Any) -> bytes:
    """Bytes of a base64 string, with or without a `data:...,` prefix and line breaks; raises `BadRequest`."""
    if not isinstance(value, str):
        raise BadRequest("An image must be a base64 string")
    if value[:5].lower() == "data:":
        value = value.partition(",")[2]
    try:
        return binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        pass
    try:
        return binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except ValueError:
        raise BadRequest("The image is not valid base64") from None
