"""One SQLAlchemy engine per endpoint, its tables brought up to date by alembic when it opens."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from api_stub.errors import EndpointError

BUSY_SECONDS = 30
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
Sessions = sessionmaker[Session]


def open_database(url: str | None, folder: Path) -> Sessions:
    """A factory of sessions on `url`, or on an SQLite file in `folder`. Raises `EndpointError`.

    `with sessions.begin() as session:` is one transaction.
    """
    if url is None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EndpointError(f"{folder} cannot be made ({error.strerror}): choose another --data") from None
    engine = _engine(url or f"sqlite:///{folder / 'endpoint.db'}")
    try:
        _migrate(engine)
    except DBAPIError as error:
        engine.dispose()
        reason = str(error.orig).splitlines()[0]
        what = "does not answer" if isinstance(error, OperationalError) else "cannot be brought up to date"
        raise EndpointError(f"The database at {engine.url!r} {what}: {reason}") from None
    return sessionmaker(engine, expire_on_commit=False)


def close_database(sessions: Sessions) -> None:
    """Close the connections of `open_database`."""
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)
    engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    except (ArgumentError, NoSuchModuleError):
        raise EndpointError("The database URL is not one: write it like postgresql://user@host/name") from None
    except ModuleNotFoundError as error:
        raise EndpointError(f"The database needs a driver: pip install {error.name}") from None
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: ours take the write lock at once and so never collide.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(engine: Engine, attempts: int = 5) -> None:
    """Bring the tables up to date. Of several processes that start at once one does it, the others wait and find it
    done; a database that is busy or still starting is asked again."""
    for attempt in range(attempts):
        try:
            with engine.begin() as connection, _alone(connection):
                config = Config()
                config.set_main_option("script_location", "api_stub:migrations")
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            return
        except OperationalError:
            if attempt == attempts - 1:
                raise
            time.sleep(0.2 * (attempt + 1))


@contextlib.contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keeps other processes from migrating this database. SQLite's transactions do so by themselves."""
    kind = connection.dialect.name
    if kind == "postgresql":  # until the end of the transaction, with which the tables appear
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('captcha-toolkit migrations'))"))
    if kind not in ("mysql", "mariadb"):
        yield
        return
    # Tables are not part of transactions there, so the lock is not either; its name holds for the whole server.
    connection.execute(text(f"SELECT GET_LOCK(SHA1(CONCAT('captcha-toolkit ', DATABASE())), {BUSY_SECONDS})"))
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK(SHA1(CONCAT('captcha-toolkit ', DATABASE())))"))
