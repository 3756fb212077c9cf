"""What the routes share: one object on the application, made by `create_app`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fastapi import Request

from api_stub.cleaner import MedianCleaner, classical, clean_bytes, trained
from api_stub.errors import BadRequest
from api_stub.images import from_base64
from api_stub.metrics import Metrics
from api_stub.model import Loader, ModelHolder, Prediction, Reading, load_recogniser, read
from api_stub.noting import Seen, note
from api_stub.retraining import Caps, Retrainer
from api_stub.settings import Settings
from api_stub.worker import Worker
from dataset.errors import ImageRefused, ToolkitError

if TYPE_CHECKING:  # the packages of databases and of fetching are loaded only by an endpoint that needs them
    from api_stub.accounts import Accounts
    from api_stub.fetch import Fetcher
    from api_stub.rates import RateLimit
    from api_stub.requestlog import RequestLog

MAX_LOGINS = 16
"""Callers whose password may be waiting to be checked (0.1 s each) before more are told to come back."""


@dataclass(frozen=True)
class Accounting:
    """What the routes of accounts need. Passwords are hashed on a thread of their own, with a bounded queue."""

    accounts: "Accounts"
    secret: str
    passwords: Worker


class Service:
    """Settings, the model in use, the thread that works on pictures, and the counters."""

    def __init__(self, settings: Settings, loader: Loader = load_recogniser) -> None:
        self.settings = settings
        self.holder = ModelHolder(loader)
        self.cleaning = classical()
        if settings.label_studio_url is not None:
            _ = self.label_studio  # a wrong origin is told at the start
        caps = Caps(settings.train_seconds, settings.train_memory_mib)
        self.retrainer = Retrainer(settings.data_folder, caps, self.holder.load, holdout=settings.holdout)
        self.accounting: Accounting | None = None
        self.log: RequestLog | None = None
        self.worker = Worker(settings.queue)
        self.metrics = Metrics(self.holder, self.worker)
        self.rate = _rate_limit(settings)
        if self.rate is not None and settings.rate_redis is not None:
            self.metrics.show_shared(self.rate)

    @cached_property
    def fetcher(self) -> "Fetcher":
        """Fetches pictures for callers, from the hosts that the settings name."""
        from api_stub.fetch import Fetcher

        return Fetcher(self.settings.fetch_allow)

    @cached_property
    def label_studio(self) -> "Fetcher":
        """Fetches the pictures of Label Studio's tasks from its origin; raises `UsageError` for what is none."""
        from api_stub.fetch import Fetcher

        return Fetcher.of_origin(self.settings.label_studio_url, self.settings.label_studio_token)

    def open(self) -> None:
        """Load recogniser and cleaner unless they are there already; take up what an earlier process left."""
        self.retrainer.jobs.clear_up()
        if self.rate is not None:
            self.rate.check()
        if self.settings.accounts and self.accounting is None:
            self.accounting = _open_accounting(self.settings)
        if self.settings.logs_requests and self.log is None:
            self.log = _open_log(self.settings)
        if self.settings.model is not None and self.holder.loaded is None:
            self.holder.load(self.settings.model)
        if self.settings.cleaner is not None and isinstance(self.cleaning.cleaner, MedianCleaner):
            self.cleaning = trained(self.settings.cleaner)

    async def read(self, picture: bytes) -> Prediction:
        """Read one encoded picture; raises `ImageRefused`, `Busy` or `NoModel`."""
        (reading,) = await self.read_many([picture])
        if isinstance(reading, ImageRefused):
            raise reading
        return reading

    async def read_many(self, pictures: Sequence[bytes]) -> list[Reading]:
        """Read encoded pictures with one model, counting the refused; raises `Busy` or `NoModel`."""
        recogniser = self.holder.current.recogniser
        if not pictures:
            return []
        readings = await self.worker.run(len(pictures), read, recogniser, pictures)
        for picture, reading in zip(pictures, readings, strict=True):
            if isinstance(reading, ImageRefused):
                self.metrics.rejects.labels(reading.reason).inc()
                note(Seen(picture))
            else:
                note(Seen(picture, reading.text, reading.confidence))
        return readings

    async def read_base64(self, images: Sequence[Any]) -> list[Reading | ToolkitError]:
        """Read base64 texts, one result each in order; what is not base64 yields its `BadRequest`."""
        return await self.read_good([_bytes_or_refusal(image) for image in images])

    async def read_good(self, pictures: Sequence[bytes | ToolkitError]) -> list[Reading | ToolkitError]:
        """Read encoded pictures; errors among them are passed on in their places."""
        readings = iter(await self.read_many([data for data in pictures if isinstance(data, bytes)]))
        return [next(readings) if isinstance(data, bytes) else data for data in pictures]

    async def clean(self, picture: bytes) -> bytes:
        """`picture` without its background, as PNG of the same size; raises `ImageRefused` or `Busy`."""
        note(Seen(picture))
        try:
            clean = await self.worker.run(1, clean_bytes, self.cleaning.cleaner, picture)
        except ImageRefused as refusal:
            self.metrics.rejects.labels(refusal.reason).inc()
            raise
        if self.log is not None:
            self.log.cleaning(picture, clean)
        return clean

    def close(self) -> None:
        """Let the thread finish; stop a training."""
        self.retrainer.close()
        self.worker.close()
        if self.accounting is not None:
            self.accounting.passwords.close()
            self.accounting.accounts.close()
        if self.log is not None:
            self.log.close()


def _rate_limit(settings: Settings) -> "RateLimit | None":
    if settings.rate is None:
        return None
    from api_stub.rates import rate_limit

    return rate_limit(settings.rate, settings.rate_redis)


def _open_accounting(settings: Settings) -> Accounting:
    from api_stub.accounts import Accounts
    from api_stub.database import open_database
    from api_stub.tokens import load_secret

    accounts = Accounts(open_database(settings.database_url, settings.data_folder))
    return Accounting(accounts, settings.token_secret or load_secret(settings.data_folder), Worker(MAX_LOGINS))


def _open_log(settings: Settings) -> "RequestLog":
    from api_stub.database import open_database
    from api_stub.requestlog import RequestLog

    pictures = settings.data_folder / "pictures" if settings.log_images else None
    return RequestLog(open_database(settings.database_url, settings.data_folder), pictures, settings.keep_images)


def service_of(request: Request) -> Service:
    """The service of the application that `request` came to."""
    service: Service = request.app.state.service
    return service


def _bytes_or_refusal(image: Any) -> bytes | BadRequest:
    try:
        return from_base64(image)
    except BadRequest as refusal:
        return refusal
