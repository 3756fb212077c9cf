"""The endpoint's settings: one frozen dataclass, from command line, environment and TOML file, in that order.

The fields below are the only list of options: the command line (`--api-key`), the environment
(`CAPTCHA_API_KEY`) and the TOML file (`api_key = "..."`) are derived from it. An unknown name is an error
in all three.
"""

import ipaddress
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

from platformdirs import user_data_path

from dataset.errors import UsageError

PREFIX = "CAPTCHA_"
CONFIG = PREFIX + "CONFIG"
DATABASE = "DATABASE_URL"
FAMILY_NAMES = ("native", "forms", "accounts", "sessions", "cleaning", "label-studio", "inference-v2")
LOG_LEVELS = ("debug", "info", "warning", "error")
TRUTH = ("0", "1", "no", "yes", "false", "true")


class Option(NamedTuple):
    """How a settings field is described in `--help`."""

    help: str
    metavar: str | None = None


@dataclass(frozen=True)
class Settings:
    """What the endpoint is told at its start; units are in the names or the help."""

    model: Annotated[Path | None, Option("the trained recogniser (an artefact of `python -m ocr train`)", "M.onnx")] = (
        None
    )
    cleaner: Annotated[
        Path | None,
        Option(
            "a trained background remover: a file, or captcha or pages, that ship (default: one without training)",
            "C.onnx",
        ),
    ] = None
    host: Annotated[str, Option("address to listen on; any but loopback needs an API key")] = "127.0.0.1"
    port: Annotated[int, Option("port to listen on; 0 takes a free one and prints it")] = 5000
    api_key: Annotated[str | None, Option("key that callers send as X-API-Key or as the Basic password", "KEY")] = (
        field(default=None, repr=False)
    )
    rate: Annotated[str | None, Option("rate limit for each caller, such as 10/minute", "N/UNIT")] = None
    rate_redis: Annotated[
        str | None, Option("Redis that counts the rate limit of several endpoints as one: redis://HOST:6379/0", "URL")
    ] = field(default=None, repr=False)
    cors: Annotated[tuple[str, ...], Option("exact origin that browsers may call from; may be repeated", "ORIGIN")] = ()
    without: Annotated[
        tuple[str, ...], Option(f"family of routes to leave out: {', '.join(FAMILY_NAMES)}", "FAMILY")
    ] = ()
    queue: Annotated[int, Option("pictures that may wait before callers get 503")] = 256
    body_seconds: Annotated[float, Option("seconds in which a request body must have arrived", "S")] = 30.0

    data: Annotated[Path | None, Option("folder for what is kept (default: this user's application data)", "DIR")] = (
        None
    )
    database_url: Annotated[
        str | None, Option("PostgreSQL, MySQL or SQLite database, also DATABASE_URL (default: a file in data)", "URL")
    ] = field(default=None, repr=False)
    log: Annotated[bool, Option("keep a row for each request: hashes and texts, no pictures")] = False
    log_images: Annotated[bool, Option("keep the pictures too; implies log")] = False
    keep_images: Annotated[int, Option("newest pictures to keep with log-images")] = 1000
    log_level: Annotated[str, Option("what is told on standard error, as JSON", "LEVEL")] = "warning"
    watch: Annotated[bool, Option("take up the model file whenever it is replaced")] = False
    accounts: Annotated[bool, Option("switch on accounts and credits; see `users --help`")] = False
    token_secret: Annotated[
        str | None, Option("secret that signs tokens (default: made once, kept in data)", "SECRET")
    ] = field(default=None, repr=False)
    fetch_allow: Annotated[
        tuple[str, ...], Option("host that /captcha_image may fetch from; may be repeated", "HOST[:PORT]")
    ] = ()
    holdout: Annotated[Path | None, Option("labelled pictures on which a retrained model must be no worse", "DIR")] = (
        None
    )
    train_seconds: Annotated[float, Option("CPU seconds that a retraining may take", "S")] = 120.0
    train_memory_mib: Annotated[int, Option("memory that a retraining may take", "MIB")] = 6144
    label_studio_url: Annotated[
        str | None, Option("Label Studio's origin, the only one its pictures are fetched from", "URL")
    ] = None
    label_studio_token: Annotated[str | None, Option("access token with which those pictures are fetched", "TOKEN")] = (
        field(default=None, repr=False)
    )
    expose_versions: Annotated[bool, Option("tell callers the versions of Python and packages")] = False

    @property
    def families(self) -> tuple[str, ...]:
        """The names of the families that are switched on."""
        off = set(self.without) | (set() if self.accounts else {"accounts"})
        return tuple(name for name in FAMILY_NAMES if name not in off)

    @property
    def logs_requests(self) -> bool:
        """Whether requests leave rows in the database."""
        return self.log or self.log_images

    @property
    def data_folder(self) -> Path:
        """Where databases and job states lie; made when something is first kept."""
        return self.data or user_data_path("captcha-toolkit", appauthor=False) / "endpoint"

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and not self.api_key:
            raise UsageError(
                f"{self.host} can be reached from other machines, which needs an API key: "
                f"pass --api-key or set {PREFIX}API_KEY, or listen on 127.0.0.1"
            )
        if self.api_key == "":
            raise UsageError("The API key is empty: leave it out or give it some characters")
        if not 0 <= self.port <= 65535:
            raise UsageError(f"Port {self.port} does not exist: choose 0 to 65535")
        if min(self.queue, self.keep_images, self.body_seconds, self.train_seconds, self.train_memory_mib) <= 0:
            raise UsageError("Limits of size, time and number must be above zero")
        if self.holdout is not None and not self.holdout.is_dir():
            raise UsageError(f"The holdout {self.holdout} is not a folder: name one of labelled pictures")
        if self.rate is not None:
            from api_stub.rates import check_rate

            check_rate(self.rate, self.rate_redis)
        elif self.rate_redis is not None:
            raise UsageError("rate_redis counts a rate limit, and there is none: set rate too, such as 10/minute")
        if self.log_level not in LOG_LEVELS:
            raise UsageError(f"The log level is one of {', '.join(LOG_LEVELS)}")
        if self.token_secret is not None and len(self.token_secret) < 32:
            raise UsageError("The token secret needs at least 32 characters")
        if "*" in self.cors:
            raise UsageError("cors takes exact origins such as http://localhost:8080, not *")
        unknown = sorted(set(self.without) - set(FAMILY_NAMES))
        if unknown:
            raise UsageError(f"No family is called {unknown[0]}: there are {', '.join(FAMILY_NAMES)}")


