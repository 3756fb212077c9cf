"""Passwords (argon2) and signed tokens (JWT, HS256)."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

import jwt
from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError

from api_stub.errors import EndpointError
from api_stub.tables import now

_ALGORITHM = "HS256"
_passwords = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """A salted argon2 hash. Slow on purpose: about 0.1 s of CPU."""
    return _passwords.hash(password)


def password_fits(password: str, known_hash: str | None) -> bool:
    """Whether `password` has this hash. Takes the same time when there is no such user (None)."""
    try:
        fits = _passwords.verify(password, known_hash or _nobody())
    except PwdlibError:
        return False
    return fits and known_hash is not None


def _nobody() -> str:
    global _nobodys_hash
    if _nobodys_hash is None:
        _nobodys_hash = hash_password(secrets.token_hex())
    return _nobodys_hash


_nobodys_hash: str | None = None


def load_secret(folder: Path) -> str:
    """The signing secret of this installation: made once, readable by its owner only. Raises `EndpointError`."""
    path = folder / "token-secret"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text("ascii")
        with os.fdopen(descriptor, "w") as file:
            file.write(secret := secrets.token_hex(32))
        return secret
    except OSError as error:
        raise EndpointError(f"{path} cannot be used ({error.strerror}): choose another --data") from None


def make_token(user_id: int, secret: str, hours: int) -> str:
    """A token that names the user and runs out after so many hours."""
    issued = now()
    claims = {"sub": str(user_id), "iat": issued, "exp": issued + timedelta(hours=hours)}
    return jwt.encode(claims, secret, _ALGORITHM)


def user_of_token(token: str, secret: str) -> int | None:
    """The user that a valid token names; None for one that is forged, changed, expired or of another algorithm."""
    try:
        claims = jwt.decode(token, secret, [_ALGORITHM], options={"require": ["exp", "sub"]})
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        return None
