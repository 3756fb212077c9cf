"""The errors of the collector.

ToolkitError
├── UsageError               (dataset.errors) an argument that cannot be used
└── ScraperError             root of this package
    ├── ProfileError         a profile that cannot be read, or that may not be run
    ├── DemoSiteError        the bundled demo site could not be started or reached
    └── CollectError         a collection that ended without all its pictures
"""

from dataset.errors import ToolkitError


class ScraperError(ToolkitError):
    """Root of the collector's errors: `str(error)` is one sentence that a user can act on."""


class ProfileError(ScraperError):
    """A profile that cannot be read, or that may not be run."""


class DemoSiteError(ScraperError):
    """The bundled demo site could not be started or reached."""


class CollectError(ScraperError):
    """A collection that ended without all its pictures."""
