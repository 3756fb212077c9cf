"""`check` and `new`: try a profile on one picture of each kind, and write a profile to fill in."""

import tempfile
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from dataset.sample import Query
from dataset.store import Store
from scraper.errors import CollectError, ProfileError
from scraper.known import open_profile
from scraper.run import PROGRAM, Run


def check(word: str) -> list[dict[str, Any]]:
    """Fetch one picture of each kind and tell what was found; nothing is kept. Raises ScraperError."""
    from scraper.collect import crawl

    profile, site = open_profile(word)
    with tempfile.TemporaryDirectory() as folder:
        careful = replace(profile, max_failures=1, lanes=1)
        run = Run(careful, len(profile.captchas), Store.open(folder, program=PROGRAM), site)
        run.quiet = True
        outcome = crawl(run)
        if outcome["total"] < outcome["count"]:
            raise CollectError(f"{word}: no picture was found because {outcome['stopped']}")
        with Store.open(folder, read_only=True) as store:
            return [_found(store, captcha.type) for captcha in profile.captchas]


def _found(store: Store, kind: str | None) -> dict[str, Any]:
    sample = next(store.samples(Query(types=(kind,) if kind else ())))
    source = store.sources(sample.id)[0]
    return {
        "type": kind,
        "page": source.page_url,
        "image": source.image_url,
        "final": source.final_url,
        "content_type": source.content_type,
        "format": sample.format,
        "width": sample.width,
        "height": sample.height,
        "bytes": len(store.read(sample)),
    }


def new(name: str) -> Path:
    """Write a commented profile NAME.toml into the working folder. Raises ProfileError when it is there already."""
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    text = resources.files("scraper").joinpath("template.toml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        raise ProfileError(f"{path} is there already; choose another name") from None
    except OSError as error:
        raise ProfileError(f"{path} cannot be written ({error.strerror})") from None
    return path
