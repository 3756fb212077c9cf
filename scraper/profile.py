"""A site's TOML description as frozen records, checked when it is read."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from scraper.errors import ProfileError
from scraper.hosts import host_of, is_loopback
from scraper.selectors import check_selector


@dataclass(frozen=True)
class Form:
    """A form to pass before the captcha page; loopback hosts only."""

    selector: str = "form"
    """CSS selector or XPath of the form."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What to fill in; fields that are not named keep what the page gives them."""
    click: str | None = None
    """Name, or name=value, of the button to press; None sends no button."""


@dataclass(frozen=True)
class Captcha:
    """One kind of picture on the site."""

    page: str
    """URL of the page, or of the picture itself when `image` is left out."""
    image: str | None = None
    """CSS selector or XPath of the picture's element."""
    attribute: str = "src"
    """Attribute of that element that holds the picture's URL."""
    type: str | None = None
    """Type of captcha that the samples get in the dataset."""
    form: Form | None = None
    javascript: bool = False
    """Whether the page must run in a browser before its picture is there."""


@dataclass(frozen=True)
class Profile:
    """How to collect from one site. Times are in seconds."""

    name: str
    captchas: tuple[Captcha, ...]
    authorised: str | None = None
    """Who allowed this; without it only loopback hosts run."""
    contact: str | None = None
    """Whom the site's owner can write to: part of the user agent."""
    allowed_domains: tuple[str, ...] = ()
    """Hosts (and their subdomains) that may be asked; default: the hosts of the pages."""
    count: int = 100
    """Pictures wanted in the dataset, if the command does not say."""
    lanes: int = 2
    """Sessions at the same time."""
    session: str = "image"
    """"image": a fresh session for every picture; "shared": one for all."""
    delay: float = 1.0
    """Mean pause between two requests, in seconds."""
    jitter: float = 0.5
    """Share of the delay by which each pause varies, 0..1."""
    timeout: float = 30.0
    """Longest time for one response, in seconds."""
    max_failures: int = 50
    """Failures in a row after which the run stops by itself."""
    max_bytes: int = 5_000_000
    """Largest picture accepted, in bytes."""

    @property
    def loopback(self) -> bool:
        """Whether everything this profile may ask is on this machine."""
        return all(map(is_loopback, self.allowed_domains))

    def by_type(self, kind: str | None) -> Captcha:
        """The captcha of this type; types are unique within a profile."""
        return next(captcha for captcha in self.captchas if captcha.type == kind)


def load_profile(path: Path) -> Profile:
    """Read and check a profile. Raises ProfileError, which names the file."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProfileError(
            f"there is no profile {path}; `python -m scraper new {path.stem}` writes one to fill in"
        ) from None
    except OSError as error:
        raise ProfileError(f"the profile {path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ProfileError(f"the profile {path} cannot be read: it is no text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"the profile {path} is not valid TOML: {error}") from None
    try:
        return parse_profile(document, path.stem)
    except ProfileError as error:
        raise ProfileError(f"{path}: {error}") from None


def parse_profile(document: Mapping[str, Any], name: str) -> Profile:
    """A checked profile from a parsed TOML document. Raises ProfileError without the file's name."""
    top = dict(document)
    tables = top.pop("captcha", None)
    tables = [tables] if isinstance(tables, dict) else tables
    if not isinstance(tables, list) or not tables:
        raise ProfileError("a profile needs at least one table [[captcha]] with the URL of its page")
    captchas = tuple(_captcha(table) for table in tables)
    top.setdefault("allowed_domains", sorted({host_of(captcha.page) for captcha in captchas}))
    profile = _build(Profile, {"name": name, **top}, hidden=("captchas",), captchas=captchas)
    _check(profile)
    return profile


