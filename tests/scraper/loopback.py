"""Refuses every connection and every look-up outside loopback, in this process, from `guard()` on."""

import ipaddress
import sys

_installed = False
_active = True


class LeftLoopback(RuntimeError):
    """Something tried to reach another machine."""


def guard(active: bool = True) -> None:
    """Start refusing (audit hooks cannot be taken out again, so `active=False` only lets through)."""
    global _installed, _active
    _active = active
    if not _installed:
        sys.addaudithook(_look)
        _installed = True


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if not _active:
        return
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a Unix socket
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and host not in ("", "localhost") and not _is_loopback(host):
        sys.stderr.write(f"LEFT LOOPBACK: {event} {host}\n")
        raise LeftLoopback(f"{event} {host}")


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
