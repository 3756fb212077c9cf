"""`python -m api_stub users`: the accounts from the command line."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from api_stub.cli import main
from dataset import console


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs one command on a fresh database; gives status, output and complaint."""

    def command(*words: str, typed: str = "s3cret\n") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = console.run(main, ["users", "--data", str(tmp_path / "data"), *words])
        output = capsys.readouterr()
        return status, output.out, output.err

    return command


def add(users, name: str, *more: str) -> None:
    assert users("add", name, "--email", f"{name}@example.com", "--password-stdin", *more)[0] == 0


def test_the_life_of_a_user(users) -> None:
    add(users, "root", "--admin")
    add(users, "anna")
    assert users("credits", "anna", "90")[1] == "anna has 100 credits\n"
    assert users("credits", "anna", "-900")[1] == "anna has 0 credits\n"
    _, listed, _ = users("list", "--json")
    rows = json.loads(listed)["users"]
    assert [(row["username"], row["role"], row["credits"]) for row in rows] == [
        ("root", "admin", 10),
        ("anna", "user", 0),
    ]
    assert "password" not in listed and "argon" not in listed
    assert users("remove", "anna")[0] == 0
    assert "anna" not in users("list")[1]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("add", "root", "--email", "x@example.com", "--password-stdin"), 1, "already taken"),
        (("remove", "root"), 1, "last admin"),
        (("remove", "nobody"), 1, "no user nobody"),
        (("credits", "nobody", "5"), 1, "no user nobody"),
    ],
)
def test_refusals_are_sentences(users, words: tuple[str, ...], status: int, said: str) -> None:
    add(users, "root", "--admin")
    returned, _, complaint = users(*words)
    assert returned == status
    assert said in complaint and complaint.count("\n") == 1


def test_an_empty_password_is_refused(users) -> None:
    status, _, complaint = users("add", "anna", "--email", "a@example.com", "--password-stdin", typed="\n")
    assert status == 2 and "empty" in complaint


def test_the_password_is_asked_for_twice(users, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter(["one", "two"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(asked))
    status, _, complaint = users("add", "anna", "--email", "a@example.com")
    assert status == 2 and "differ" in complaint


@pytest.mark.skipif(sys.platform == "win32", reason="a console is always asked there")
def test_without_a_terminal_the_way_out_is_told(tmp_path: Path) -> None:
    words = ["users", "add", "anna", "--email", "a@example.com", "--data", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "api_stub", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal to fall back to
    )
    assert done.returncode == 2
    assert "--password-stdin" in done.stderr and done.stderr.count("\n") == 1


def test_the_place_may_stand_before_or_after_the_command(users, tmp_path: Path) -> None:
    add(users, "anna")
    assert "anna" in users("list")[1]
    assert "anna" not in users("list", "--data", str(tmp_path / "other"))[1]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not one"),
        ("oracle9://x/y", "not one"),
        ("postgresql://u:s3cret@127.0.0.1:1/x", "does not answer|pip install"),
    ],
)
def test_a_database_that_is_none_is_told(users, url: str, said: str) -> None:
    status, _, complaint = users("--database-url", url, "list")
    assert status == 1
    assert any(part in complaint for part in said.split("|"))
    assert "s3cret" not in complaint and "Traceback" not in complaint
