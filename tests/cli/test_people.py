"""Operators with passwords on the command line, as processes of their own."""

import contextlib
import os
import subprocess
import sys

import pytest

from tests.support.program import Ended, Practice, command, environment

WORD, OTHER = "correct horse battery", "another long phrase"


def with_input(practice: Practice, text: str, *arguments: str) -> Ended:
    """Run one command with lines on its standard input."""
    ended = subprocess.run(
        command("--home", str(practice.home), *arguments),
        input=text.encode(),
        capture_output=True,
        env=environment(practice.extra),
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
def guarded(practice: Practice) -> Practice:
    """A practice whose administrator has a password."""
    ended = with_input(practice, f"{WORD}\n", "operators", "set", "ADM", "--password", "--json")
    assert (ended.code, ended.line["password"]) == (0, True)
    return practice


def test_a_fresh_home_wants_no_password(practice: Practice) -> None:
    ended = practice.json("operators", "list")

    assert ended.code == 0
    assert (ended.line["operator"], ended.line["password"]) == ("ADM", False)


def test_an_operator_with_a_password_gives_it_on_standard_input(guarded: Practice) -> None:
    refused = guarded.run("records")
    assert refused.code == 3
    assert "--password-stdin" in refused.err

    assert with_input(guarded, f"{WORD}\n", "records", "--password-stdin").code == 0
    wrong = with_input(guarded, f"{OTHER}\n", "--password-stdin", "records")
    assert wrong.code == 3
    assert "Wrong password" in wrong.err
    assert OTHER not in wrong.err


def test_another_operator_cannot_be_named_without_a_password(guarded: Practice) -> None:
    added = with_input(
        guarded, f"{WORD}\n", "operators", "add", "BEN", "Ben", "--grant", "all", "--password-stdin"
    )
    assert added.code == 0

    ended = with_input(guarded, "\n", "--operator", "BEN", "--password-stdin", "records")

    assert ended.code == 2
    assert "no password yet" in ended.err


def test_a_password_is_set_and_changed_by_its_owner(guarded: Practice) -> None:
    both = f"{WORD}\n{OTHER}\n"
    add = ("operators", "add", "ANN", "Ann", "--grant", "see-ext", "--password")
    assert with_input(guarded, both, *add, "--password-stdin").code == 0
    third = "a third long phrase"

    changed = with_input(
        guarded,
        f"{OTHER}\n{OTHER}\n{third}\n",
        *("operators", "password", "--operator", "ANN", "--password-stdin"),
    )

    assert changed.code == 0
    as_ann = ("--operator", "ANN", "--password-stdin", "list")
    assert with_input(guarded, f"{OTHER}\n", *as_ann).code == 3
    assert with_input(guarded, f"{third}\n", *as_ann).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_at_a_terminal_it_is_asked_for_and_not_shown(guarded: Practice) -> None:
    import pty  # noqa: PLC0415 - not on Windows

    given = command("--home", str(guarded.home), "records")
    child, terminal = pty.fork()
    if child == 0:
        os.execve(  # noqa: S606 - a terminal has no shell between
            sys.executable, [os.fsdecode(os.fspath(one)) for one in given], environment()
        )
    said = b""
    while b"Password of operator ADM:" not in said:
        said += os.read(terminal, 1024)
    os.write(terminal, f"{WORD}\n".encode())
    with contextlib.suppress(OSError):
        while more := os.read(terminal, 1024):
            said += more
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert WORD.encode() not in said


def test_a_weak_password_is_refused_and_not_repeated(practice: Practice) -> None:
    ended = with_input(practice, "Password123\n", "operators", "set", "ADM", "--password")

    assert ended.code == 2
    assert "among the first" in ended.err
    assert "Password123" not in ended.err + ended.out
    assert practice.run("records").code == 0


def test_the_trail_tells_of_sign_ins_and_refusals(guarded: Practice) -> None:
    with_input(guarded, "wrong one here\n", "records", "--password-stdin")

    lines = with_input(guarded, f"{WORD}\n", "trail", "--json", "--password-stdin").lines

    told = [line["detail"] for line in lines if line["action"] == "sign-in"]
    assert "Message Centre: wrong password, 1 in a row" in told
    assert told[-1] == "Message Centre: signed in"
