"""Counters in Prometheus format, and the ASGI layer that fills them."""

import logging
import time
from functools import cache
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import InfoMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_stub.model import ModelHolder
from api_stub.worker import Worker

if TYPE_CHECKING:
    from api_stub.rates import RateLimit

log = logging.getLogger("api_stub")
BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self, holder: ModelHolder, worker: Worker) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "captcha_requests_total",
            "Requests by route and status",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "captcha_request_seconds",
            "Time to answer, by route",
            ("route",),
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        self.rejects = Counter(
            "captcha_rejected_images_total",
            "Pictures refused, by reason",
            ("reason",),
            registry=self._registry,
        )
        depth = Gauge("captcha_queue_pictures", "Pictures waiting or being read", registry=self._registry)
        depth.set_function(lambda: worker.waiting)
        self._registry.register(_ModelInfo(holder))

    def show_shared(self, rate: "RateLimit") -> None:
        """Show whether the Redis of the rate limit answers."""
        shared = Gauge(
            "captcha_rate_limit_shared",
            "1 while the Redis counts the rate limit, 0 while it does not answer and this endpoint counts by itself",
            registry=self._registry,
        )
        shared.set_function(lambda: not rate.lost)

    @cache  # noqa: B019  one per application; looking a counter up takes longer than counting
    def of_route(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The counter and the histogram of one kind of request."""
        counter = self._requests.labels(method, route, str(status))
        return counter, self._seconds.labels(route)

    def text(self) -> bytes:
        """The exposition text."""
        return generate_latest(self._registry)


class _ModelInfo(Collector):
    """The version of the model in use, read at the time of the scrape."""

    def __init__(self, holder: ModelHolder) -> None:
        self._holder = holder

    def collect(self) -> list[InfoMetricFamily]:
        family = InfoMetricFamily("captcha_model", "The model in use")
        loaded = self._holder.loaded
        if loaded is not None:
            family.add_metric([], {"version": loaded.recogniser.version})
        return [family]


class Measured:
    """ASGI layer: counts and times each request under its route's template, never under the raw path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            method = scope["method"] if scope["method"] in METHODS else "other"
            seconds = time.perf_counter() - started
            counter, histogram = self._metrics.of_route(method, route, status)
            counter.inc()
            histogram.observe(seconds)
            if log.isEnabledFor(logging.INFO):
                facts = {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 3)}
                log.info("request", extra={"facts": facts})


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
