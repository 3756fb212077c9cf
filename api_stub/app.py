"""The application: families of routes around one service, behind plain ASGI layers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api_stub import admin, errors
from api_stub.bodies import BATCH_BYTES, BodyLimit
from api_stub.families import Family, load_family
from api_stub.metrics import Measured
from api_stub.model import Loader, load_recogniser
from api_stub.pages import routes as pages
from api_stub.reloading import reloading
from api_stub.security import Gate
from api_stub.service import Service
from api_stub.settings import Settings
from dataset.version import VERSION


def create_app(settings: Settings, loader: Loader = load_recogniser) -> FastAPI:
    """An application that loads `settings.model` when it starts (not here). Raises `UsageError`.

    Without a model it runs and answers 503 wherever one is needed.
    """
    service = Service(settings, loader)
    app = FastAPI(
        title="captcha-toolkit",
        version=VERSION,
        description="Reads short text in pictures with a model of your own.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.service = service
    errors.install(app)
    families = [load_family(name) for name in settings.families]
    for router in (*(family.router for family in families), pages.router, admin.router):
        app.router.routes += router.routes  # an included router would be searched twice a request
    _add_layers(app, service, families)
    return app


def _add_layers(app: FastAPI, service: Service, families: list[Family]) -> None:
    """From the inside out: body, gate, CORS, shield, log, measuring. The outermost sees every answer."""
    settings = service.settings
    batch_paths = frozenset().union(*(family.batch_paths for family in families))
    own_token = frozenset().union(*(family.own_token for family in families))
    limits = dict.fromkeys(batch_paths, BATCH_BYTES)
    app.add_middleware(BodyLimit, limits=limits, seconds=settings.body_seconds)
    app.add_middleware(Gate, key=settings.api_key, rate=service.rate, own_token=own_token)
    if settings.cors:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "X-API-Key"),
        )
    app.add_middleware(errors.Shield)
    if settings.logs_requests:
        from api_stub.requestlog import Logged

        app.add_middleware(Logged, current=lambda: service.log)
    app.add_middleware(Measured, metrics=service.metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    service.open()
    with reloading(service.holder, watch=service.settings.watch):
        yield
    if service.rate is not None:
        await service.rate.close()
    service.close()
