"""Logs as one JSON object a line on standard error. They hold no pictures, tokens or texts of requests."""

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """A record as JSON: time, level, name, message and, of an unexpected error, its trace."""

    def format(self, record: logging.LogRecord) -> str:
        """One line without a line break."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry | getattr(record, "facts", {}), ensure_ascii=False)


def configuration(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` and uvicorn take."""
    logger = {"handlers": ["stderr"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            "uvicorn": logger,
            "api_stub": logger,
            "python_multipart": {"level": "ERROR"},  # it warns of each malformed form
        },
    }
