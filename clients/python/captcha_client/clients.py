"""The calls, blocking and to await, on httpx."""

import base64
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from captcha_client.answers import BatchEntry, CaptchaError, Prediction, batch, parsed, prediction

MAX_IMAGE_BYTES = 500_000
MAX_BATCH = 64
SECONDS = 30.0
Image = bytes | str | Path
"""A picture's bytes, its base64 text (with or without a `data:` prefix), or its path."""


class Client:
    """Blocking calls; close it or use it in a `with` block. Every call raises `CaptchaError` when it fails."""

    def __init__(
        self, base_url: str = "http://127.0.0.1:5000", *, api_key: str | None = None, seconds: float = SECONDS
    ) -> None:
        self._http = httpx.Client(base_url=base_url, headers=_headers(api_key), timeout=seconds)

    def health(self) -> dict[str, Any]:
        """Status and model version."""
        return self._call("GET", "/health")

    def info(self) -> dict[str, Any]:
        """The model in use and the routes."""
        return self._call("GET", "/info")

    def predict(self, image: Image) -> Prediction:
        """Read one picture."""
        return prediction(self._call("POST", "/predict", {"image": _encoded(image)}))

    def predict_batch(self, images: Sequence[Image]) -> list[BatchEntry]:
        """Read up to 64 pictures, one entry each in the same order."""
        return batch(self._call("POST", "/predict-batch", _batch_body(images)))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            return parsed(self._http.request(method, path, json=body))
        except httpx.HTTPError as error:
            raise CaptchaError(f"No answer: {error or type(error).__name__}") from error


class AsyncClient:
    """The same calls to await; close it or use it in an `async with` block."""

    def __init__(
        self, base_url: str = "http://127.0.0.1:5000", *, api_key: str | None = None, seconds: float = SECONDS
    ) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, headers=_headers(api_key), timeout=seconds)

    async def health(self) -> dict[str, Any]:
        """Status and model version."""
        return await self._call("GET", "/health")

    async def info(self) -> dict[str, Any]:
        """The model in use and the routes."""
        return await self._call("GET", "/info")

    async def predict(self, image: Image) -> Prediction:
        """Read one picture."""
        return prediction(await self._call("POST", "/predict", {"image": _encoded(image)}))

    async def predict_batch(self, images: Sequence[Image]) -> list[BatchEntry]:
        """Read up to 64 pictures, one entry each in the same order."""
        return batch(await self._call("POST", "/predict-batch", _batch_body(images)))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            return parsed(await self._http.request(method, path, json=body))
        except httpx.HTTPError as error:
            raise CaptchaError(f"No answer: {error or type(error).__name__}") from error


def _headers(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"X-API-Key": api_key}


def _batch_body(images: Sequence[Image]) -> dict[str, Any]:
    if len(images) > MAX_BATCH:
        raise CaptchaError(f"A batch has at most {MAX_BATCH} images, this one has {len(images)}")
    return {"images": [_encoded(image) for image in images]}


def _encoded(image: Image) -> str:
    if isinstance(image, str):
        return image
    if isinstance(image, Path):
        image = _read(image)
    if len(image) > MAX_IMAGE_BYTES:
        raise CaptchaError(f"The image has more than {MAX_IMAGE_BYTES:,} bytes")
    return base64.b64encode(image).decode()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except OSError as error:
        raise CaptchaError(f"{path} cannot be read: {error.strerror}") from error
