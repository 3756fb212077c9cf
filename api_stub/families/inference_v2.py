"""Family F, second half: the Open Inference Protocol, version 2 (the REST form that model servers share)."""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api_stub.contract import failures, json_body, router_of
from api_stub.errors import BadRequest
from api_stub.images import parse_json
from api_stub.service import service_of
from dataset.errors import ToolkitError
from dataset.version import VERSION

NAME = "captcha"
MAX_BATCH = 64
BATCH_PATHS = frozenset({f"/v2/models/{NAME}/infer"})
router = router_of("v2", "/v2")


class Server(BaseModel):
    """Server metadata."""

    name: str
    version: str
    extensions: list[str]


class Tensor(BaseModel):
    """Name, type and shape of an input or output; -1 stands for any number of pictures."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(BaseModel):
    """Model metadata."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[Tensor]
    outputs: list[Tensor]


class Output(Tensor):
    """An output with its values."""

    data: list[Any]


class Inference(BaseModel):
    """The answer to an inference request."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[Output]


INPUT = Tensor(name="image", datatype="BYTES", shape=[-1])
OUTPUTS = [
    Tensor(name="text", datatype="BYTES", shape=[-1]),
    Tensor(name="confidence", datatype="FP32", shape=[-1]),
]


@router.get("", response_model=Server, responses=failures())
async def server(request: Request) -> JSONResponse:
    """Server metadata."""
    return JSONResponse({"name": "captcha-toolkit", "version": VERSION, "extensions": []})


@router.get("/health/live", response_model=dict[str, bool], responses=failures())
async def live(request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"live": True})


@router.get("/health/ready", response_model=dict[str, bool], responses=failures())
@router.get(f"/models/{NAME}/ready", response_model=dict[str, bool], responses=failures(), name="model_ready")
async def ready(request: Request) -> JSONResponse:
    """A model is loaded; 503 while there is none."""
    _ = service_of(request).holder.current
    return JSONResponse({"ready": True})


@router.get(f"/models/{NAME}", response_model=ModelMetadata, responses=failures())
async def model(request: Request) -> JSONResponse:
    """Model metadata."""
    version = service_of(request).holder.current.recogniser.version
    metadata = ModelMetadata(name=NAME, versions=[version], platform="onnx", inputs=[INPUT], outputs=OUTPUTS)
    return JSONResponse(metadata.model_dump())


@router.post(
    f"/models/{NAME}/infer",
    response_model=Inference,
    responses=failures(400),
    openapi_extra=json_body({"inputs": {"type": "array", "items": {"type": "object"}}}),
)
async def infer(request: Request) -> JSONResponse:
    """Read the base64 pictures of the input `image`; a bad one fails the whole request, as the protocol has it."""
    document = parse_json(await request.body())
    images = _images(document)
    version = service_of(request).holder.current.recogniser.version
    readings = await service_of(request).read_base64(images)
    texts, confidences = [], []
    for index, reading in enumerate(readings):
        if isinstance(reading, ToolkitError):
            raise BadRequest(f"Image {index}: {reading}")
        texts.append(reading.text)
        confidences.append(reading.confidence)
    values = zip(OUTPUTS, (texts, confidences), strict=True)
    outputs = [{**tensor.model_dump(), "shape": [len(images)], "data": data} for tensor, data in values]
    answer = {"model_name": NAME, "model_version": version, "outputs": outputs}
    if isinstance(document.get("id"), str):
        answer["id"] = document["id"]
    return JSONResponse(answer)


def _images(document: Any) -> list[Any]:
    """The values of the input `image`; raises `BadRequest` for any other shape of request."""
    inputs = document.get("inputs") if isinstance(document, dict) else None
    found = [one for one in inputs if isinstance(one, dict)] if isinstance(inputs, list) else []
    if len(found) != 1 or found[0].get("name") != INPUT.name or found[0].get("datatype") != INPUT.datatype:
        raise BadRequest("Exactly one input expected: image, of datatype BYTES")
    data, shape = found[0].get("data"), found[0].get("shape")
    if not isinstance(data, list) or shape != [len(data)]:
        raise BadRequest("data must be a flat array whose length is the shape")
    if len(data) > MAX_BATCH:
        raise BadRequest(f"At most {MAX_BATCH} images at once, these are {len(data)}")
    return data
