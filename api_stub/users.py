"""`python -m api_stub users ...`: the accounts of an endpoint, from its own machine."""

import getpass
import sys
import warnings
from argparse import SUPPRESS, ArgumentParser, Namespace
from contextlib import closing

from api_stub.accounts import Accounts
from api_stub.database import open_database
from api_stub.errors import EndpointError
from api_stub.settings import load
from api_stub.tables import User
from api_stub.tokens import hash_password
from dataset import console
from dataset.errors import UsageError

PROG = "captcha-serve users"
DESCRIPTION = "Add, list and remove the accounts that `--accounts` serves, and change their credits."
EXAMPLES = """\
  python -m api_stub users add anna --email anna@example.com --admin
  python -m api_stub users list
  python -m api_stub users credits anna 100
  python -m api_stub users remove ben
"""


def parser() -> ArgumentParser:
    """The command line of `users`."""
    made = console.parser(PROG, DESCRIPTION, EXAMPLES)
    _add_places(made, None)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="add a user; asks for the password")
    add.add_argument("name")
    add.add_argument("--email", required=True)
    add.add_argument("--admin", action="store_true", help="may give credits and delete users")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    show = commands.add_parser("list", help="list the users")
    show.add_argument("--json", action="store_true", help="print one line of JSON")
    credits = commands.add_parser("credits", help="change a user's credits")
    credits.add_argument("name")
    credits.add_argument("amount", type=int, help="may be negative; a balance stops at 0")
    remove = commands.add_parser("remove", help="delete a user")
    remove.add_argument("name")
    for command in (add, show, credits, remove):
        _add_places(command, SUPPRESS)  # not given there, what was given before the command stands
    return made


def _add_places(parser: ArgumentParser, default: str | None) -> None:
    """The options that tell where the accounts are."""
    parser.add_argument(
        "--config", type=console.path, metavar="FILE.toml", default=default, help="settings file of the endpoint"
    )
    parser.add_argument("--data", metavar="DIR", default=default, help="the endpoint's data folder")
    parser.add_argument(
        "--database-url", metavar="URL", default=default, help="the endpoint's database, if not in its data folder"
    )


def main(argv: list[str]) -> int:
    """Run one command; the exit status follows the toolkit's rules."""
    given = parser().parse_args(argv)
    settings = load({"data": given.data, "database_url": given.database_url}, config=given.config)
    accounts = Accounts(open_database(settings.database_url, settings.data_folder))
    with closing(accounts):
        {"add": _add, "list": _list, "credits": _credits, "remove": _remove}[given.command](accounts, given)
    return console.DONE


def _add(accounts: Accounts, given: Namespace) -> None:
    password = sys.stdin.readline().rstrip("\r\n") if given.password_stdin else _asked_password()
    if not password:
        raise UsageError("The password is empty: choose one")
    user = accounts.add(given.name, given.email, hash_password(password), "admin" if given.admin else "user")
    console.say(f"Added {user.role} {user.username} with {user.credits} credits")


def _asked_password() -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # it would show what is typed
            password = getpass.getpass("Password: ")
            if getpass.getpass("Again: ") != password:
                raise UsageError("The two passwords differ: try again")
        return password
    except (EOFError, getpass.GetPassWarning):
        raise UsageError("There is no terminal to ask for the password: use --password-stdin") from None


def _list(accounts: Accounts, given: Namespace) -> None:
    users = accounts.all()
    if given.json:
        rows = [
            {"id": u.id, "username": u.username, "email": u.email, "role": u.role, "credits": u.credits} for u in users
        ]
        console.print_json({"users": rows})
        return
    for user in users:
        console.say(f"{user.id:>6}  {user.username:<24} {user.role:<6} {user.credits:>10}  {user.email}")


def _credits(accounts: Accounts, given: Namespace) -> None:
    user = _found(accounts, given.name)
    accounts.add_credits(user.id, given.amount)
    console.say(f"{user.username} has {_found(accounts, given.name).credits} credits")


def _remove(accounts: Accounts, given: Namespace) -> None:
    accounts.remove(_found(accounts, given.name).id)
    console.say(f"Removed {given.name}")


def _found(accounts: Accounts, name: str) -> User:
    user = accounts.find(name)
    if user is None:
        raise EndpointError(f"There is no user {name}: see `python -m api_stub users list`")
    return user
