"""Family A, the endpoint's own: health, info, one picture, a batch of pictures."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.routing import BaseRoute

from api_stub.contract import Route, failures, json_body, picture_body, router_of
from api_stub.errors import BadRequest
from api_stub.images import is_json, parse_json, posted_picture
from api_stub.model import Prediction
from api_stub.service import service_of
from dataset.errors import ToolkitError
from dataset.version import VERSION

MAX_BATCH = 64
BATCH_PATHS = frozenset({"/predict-batch"})
router = router_of("native")


class Health(BaseModel):
    """The endpoint is ready; `version` is the model's."""

    status: str
    model_loaded: bool
    version: str


class ModelFacts(BaseModel):
    """The model in use. `image_size` is [height, width] in pixels; no width means any."""

    path: str
    image_size: tuple[int, int | None]
    max_sequence_length: int | None
    alphabet: str
    types: list[str]
    exact_match: float | None


class Info(BaseModel):
    """What this endpoint is and can do."""

    name: str
    version: str
    description: str
    model: ModelFacts
    cleaner: str
    endpoints: dict[str, str]


class Character(BaseModel):
    """One character with its own confidence, 0..1."""

    char: str
    confidence: float


class Reading(BaseModel):
    """What a picture says. `confidence` is the calibrated probability, 0..1, that the whole text is right."""

    success: bool
    prediction: str
    confidence: float
    type: str | None
    answer: str | None
    characters: list[Character]


class BatchReading(BaseModel):
    """One entry per picture, in the order of the request."""

    success: bool
    total: int
    results: list[dict[str, Any]]


@router.get("/health", response_model=Health, responses=failures(503, always=()))
async def health(request: Request) -> JSONResponse:
    """Whether a model is loaded."""
    model = service_of(request).holder.current
    return JSONResponse({"status": "ok", "model_loaded": True, "version": model.recogniser.version})


@router.get("/info", response_model=Info, responses=failures())
async def info(request: Request) -> JSONResponse:
    """The model in use and the routes that are switched on."""
    model = service_of(request).holder.current
    facts = model.recogniser.info
    return JSONResponse(
        {
            "name": "captcha-toolkit",
            "version": VERSION,
            "description": "Reads short text in pictures with a model of your own",
            "model": {
                "path": str(model.path),
                "image_size": list(facts["image_size"]),
                "max_sequence_length": facts["max_sequence_length"],
                "alphabet": model.recogniser.charset.characters,
                "types": list(facts["types"]),
                "exact_match": facts["exact_match"],
            },
            "cleaner": service_of(request).cleaning.description,
            "endpoints": _endpoints(request.app.routes),
        }
    )


@router.post(
    "/predict",
    response_model=Reading,
    responses=failures(400),
    openapi_extra=picture_body("image", json=True),
)
async def predict(request: Request) -> JSONResponse:
    """Read one picture, sent as a multipart file or as base64 in JSON."""
    picture = await posted_picture(request, "image")
    prediction = await service_of(request).read(picture)
    return JSONResponse(
        {
            "success": True,
            "prediction": prediction.text,
            "confidence": prediction.confidence,
            "type": prediction.type or None,
            "answer": prediction.answer,
            "characters": [{"char": char, "confidence": sure} for char, sure in prediction.characters],
        }
    )


@router.post(
    "/predict-batch",
    response_model=BatchReading,
    responses=failures(400),
    openapi_extra=json_body({"images": {"type": "array", "maxItems": MAX_BATCH, "items": {"type": "string"}}}),
)
async def predict_batch(request: Request) -> JSONResponse:
    """Read up to 64 pictures; a bad one gets its own `error` and spoils no other."""
    if not is_json(request):
        raise BadRequest("JSON expected")
    document = parse_json(await request.body())
    images = document.get("images") if isinstance(document, dict) else None
    if not isinstance(images, list):
        raise BadRequest("images array expected")
    if len(images) > MAX_BATCH:
        raise BadRequest(f"A batch has at most {MAX_BATCH} images, this one has {len(images)}")
    readings = await service_of(request).read_base64(images)
    results = [_entry(index, reading) for index, reading in enumerate(readings)]
    return JSONResponse({"success": True, "total": len(results), "results": results})


def _entry(index: int, reading: Prediction | ToolkitError) -> dict[str, Any]:
    if isinstance(reading, ToolkitError):
        return {"index": index, "error": str(reading), "success": False}
    return {"index": index, "prediction": reading.text, "confidence": reading.confidence, "success": True}


def _endpoints(routes: Sequence[BaseRoute]) -> dict[str, str]:
    """`GET /path` -> one line, of the routes that the OpenAPI document lists (which takes longer to make)."""
    return {
        f"{method} {route.path}": route.description.partition("\n")[0]
        for route in routes
        if isinstance(route, Route) and route.include_in_schema
        for method in sorted(route.methods or ())
    }
