"""The profiles that are known by name: the bundled demo site's."""

from pathlib import Path

from scraper import browser
from scraper.demo_site.pictures import KINDS
from scraper.demo_site.process import DemoSite
from scraper.profile import Captcha, Form, Profile, load_profile

_PASS_FORM = Form(selector="form#start", fields={"agree": "yes"}, click="go=continue")


def open_profile(word: str) -> tuple[Profile, DemoSite | None]:
    """The profile of a file, or of a demo name: then the demo site is started, and the caller stops it.

    Raises ProfileError and DemoSiteError.
    """
    if word not in _NAMES:
        profile = load_profile(Path(word))
        if browser.needed(profile):
            browser.require()
        return profile, None
    site = DemoSite()
    return demo_profile(word, site.address), site


def demo_profile(name: str, address: str) -> Profile:
    """The profile `name` for a demo site at this address: on loopback, at full speed."""
    return Profile(name=name, captchas=_NAMES[name](address), allowed_domains=("127.0.0.1",), lanes=8, delay=0.0)


def _pages(address: str) -> tuple[Captcha, ...]:
    return tuple(Captcha(f"{address}/{kind}/", "img#captcha", type=kind) for kind in KINDS)


def _forms(address: str) -> tuple[Captcha, ...]:
    return tuple(Captcha(f"{address}/form/{kind}/", "img#captcha", type=kind, form=_PASS_FORM) for kind in KINDS)


def _pictures(address: str) -> tuple[Captcha, ...]:
    return tuple(Captcha(f"{address}/one/{kind}.png", type=kind) for kind in KINDS)


_NAMES = {"demo": _pages, "demo-form": _forms, "demo-one": _pictures}