def _captcha(table: object) -> Captcha:
    if not isinstance(table, dict):
        raise ProfileError("captcha is a table: write [[captcha]] above its keys")
    form = table.get("form")
    rest = {key: value for key, value in table.items() if key != "form"}
    if form is not None and not isinstance(form, dict):
        raise ProfileError("form is a table: write [captcha.form] above its keys")
    made = _build(Form, form, "[captcha.form] ") if form is not None else None
    captcha = _build(Captcha, rest, "[[captcha]] ", hidden=("form",), form=made)
    host_of(captcha.page)
    if captcha.javascript and (captcha.image is None or made is not None):
        raise ProfileError("[[captcha]] javascript needs the selector `image`, and knows no form")
    for selector in filter(None, [captcha.image, made and made.selector]):
        check_selector(selector)
    return captcha


def _build(kind: Any, table: Mapping[str, Any], where: str = "", hidden: tuple[str, ...] = (), **ready: Any) -> Any:
    """An instance of the dataclass `kind` from a TOML table; `hidden` fields come from `ready` alone."""
    hints = get_type_hints(kind)
    known = [each.name for each in fields(kind) if each.name not in hidden]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise ProfileError(f"{where}unknown key {key!r}; the nearest known key is {nearest!r}")
        values[key] = _typed(where + key, value, hints[key])
    for each in fields(kind):
        required = each.default is MISSING and each.default_factory is MISSING
        if required and each.name not in values and each.name not in hidden:
            raise ProfileError(f"{where}the key {each.name!r} is missing")
    return kind(**values, **ready)


def _typed(key: str, value: Any, hint: Any) -> Any:
    """`value` as the field's type. TOML's own types are kept apart: true is no number, 3 is a fine float."""
    wanted = {kind for kind in (get_args(hint) or (hint,)) if kind is not type(None)}
    if tuple in {getattr(hint, "__origin__", None)}:
        if isinstance(value, list) and all(isinstance(word, str) and word for word in value):
            return tuple(value)
        raise ProfileError(f'{key} is a list of texts, such as ["example.org"]')
    if getattr(hint, "__origin__", None) is not None and isinstance(value, dict):
        if all(isinstance(each, str) for each in value.values()):
            return dict(value)
        raise ProfileError(f"{key} holds texts only: put the values between quotes")
    if float in wanted and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) not in wanted:
        names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
        raise ProfileError(f"{key} is {names.get(next(iter(wanted)), 'a table')}, not {value!r}")
    return value


def _check(profile: Profile) -> None:
    for name, low, high in (
        ("count", 1, 10_000_000),
        ("lanes", 1, 64),
        ("delay", 0, 3600),
        ("jitter", 0, 1),
        ("timeout", 1, 3600),
        ("max_failures", 1, 100_000),
        ("max_bytes", 100, 64 * 1024 * 1024),
    ):
        if not low <= getattr(profile, name) <= high:
            raise ProfileError(f"{name} lies between {low:,} and {high:,}, not at {getattr(profile, name)}")
    if profile.session not in ("image", "shared"):
        raise ProfileError(f'session is "image" (a fresh one each) or "shared", not {profile.session!r}')
    if profile.session == "shared" and any(captcha.javascript for captcha in profile.captchas):
        raise ProfileError('javascript has a browser context for every picture: session = "shared" cannot be')
    types = [captcha.type for captcha in profile.captchas]
    if len(types) > 1 and (None in types or len(set(types)) < len(types)):
        raise ProfileError('every [[captcha]] needs a type of its own, such as type = "sums"')
    _check_permission(profile)


def _check_permission(profile: Profile) -> None:
    outside = [host for host in profile.allowed_domains if not is_loopback(host)]
    for captcha in profile.captchas:
        host = host_of(captcha.page)
        if not any(host == domain or host.endswith("." + domain) for domain in profile.allowed_domains):
            raise ProfileError(f"the page's host {host} is not in allowed_domains")
        if captcha.form is not None and outside:
            raise ProfileError(f"a form is sent to this machine only: {outside[0]} may not be in the same profile")
    if outside and not (profile.authorised or "").strip():
        raise ProfileError(
            f'{outside[0]} is not this machine: say who allowed this, as in authorised = "A. Owner, 3 May"'
        )
    if outside and not (profile.contact or "").strip():
        raise ProfileError(
            f'{outside[0]} is not this machine: give its owner a contact, as in contact = "me@example.org"'
        )
