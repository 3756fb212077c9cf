"""The routes of a person's browser and of a monitor: start page, documentation, metrics."""

from functools import cache
from importlib.resources import files
from string import Template

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api_stub.contract import Route
from api_stub.pages.docs import docs_body
from api_stub.service import service_of

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_KINDS = {
    "start.css": "text/css",
    "start.js": "text/javascript",
    "docs.css": "text/css",
    "icon.svg": "image/svg+xml",
}
router = APIRouter(include_in_schema=False, route_class=Route)


@router.get("/")
async def start(request: Request) -> Response:
    """The start page for a browser; for a program the welcome message that earlier clients expect."""
    if "text/html" in request.headers.get("accept", ""):
        response: Response = _page("captcha-toolkit", '<script src="start.js" defer></script>', _text("start.html"))
    else:
        response = JSONResponse({"message": "Welcome to captcha-toolkit! The routes are listed at /docs."})
    response.headers["Vary"] = "Accept"
    return response


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The OpenAPI document as a readable page."""
    body = docs_body(_text("docs.html"), request.app.openapi())
    return _page("captcha-toolkit API", '<link rel="stylesheet" href="docs.css">', body)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Counters in Prometheus format."""
    return Response(service_of(request).metrics.text(), media_type=_METRICS_TYPE)


async def asset(request: Request) -> Response:
    """One of the files that the pages are made of."""
    name = request.url.path.lstrip("/")
    colours = _text("colours.css", "ocr") if name == "start.css" else ""
    return Response(colours + _text(name), media_type=_KINDS[name], headers=_HEADERS)


for _name in _KINDS:
    router.add_api_route(f"/{_name}", asset)


def _page(title: str, links: str, body: str) -> HTMLResponse:
    """A whole page: the frame that all share, filled with one's own head and body."""
    return HTMLResponse(Template(_text("frame.html")).substitute(title=title, links=links, body=body), headers=_HEADERS)


@cache
def _text(name: str, package: str = "api_stub.pages") -> str:
    return (files(package) / name).read_text("utf-8")
