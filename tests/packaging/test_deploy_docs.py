"""What the page on deployment says about old rows is true on all three databases."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from api_stub.database import close_database, open_database
from api_stub.tables import CleaningEntry, RequestEntry, now
from tests.api_stub.database_servers import mariadb, postgresql
from tests.packaging.deployed import DEPLOY
from tests.support import ROOT

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
unix_only = pytest.mark.skipif("sys.platform == 'win32'", reason="servers of a Unix system")


@pytest.fixture(
    params=["sqlite", *(pytest.param(name, marks=[pytest.mark.full, unix_only]) for name in ("postgresql", "mariadb"))]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'endpoint.db'}"
    else:
        with {"postgresql": postgresql, "mariadb": mariadb}[request.param]() as server:
            yield server


def statements(url: str) -> list[str]:
    """The page's statements, spelled for this database as the page says."""
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
    other = {"mysql": "now() - interval 30 day", "sqlite": "datetime('now', '-30 days')"}
    spelled = other.get(url.partition(":")[0])
    if spelled is not None:
        assert f"`{spelled}`" in PAGE
        block = block.replace("now() - interval '30 days'", spelled)
    return [line for line in block.splitlines() if line]


def test_old_rows_are_deleted_and_new_ones_stay(url: str, tmp_path: Path) -> None:
    sessions = open_database(url, tmp_path)
    with sessions.begin() as session:
        for age in (0, 28, 32):
            time = now() - timedelta(days=age)
            session.add(RequestEntry(time=time, route="/predict", status=200, milliseconds=1.0))
            session.add(CleaningEntry(time=time, dirty="a", clean="b"))
    with sessions.begin() as session:
        for statement in statements(url):
            session.execute(text(statement))
    with sessions.begin() as session:
        for table in (RequestEntry, CleaningEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 2
    close_database(sessions)


def test_every_file_is_told_of() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file() and not path.name.startswith((".", "Dockerfile", "healthcheck")):
            assert path.name in PAGE, path.name
