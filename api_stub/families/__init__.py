"""The families of routes: one router file each, loaded only when it is switched on.

A family's module has a `router`; it may have `BATCH_PATHS`, which are allowed the larger body, and `OWN_TOKEN`,
the paths that check a Bearer token of their own instead of the API key. `settings.FAMILY_NAMES` lists them all.
"""

from dataclasses import dataclass
from importlib import import_module

from fastapi import APIRouter


@dataclass(frozen=True)
class Family:
    """A contract that some client was written for."""

    router: APIRouter
    batch_paths: frozenset[str]
    own_token: frozenset[str]


def load_family(name: str) -> Family:
    """The family of this name, its module imported."""
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    batch_paths: frozenset[str] = getattr(module, "BATCH_PATHS", frozenset())
    return Family(module.router, batch_paths, getattr(module, "OWN_TOKEN", frozenset()))
