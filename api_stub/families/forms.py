"""Family B: a form upload with an optional solution to compare with, and facts about model and installation."""

import platform
from importlib.metadata import distributions
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api_stub.contract import failures, picture_body, router_of
from api_stub.errors import NotFound
from api_stub.images import posted_picture
from api_stub.service import service_of

router = router_of("forms")


class Solution(BaseModel):
    """A reading; `accuracy` (0..1) is null unless the request named the solution."""

    solution: str
    confidence: float
    accuracy: float | None


@router.post(
    "/api/captcha/img_captcha",
    response_model=Solution,
    responses=failures(400, 422),
    openapi_extra=picture_body("image", json=False),
)
async def img_captcha(request: Request, solution: str | None = None) -> JSONResponse:
    """Read an uploaded picture; with `solution`, also tell which share of its characters was read right."""
    picture = await posted_picture(request, "image")
    prediction = await service_of(request).read(picture)
    return JSONResponse(
        {
            "solution": prediction.text,
            "confidence": prediction.confidence,
            "accuracy": accuracy(prediction.text, solution),
        }
    )


@router.get("/api/model/get_config", response_model=dict[str, Any], responses=failures())
async def get_config(request: Request) -> JSONResponse:
    """The architecture of the model in use and how it was trained."""
    info = service_of(request).holder.current.recogniser.info
    return JSONResponse({"architecture": info["architecture"], "training": info["training"]})


@router.get("/api/utility/python_version", response_model=dict[str, str], responses=failures(404))
async def python_version(request: Request) -> JSONResponse:
    """The version of Python, where the settings allow it."""
    _require_permission(request)
    return JSONResponse({"python_version": platform.python_version()})


@router.get("/api/utility/package_versions", response_model=dict[str, str], responses=failures(404))
async def package_versions(request: Request) -> JSONResponse:
    """The versions of all installed packages, where the settings allow it."""
    _require_permission(request)
    return JSONResponse({found.name: found.version for found in distributions()})


def accuracy(read: str, solution: str | None) -> float | None:
    """The share of `solution`'s positions at which `read` has the same character; None without a solution."""
    if not solution:
        return None
    return sum(one == other for one, other in zip(read, solution, strict=False)) / len(solution)


def _require_permission(request: Request) -> None:
    if not service_of(request).settings.expose_versions:
        raise NotFound("Not Found")
