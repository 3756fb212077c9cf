"""Accounts and their credits. Every function is one transaction; none knows HTTP."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api_stub.database import Sessions, close_database
from api_stub.errors import EndpointError
from api_stub.tables import START_CREDITS, LedgerEntry, Reservation, User, now

Role = Literal["user", "admin"]
MAX_BALANCE = 10**15
LOST_SECONDS = 300.0
"""A reservation older than any request belongs to one that died with its endpoint."""
LOOK_SECONDS = 60.0
"""How often an endpoint looks for such reservations, of its own or of others."""


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
        self._look_at = 0.0

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

    def reserve(self, user_id: int) -> int:
        """Take one credit until `settle` or `give_back`, and return the reservation's id; raises `NoCredits`.

        Of many callers at once, as many succeed as there are credits.
        """
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_SECONDS
            self.return_lost()
        with self._sessions.begin() as session:
            if not _change(session, user_id, -1, "reading"):
                raise NoCredits
            reservation = Reservation(user_id=user_id)
            session.add(reservation)
            session.flush()
            return reservation.id

    def settle(self, reservation: int) -> None:
        """Keep a reserved credit: its request has been served."""
        with self._sessions.begin() as session:
            session.execute(delete(Reservation).where(Reservation.id == reservation))

    def give_back(self, reservation: int) -> bool:
        """Return a reserved credit, once; False when it has been settled or returned."""
        with self._sessions.begin() as session:
            user_id = session.scalar(select(Reservation.user_id).where(Reservation.id == reservation))
            # The user first, as everywhere: two that lock in another order wait for each other.
            session.execute(select(User.id).where(User.id == user_id).with_for_update())
            result = session.execute(delete(Reservation).where(Reservation.id == reservation))
            return user_id is not None and _rows(result) == 1 and _change(session, user_id, 1, "given back")

    def return_lost(self, seconds: float = LOST_SECONDS) -> int:
        """Give back what is reserved for longer than `seconds`; how many credits."""
        with self._sessions.begin() as session:
            before = now() - timedelta(seconds=seconds)
            lost = session.scalars(select(Reservation.id).where(Reservation.time < before)).all()
        return sum(self.give_back(reservation) for reservation in lost)

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
