"""Which host a URL names, and whether that is this machine."""

import ipaddress
from urllib.parse import urlsplit

from scraper.errors import ProfileError


def host_of(url: str) -> str:
    """The lower-case host name of an http(s) URL. Raises ProfileError for anything else."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise ProfileError(f"{url!r} is no web address: it starts with http:// or https:// and a host")
    return host


def is_loopback(host: str) -> bool:
    """Whether this host name or address always means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
