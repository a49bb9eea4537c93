"""No command gets past the password: each one that there is, tried by somebody who has none."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.main import get_command

from message_centre.bootstrap import open_home
from message_centre.cli.main import _application, run
from message_centre.domain.people import Operator
from message_centre.domain.secrets import Secret
from tests.support.program import Practice

WORD = "correct horse battery"
#: What stands for each argument and each option that a command must have.
_NEEDED = {
    "patient": "161",
    "reason": "r",
    "to": "postgresql://a@127.0.0.1:9/none",
    "key": "operator.auto_import",
}
#: Of two options one is needed; a value may be left out where it is a secret.
_MORE = {("settings", "set"): ("true",), ("bulk-import",): ("--patient", "161")}
#: Commands that have no record to ask, and why nobody gets past it there.
_NO_RECORD = {
    "demo": "refuses a home that has a real record",
    "restore": "refuses a home that has a record",
}


def _every_command(command: object, *above: str) -> Iterator[tuple[str, ...]]:
    """Every command with what it must be given."""
    for name, one in getattr(command, "commands", {}).items():
        if getattr(one, "commands", None):
            yield from _every_command(one, *above, name)
            continue
        given: list[str] = []
        for option in one.params:
            if not option.required:
                continue
            value = _NEEDED.get(option.name, "x")
            is_option = option.param_type_name == "option"
            given += [option.opts[0], value] if is_option else [value]
        yield (*above, name, *given, *_MORE.get((*above, name), ()))


def _commands() -> list[tuple[str, ...]]:
    with ExitStack() as closing:
        return list(_every_command(get_command(_application(lambda _h, _o: 1, closing))))


@pytest.fixture
def guarded(busy_practice: Practice) -> Practice:
    """A practice where ADM has a password and BEN has every right and none."""
    services = open_home(busy_practice.home)
    everything = services.permitting.operator("ADM").rights
    services.staffing.save_operator(Operator("BEN", "Ben", rights=everything), by="ADM")
    services.entering.set_password("ADM", Secret(WORD), by="ADM")
    services.close()
    return busy_practice


@pytest.mark.parametrize("who", [(), ("--operator", "ADM"), ("--operator", "BEN")])
def test_no_command_says_or_does_anything_without_the_password(
    guarded: Practice,
    who: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    guarded.put("x", b"a letter")
    commands = _commands()
    assert len(commands) > 35
    wrong = []
    for command in commands:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
        given = ["--home", str(guarded.home), *who, *command]
        code = run(given, open_window=lambda _home, _operator: 0)
        told = capsys.readouterr()
        is_asked = "has to sign in" in told.err or command[0] in _NO_RECORD
        if code in {0, 1} or told.out or not is_asked:
            wrong.append((command, code, told.out, told.err))
    assert wrong == []
    assert [path.name for path in guarded.inbox.iterdir()] == ["x"]


def test_a_password_of_one_operator_is_none_of_another(
    guarded: Practice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for who in ("BEN", "NOBODY"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{WORD}\n"))
        given = ["--home", str(guarded.home), "--operator", who, "--password-stdin", "records"]
        assert run(given, open_window=lambda _home, _operator: 0) in {2, 3}
        told = capsys.readouterr()
        assert (told.out, WORD in told.err) == ("", False)


def test_who_may_not_import_automatically_imports_nothing_so(
    guarded: Practice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services = open_home(guarded.home)
    services.entering.sign_in("ADM", Secret(WORD))
    sees = frozenset(
        one for one in services.permitting.operator("ADM").rights if "auto" not in one[1]
    )
    services.staffing.save_operator(Operator("BEN", "Ben", rights=sees), by="ADM")
    services.entering.set_password("BEN", Secret("another long phrase"), by="ADM")
    admin = services.permitting.operator("ADM")
    services.configuring.set("operator.BEN.folders.images", str(guarded.inbox), operator=admin)
    services.configuring.set("operator.BEN.auto_import", "true", operator=admin)
    services.close()
    guarded.put("INTOUCH_P161_D1_20260102_101112.txt", b"a letter")

    monkeypatch.setattr("sys.stdin", io.StringIO("another long phrase\n"))
    given = ["--home", str(guarded.home), "--operator", "BEN", "--password-stdin", "auto-import"]
    code = run(given, open_window=lambda _home, _operator: 0)

    assert code != 0
    assert "may not import automatically" in capsys.readouterr().out
    assert len(list(guarded.inbox.iterdir())) == 1
