"""The endpoint's answers as typed objects."""

from dataclasses import dataclass
from typing import Any

import httpx


class CaptchaError(Exception):
    """A call that failed; `status` is the HTTP status, 0 when there was no answer."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Character:
    """One character with its own confidence, 0..1."""

    char: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a picture says. `confidence`, 0..1, is for the whole text; `answer` is the result of a sum."""

    text: str
    confidence: float
    type: str | None
    answer: str | None
    characters: tuple[Character, ...]


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One picture of a batch: a text with its confidence, or the reason why there is none."""

    text: str | None
    confidence: float | None
    error: str | None


def parsed(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of a successful answer; raises `CaptchaError`."""
    try:
        body = response.json()
    except ValueError:
        raise CaptchaError("The answer is not JSON", response.status_code) from None
    if not isinstance(body, dict):
        raise CaptchaError("The answer is not a JSON object", response.status_code)
    if not response.is_success:
        raise CaptchaError(str(body.get("error", response.reason_phrase)), response.status_code)
    return body


def prediction(body: dict[str, Any]) -> Prediction:
    """The answer of /predict."""
    characters = tuple(Character(one["char"], one["confidence"]) for one in body["characters"])
    return Prediction(body["prediction"], body["confidence"], body["type"], body["answer"], characters)


def batch(body: dict[str, Any]) -> list[BatchEntry]:
    """The answer of /predict-batch."""
    return [BatchEntry(one.get("prediction"), one.get("confidence"), one.get("error")) for one in body["results"]]
