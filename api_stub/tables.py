"""The endpoint's tables: accounts with their ledger, and the two logs. Migrations make them; see `database`."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Float, ForeignKey, Integer, String, Text
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

START_CREDITS = 10
_LONG = Text().with_variant(LONGTEXT, "mysql", "mariadb")


class Base(DeclarativeBase):
    """All tables."""


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


class User(Base):
    """An account. `role` is `user` or `admin`; an id is never given twice, so an old token finds nobody."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("credits >= 0", name="credits_not_negative"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16), default="user")
    credits: Mapped[int] = mapped_column(BigInteger, default=START_CREDITS)
    time_created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    time_updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, onupdate=now)


class LedgerEntry(Base):
    """One change of a balance; the entries of a user sum up to the balance."""

    __tablename__ = "ledger"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(32))
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class Reservation(Base):
    """A credit taken for a request that has not been answered yet. One that stays belongs to an endpoint that died."""

    __tablename__ = "reservations"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class RequestEntry(Base):
    """One answered request of the request log; of a batch, one per picture."""

    __tablename__ = "requests"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    route: Mapped[str] = mapped_column(String(128))
    status: Mapped[int] = mapped_column(Integer)
    milliseconds: Mapped[float] = mapped_column(Float)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None] = mapped_column(Float)


class CleaningEntry(Base):
    """One background removal: hashes of the pictures or, where the settings say so, the pictures as data URIs."""

    __tablename__ = "cleanings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    dirty: Mapped[str] = mapped_column(_LONG)
    clean: Mapped[str] = mapped_column(_LONG)
