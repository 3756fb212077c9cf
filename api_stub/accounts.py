"""Accounts and their credits. Every function is one transaction; none knows HTTP."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api_stub.database import Sessions, close_database
from api_stub.errors import EndpointError
from api_stub.tables import START_CREDITS, LedgerEntry, User, now

Role = Literal["user", "admin"]
MAX_BALANCE = 10**15


class AccountError(EndpointError):
    """A change to an account that cannot be made."""


class Taken(AccountError):
    """The name or the address belongs to somebody."""

    def __init__(self) -> None:
        super().__init__("This username and/or email is already taken!")


class NoSuchUser(AccountError):
    """There is no user of this id."""

    def __init__(self) -> None:
        super().__init__("User with this ID does not exist!")


class NoCredits(AccountError):
    """The balance is zero."""

    def __init__(self) -> None:
        super().__init__("You have no credits left!")


class LastAdmin(AccountError):
    """Without an admin nobody could give credits any more."""

    def __init__(self) -> None:
        super().__init__("The last admin cannot be deleted!")


class Accounts:
    """The users of one database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def close(self) -> None:
        """Close the database's connections."""
        close_database(self._sessions)

    def add(self, username: str, email: str, password_hash: str, role: Role = "user") -> User:
        """A new user with the starting credits; raises `Taken`."""
        try:
            with self._sessions.begin() as session:
                taken = select(User.id).where(or_(User.username == username, User.email == email))
                if session.scalar(taken.limit(1)) is not None:
                    raise Taken
                user = User(username=username, email=email, password_hash=password_hash, role=role)
                session.add(user)
                session.flush()
                session.add(LedgerEntry(user_id=user.id, amount=START_CREDITS, reason="start"))
            return user
        except IntegrityError:  # somebody else was quicker
            raise Taken from None

    def get(self, user_id: int) -> User | None:
        """The user of this id."""
        with self._sessions.begin() as session:
            return session.get(User, user_id)

    def find(self, username: str) -> User | None:
        """The user of this name."""
        with self._sessions.begin() as session:
            return session.scalar(select(User).where(User.username == username))

    def all(self) -> Sequence[User]:
        """All users by id."""
        with self._sessions.begin() as session:
            return session.scalars(select(User).order_by(User.id)).all()

    def reserve(self, user_id: int) -> None:
        """Take one credit; raises `NoCredits`. Of many callers at once, as many succeed as there are credits."""
        with self._sessions.begin() as session:
            taken = _change(session, user_id, -1, "reading")
            if not taken:
                raise NoCredits

    def give_back(self, user_id: int) -> None:
        """Return a reserved credit."""
        with self._sessions.begin() as session:
            _change(session, user_id, 1, "given back")

    def add_credits(self, user_id: int, amount: int) -> None:
        """Change a balance, which stays within 0..10^15; raises `NoSuchUser`."""
        with self._sessions.begin() as session:
            query = select(User.credits).where(User.id == user_id).with_for_update()
            before = session.scalar(query)
            if before is None:
                raise NoSuchUser
            after = min(max(before + amount, 0), MAX_BALANCE)
            _change(session, user_id, after - before, "admin")

    def remove(self, user_id: int) -> None:
        """Delete a user and its ledger; raises `NoSuchUser` or `LastAdmin`."""
        with self._sessions.begin() as session:
            admins = session.scalars(select(User.id).where(User.role == "admin").with_for_update()).all()
            if list(admins) == [user_id]:
                raise LastAdmin
            result = session.execute(delete(User).where(User.id == user_id))
            if not _rows(result):
                raise NoSuchUser


def _change(session: Session, user_id: int, amount: int, reason: str) -> bool:
    """One conditional update and its ledger row; False when the balance (or the user) does not allow it."""
    result = session.execute(
        update(User)
        .where(User.id == user_id, User.credits + amount >= 0)
        .values(credits=User.credits + amount, time_updated=now())
    )
    if not _rows(result):
        return False
    session.add(LedgerEntry(user_id=user_id, amount=amount, reason=reason))
    return True


def _rows(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
