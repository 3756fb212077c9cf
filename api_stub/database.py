"""One SQLAlchemy engine per endpoint, its tables brought up to date by alembic when it opens."""

import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, ProgrammingError
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
    except OperationalError as error:
        engine.dispose()
        reason = str(error.orig).splitlines()[0]
        raise EndpointError(f"The database at {engine.url!r} does not answer: {reason}") from None
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
    """Bring the tables up to date. Of several processes that start at once, all but one find it done."""
    for attempt in range(attempts):
        try:
            with engine.begin() as connection:
                config = Config()
                config.set_main_option("script_location", "api_stub:migrations")
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            return
        except (OperationalError, ProgrammingError):
            if attempt == attempts - 1:
                raise
            time.sleep(0.2 * (attempt + 1))
