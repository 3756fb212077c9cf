"""Family D: readings in an envelope, pictures fetched for the caller, retraining. Answers 200 or 400 only."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api_stub.contract import failures, json_body, router_of
from api_stub.errors import BadRequest, FetchRefused
from api_stub.images import from_base64, parse_json
from api_stub.jobs import Job
from api_stub.model import PICTURE_LIMITS
from api_stub.service import Service, service_of
from dataset.errors import ImageRefused, LabelError
from dataset.imagefile import decode
from dataset.names import checked_label

MAX_TIMES = 10
BATCH_PATHS = frozenset({"/captcha_retrain_model"})
MODEL_FAILS = "OCR model fail"
router = router_of("sessions")


class Content(BaseModel):
    """Parallel lists: an id, the text and a path (empty unless pictures are kept) for each picture."""

    list_id: list[str]
    list_label: list[str]
    list_path: list[str]


class Envelope(BaseModel):
    """Every answer of this family; `message` and `error` hold the reason of a failure, else nothing."""

    message: str
    error: str
    content: Content


class Progress(Envelope):
    """The state of a retraining."""

    job_id: str
    state: str
    swapped: bool


Body = dict[str, Any]
Handler = Callable[[Request], Awaitable[JSONResponse]]
Handling = Callable[[Handler], Handler]
Work = Callable[[Service, Body], Awaitable[dict[str, Any]]]
RESPONSES = failures(400)
TEXT: Body = {"type": "string"}
TEXTS: Body = {"type": "array", "items": TEXT}
RESPONSES[400] = {"model": Envelope, "description": "The reason under `message` and `error`"}


def _posted(path: str, required: Body, optional: Body | None = None, answer: type = Envelope) -> Handling:
    """A route of this family and the properties of its body."""
    return router.post(path, response_model=answer, responses=RESPONSES, openapi_extra=json_body(required, optional))


@_posted("/captcha_image", {"session_id": TEXT, "image_url": TEXT, "time": {"type": "integer"}})
async def captcha_image(request: Request) -> JSONResponse:
    """Fetch `time` pictures from `image_url`, whose host the settings must name, and read them."""
    return await _answered(request, _fetch_and_read)


@_posted("/captcha_recap_image", {"image_base64": TEXT})
async def captcha_recap_image(request: Request) -> JSONResponse:
    """Read one base64 picture."""
    return await _answered(request, _read_one)


@_posted(
    "/captcha_retrain_model",
    {"list_images_base64": TEXTS, "list_label": TEXTS},
    {"debug": {"type": "boolean"}, "wait": {"type": "boolean", "default": True}},
    Progress,
)
async def captcha_retrain_model(request: Request) -> JSONResponse:
    """Go on training with labelled pictures; the new model is used only if it is no worse than the old one."""
    return await _answered(request, _retrain)


@router.get("/captcha_retrain_model/{job_id}", response_model=Progress, responses=RESPONSES | failures(422))
async def retraining_state(request: Request, job_id: str) -> JSONResponse:
    """The state of a retraining: `running`, `done` or `failed`."""
    try:
        return JSONResponse(_progress(service_of(request).retrainer.jobs.get(job_id)))
    except BadRequest as error:
        return JSONResponse(_envelope(error=str(error)), 400)


async def _answered(request: Request, work: Work) -> JSONResponse:
    """The answer of `work` for the request's JSON object, or its refusal, in this family's envelope."""
    try:
        body = parse_json(await request.body())
        if not isinstance(body, dict):
            raise BadRequest("A JSON object is expected")
        return JSONResponse(await work(service_of(request), body))
    except (BadRequest, LabelError) as error:
        return JSONResponse(_envelope(error=str(error)), 400)


async def _fetch_and_read(service: Service, body: Body) -> dict[str, Any]:
    times, url = body.get("time"), body.get("image_url")
    if type(times) is not int or times < 1:
        raise BadRequest("Time must be greater than 0")
    if times > MAX_TIMES:
        raise BadRequest(f"Time must be at most {MAX_TIMES}")
    if not isinstance(url, str) or not url.strip():
        raise BadRequest("URL must not be empty")
    if not isinstance(body.get("session_id"), str):
        raise BadRequest("Session must be a text")
    try:
        pictures = [await service.fetcher.get(url) for _ in range(times)]
    except FetchRefused:
        raise BadRequest("Failed to access the link") from None
    if service.log is not None and service.log.failing:
        raise BadRequest("Failed to insert data the database")
    return await _read(service, pictures)


async def _read_one(service: Service, body: Body) -> dict[str, Any]:
    image = body.get("image_base64")
    if image is None or image == "":
        raise BadRequest("Image must not be empty")
    try:
        return await _read(service, [from_base64(image)])
    except BadRequest:
        raise BadRequest(MODEL_FAILS) from None


async def _read(service: Service, pictures: Sequence[bytes]) -> dict[str, Any]:
    readings = await service.read_many(pictures)
    texts = [reading.text for reading in readings if not isinstance(reading, ImageRefused)]
    if len(texts) < len(pictures):
        raise BadRequest(MODEL_FAILS)
    paths = ["" if service.log is None else service.log.path_of(picture) for picture in pictures]
    return _envelope(texts, paths)


async def _retrain(service: Service, body: Body) -> dict[str, Any]:
    images, labels = body.get("list_images_base64"), body.get("list_label")
    if not isinstance(images, list) or not images:
        raise BadRequest("Images must not be empty")
    if not isinstance(labels, list) or not labels or not all(isinstance(one, str) and one for one in labels):
        raise BadRequest("Labels must not be empty")
    if len(images) != len(labels):
        raise BadRequest("Number of images and labels must be equal")
    pictures = await asyncio.to_thread(_decoded, images)
    for label in labels:
        checked_label(label)
    model = service.holder.current.path
    task = service.retrainer.start(model, pictures, labels)
    job = service.retrainer.jobs.get(task.get_name()) if body.get("wait") is False else await asyncio.shield(task)
    if job.state == "failed":
        raise BadRequest(job.error)
    facts = {"debug": asdict(job)} if body.get("debug") is True else {}
    return {**_progress(job, labels), **facts}


def _decoded(images: Sequence[Any]) -> list[bytes]:
    try:
        pictures = [from_base64(image) for image in images]
        for picture in pictures:
            decode(picture, PICTURE_LIMITS)
        return pictures
    except (BadRequest, ImageRefused):
        raise BadRequest("Failed to decode the image") from None


def _progress(job: Job, labels: Sequence[str] = ()) -> dict[str, Any]:
    state = {"job_id": job.id, "state": job.state, "swapped": job.swapped}
    return {**_envelope(labels, error=job.error), **state}


def _envelope(labels: Sequence[str] = (), paths: Sequence[str] = (), *, error: str = "") -> dict[str, Any]:
    content = {
        "list_id": [uuid.uuid4().hex for _ in labels],
        "list_label": list(labels),
        "list_path": list(paths) or [""] * len(labels),
    }
    return {"message": error, "error": error, "content": content}