@lru_cache(1024)
def is_loopback(host: str) -> bool:
    """Whether `host` can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load(
    command_line: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Settings:
    """Settings from all three sources; `config` is the TOML file (else the one named by CAPTCHA_CONFIG).

    Raises `UsageError` for an unknown name or a value that does not fit.
    """
    environ = os.environ if environ is None else environ
    if config is None and CONFIG in environ:
        config = Path(environ[CONFIG])
    values: dict[str, Any] = {}
    if config is not None:
        values |= _checked(_read_toml(config), f"the settings file {config}", str)
    found = {
        name.removeprefix(PREFIX).lower(): text
        for name, text in environ.items()
        if name.startswith(PREFIX) and name != CONFIG
    }
    if DATABASE in environ:
        found.setdefault("database_url", environ[DATABASE])
    values |= _checked(found, "the environment", lambda name: PREFIX + name.upper())
    given = {name: value for name, value in (command_line or {}).items() if value is not None}
    values |= _checked(given, "the command line", lambda name: "--" + name.replace("_", "-"))
    return Settings(**values)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be read ({error.strerror}): see --config") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The settings file {path} is not TOML: {error}") from None


def _checked(found: Mapping[str, Any], where: str, shown: Callable[[str], str]) -> dict[str, Any]:
    """`found` with every value converted to its field's type; `shown` spells a name as `where` does."""
    kinds = get_type_hints(Settings)
    values = {}
    for name, value in found.items():
        if name not in kinds:
            raise UsageError(f"{shown(name)} in {where} is not a setting: see `python -m api_stub --help`")
        try:
            values[name] = convert(kinds[name], value)
        except (TypeError, ValueError):
            raise UsageError(f"{shown(name)} in {where} has a value that does not fit") from None
    return values


def convert(kind: Any, value: Any) -> Any:
    """`value` (a text, or what TOML gave) as a field's type; raises TypeError or ValueError."""
    if kind == tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise TypeError
        return tuple(part.strip() for part in parts if part.strip())
    if kind is bool:
        if isinstance(value, bool):
            return value
        return TRUTH.index(str(value).lower()) % 2 == 1
    if isinstance(value, bool):
        raise TypeError
    if int in (kind, *get_args(kind)) and isinstance(value, int | str):
        return int(value)
    if float in (kind, *get_args(kind)) and isinstance(value, int | float | str):
        return float(value)
    if not isinstance(value, str):
        raise TypeError
    return Path(value) if Path in get_args(kind) else value


def described() -> Iterator[tuple[str, Any, Option, str]]:
    """(name, type, description, help text with the default) of every setting."""
    kinds = get_type_hints(Settings, include_extras=True)
    for item in fields(Settings):
        kind, option = get_args(kinds[item.name])
        told = item.default not in (None, (), False)
        yield item.name, kind, option, f"{option.help} (default: {item.default})" if told else option.help
