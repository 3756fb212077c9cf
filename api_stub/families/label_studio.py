"""Family F, first half: the machine-learning backend that Label Studio talks to."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from xml.parsers import expat

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api_stub.contract import failures, json_body, router_of
from api_stub.errors import BadRequest
from api_stub.images import from_base64, parse_json
from api_stub.model import Reading
from api_stub.service import Service, service_of
from dataset.errors import ToolkitError

CHUNK = 64
BATCH_PATHS = frozenset({"/label-studio/predict"})
FETCHES_AT_ONCE = 8
router = router_of("label_studio", "/label-studio")


class Version(BaseModel):
    """The version of the model in use."""

    model_version: str


class Results(BaseModel):
    """One entry per task, in the order of the request."""

    results: list[dict[str, Any]]


class Names(NamedTuple):
    """Where a labelling configuration wants the text: control, object, and the key of the task's data."""

    from_name: str
    to_name: str
    data_key: str


@router.get("/health", response_model=dict[str, str], responses=failures())
async def health(request: Request) -> JSONResponse:
    """Whether the backend is up."""
    return JSONResponse({"status": "UP", "model_class": "captcha-toolkit"})


@router.post("/setup", response_model=Version, responses=failures())
async def setup(request: Request) -> JSONResponse:
    """Connect a project. Host name and token in the body are neither used nor kept."""
    return JSONResponse({"model_version": service_of(request).holder.current.recogniser.version})


@router.get("/versions", response_model=dict[str, list[str]], responses=failures())
async def versions(request: Request) -> JSONResponse:
    """The version of the model in use, as a list."""
    return JSONResponse({"versions": [service_of(request).holder.current.recogniser.version]})


@router.post("/webhook", response_model=dict[str, str], responses=failures())
async def webhook(request: Request) -> JSONResponse:
    """Take note of an event; nothing is trained here."""
    return JSONResponse({"status": "ok"})


@router.post(
    "/predict",
    response_model=Results,
    responses=failures(400),
    openapi_extra=json_body(
        {"tasks": {"type": "array", "items": {"type": "object"}}, "label_config": {"type": "string"}}
    ),
)
async def predict(request: Request) -> JSONResponse:
    """Pre-label tasks: exactly one entry per task, with an empty result where a picture cannot be had or read."""
    document = parse_json(await request.body())
    tasks = document.get("tasks") if isinstance(document, dict) else None
    config = document.get("label_config") if isinstance(document, dict) else None
    if not isinstance(tasks, list) or not isinstance(config, str):
        raise BadRequest("tasks (an array) and label_config (a text) expected")
    service = service_of(request)
    version, names = service.holder.current.recogniser.version, names_in(config)
    references = [_reference(task, names) for task in tasks]
    readings = await _read_all(service, references)
    return JSONResponse({"results": [_entry(reading, names, version) for reading in readings]})


def names_in(label_config: str) -> Names | None:
    """The first TextArea that describes an Image; None without one.

    Raises `BadRequest` for XML that is broken or declares a document type (entities live there).
    """
    elements: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        raise BadRequest("label_config must not declare a document type")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: elements.append((name, attributes))
    try:
        parser.Parse(label_config.encode(), True)
    except (expat.ExpatError, UnicodeError):
        raise BadRequest("label_config is not well-formed XML") from None
    images = {found.get("name"): found.get("value", "") for name, found in elements if name == "Image"}
    for name, found in elements:
        target = found.get("toName")
        if name == "TextArea" and "name" in found and target in images:
            return Names(found["name"], str(target), images[target].removeprefix("$"))
    return None


def _reference(task: Any, names: Names | None) -> str | None:
    data = task.get("data") if isinstance(task, dict) and names is not None else None
    value = data.get(names.data_key) if isinstance(data, dict) and names is not None else None
    return value if isinstance(value, str) else None


async def _read_all(service: Service, references: Sequence[str | None]) -> list[Reading | ToolkitError]:
    """Read what the references point to, a batch at a time, with one result each in order."""
    slots = asyncio.Semaphore(FETCHES_AT_ONCE)

    async def bytes_of(reference: str | None) -> bytes | ToolkitError:
        try:
            if reference is not None and reference[:5].lower() == "data:":
                return from_base64(reference)
            async with slots:
                return await service.label_studio.get(reference or "")
        except BadRequest as refusal:
            return refusal

    readings: list[Reading | ToolkitError] = []
    for start in range(0, len(references), CHUNK):
        pictures = await asyncio.gather(*map(bytes_of, references[start : start + CHUNK]))
        readings += await service.read_good(pictures)
    return readings


def _entry(reading: Reading | ToolkitError, names: Names | None, version: str) -> dict[str, Any]:
    if isinstance(reading, ToolkitError) or names is None:
        return {"model_version": version, "score": 0.0, "result": []}
    region = {
        "from_name": names.from_name,
        "to_name": names.to_name,
        "type": "textarea",
        "value": {"text": [reading.text]},
        "score": reading.confidence,
    }
    return {"model_version": version, "score": reading.confidence, "result": [region]}
