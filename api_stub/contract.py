"""What routes declare in the OpenAPI document: failures, and bodies that the framework does not see."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

Responses = dict[int | str, dict[str, Any]]

_MEANING = {
    400: "The request or the picture is wrong; `error` says in which way",
    401: "No API key, or a wrong one",
    404: "Nothing of that name",
    408: "The body took too long to arrive",
    413: "The body is over the limit",
    422: "A parameter is missing or does not fit",
    429: "The rate limit is used up",
    503: "The queue is full, or no model is loaded",
}
_ALWAYS = (401, 408, 413, 429, 503)


class Error(BaseModel):
    """Every failed answer of every family."""

    error: str


def failures(*statuses: int, always: tuple[int, ...] = _ALWAYS) -> Responses:
    """The `responses` of a route that can fail with `statuses` besides those that any guarded route can."""
    declared: Responses = {}
    for status in sorted({*statuses, *always}):
        declared[status] = {"model": Error, "description": _MEANING[status]}
        if status in (429, 503):
            declared[status]["headers"] = {
                "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
            }
    return declared


class Route(APIRoute):
    """A route; a handler that takes the request alone is called without looking for its parameters first.

    That look takes the framework as long as all of our own layers together.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler itself, or the framework's wrapping of one that has parameters."""
        needs = self.dependant
        declared = (needs.path_params, needs.query_params, needs.header_params, needs.cookie_params, needs.body_params)
        if any(declared) or needs.dependencies:
            return super().get_route_handler()
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def router_of(tag: str, prefix: str = "", route_class: type[Route] = Route) -> APIRouter:
    """A router whose operations are grouped under `tag`."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=route_class, generate_unique_id_function=operation_id)


def operation_id(route: APIRoute) -> str:
    """Family and function name: stable as long as neither is renamed."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def picture_body(field: str, *, json: bool) -> dict[str, Any]:
    """`openapi_extra` for a picture under `field`: a multipart file, with `json` also base64 in an object."""

    def schema(value: dict[str, Any]) -> dict[str, Any]:
        return {"schema": {"type": "object", "required": [field], "properties": {field: value}}}

    content = {"multipart/form-data": schema({"type": "string", "format": "binary"})}
    if json:
        text = {"type": "string", "contentEncoding": "base64"}
        content["application/json"] = schema(text)
    return {"requestBody": {"required": True, "content": content}}


def json_body(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """`openapi_extra` for a JSON object with these properties that the route parses itself."""
    schema = {"type": "object", "required": list(required), "properties": required | (optional or {})}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
