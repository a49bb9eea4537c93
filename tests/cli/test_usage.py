import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import CHECKOUT, Practice, command, environment

HEAVY = {
    "PySide6",
    "shiboken6",
    "PIL",
    "pillow_heif",
    "alembic",
    "rich",
    "numpy",
    "azure",
    "requests",
}
QUICK = {"sqlalchemy", "message_centre.bootstrap", "platformdirs", "tomlkit"} | HEAVY


def loaded_by(arguments: list[str]) -> set[str]:
    """The modules that a command leaves loaded."""
    program = (
        "import json, sys\n"
        "from message_centre.cli.main import run\n"
        f"run({arguments!r}, open_window=lambda home, operator: 0)\n"
        "sys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment(), check=True
    )
    return set(json.loads(ended.stderr.decode().splitlines()[-1]))


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["lst"], "No such command 'lst'"),
        (["list", "--bogus"], "No such option: --bogus"),
        (["list", "too", "many"], "unexpected extra argument"),
        (["save"], "KEY_OR_NAME"),
        (["save", "a.jpg"], "--patient"),
        (["save", "a.jpg", "--patient"], "--patient"),
        (["withdraw", "r1"], "--reason"),
        (["patients"], "Missing command"),
        (["patients", "find", "x"], "No such command 'find'"),
        (["settings", "set", "system.log_folder"], "VALUE"),
        (["day-sheet", "--date", "yesterday"], "yesterday"),
        (["patients", "search", "x", "--limit", "none"], "--limit"),
        (["list", "--home"], "--home"),
        (["list", "--json=yes"], "--json"),
    ],
)
def test_wrong_usage_ends_with_two_and_one_line_that_says_what_was_wanted(
    tmp_path: Path, arguments: list[str], wanted: str
) -> None:
    ended = subprocess.run(
        command(*arguments),
        capture_output=True,
        env=environment({"MESSAGE_CENTRE_HOME": str(tmp_path / "home")}),
        check=False,
    )

    error = ended.stderr.decode()
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert error.count("\n") == 1
    assert wanted in error
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["settings", "set", "operator.folder.image", "/x"],
        ["settings", "show", "operator.folder.image"],
    ],
)
def test_a_wrong_key_is_refused_with_the_nearest_one(
    practice: Practice, arguments: list[str]
) -> None:
    ended = practice.run(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "'operator.folders.images'" in ended.err


def test_global_options_work_before_and_after_the_command(practice: Practice) -> None:
    practice.watch()
    practice.put("a.jpg")

    before = practice.run("--json", "--operator", "ADM", "list")
    after = practice.run("list", "--json", "--operator=ADM", before=False)

    assert before.code == after.code == 0
    assert before.lines == after.lines
    assert practice.run("list", "--operator", "NOBODY", before=False).code == 2


def test_the_environment_names_home_and_operator(practice: Practice) -> None:
    practice.watch()
    given = {"MESSAGE_CENTRE_HOME": str(practice.home), "MESSAGE_CENTRE_OPERATOR": "NOBODY"}

    ended = subprocess.run(
        command("list"), capture_output=True, env=environment(given), check=False
    )

    assert ended.returncode == 2
    assert b"NOBODY" in ended.stderr


def test_what_follows_an_option_is_its_value_even_if_it_looks_like_an_option(
    busy_practice: Practice,
) -> None:
    busy_practice.put("a.jpg")

    saved = busy_practice.json("save", "a.jpg", "--patient", "161", "--title", "--json")

    assert saved.code == 0
    assert busy_practice.json("records").line["title"] == "--json"


def test_a_value_that_is_no_text_is_refused(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg")

    wrong: list[list[str | bytes | Path]] = [
        ["save", "a.jpg", "--patient", "161", "--title", b"\xff"],
        ["patients", "search", b"\xff"],
        ["settings", "set", "system.log_folder", b"/tmp/\xff"],
    ]
    for arguments in wrong:
        ended = busy_practice.run(*arguments)
        assert (ended.code, ended.err.count("\n")) == (2, 1), ended.err


def test_version_and_help_need_no_home_and_load_no_database() -> None:
    assert not loaded_by(["--version"]) & QUICK
    assert not loaded_by(["--help"]) & QUICK
    assert not loaded_by(["save", "--help"]) & QUICK


def test_a_listing_for_a_program_loads_no_window_and_no_picture_library(
    practice: Practice,
) -> None:
    practice.watch()
    practice.put("a.jpg")

    loaded = loaded_by(["--home", str(practice.home), "--json", "list"])

    assert "message_centre.bootstrap" in loaded
    assert not loaded & HEAVY
    assert not any(module.startswith("message_centre.ui") for module in loaded)


def test_the_installed_command_and_the_module_are_one_program() -> None:
    project = (CHECKOUT / "pyproject.toml").read_text()
    assert 'message-centre = "message_centre.__main__:main"' in project

    ended = subprocess.run(command("--version"), capture_output=True, env=environment(), check=True)
    assert ended.stdout.decode().startswith("message-centre ")


def test_without_a_command_the_window_opens_on_the_home(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from message_centre.cli.main import run\n"
        "window = lambda home, operator: print(home, operator) or 7\n"
        f"sys.exit(run(['--home', {str(tmp_path)!r}, '--operator', 'ANN'], open_window=window))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment(), check=False
    )

    assert ended.stdout.decode() == f"{tmp_path} ANN\n"
    assert ended.returncode == 7


def test_every_command_of_the_contract_is_there() -> None:
    shown = subprocess.run(
        command("--help"), capture_output=True, env=environment(), check=True
    ).stdout.decode()
    for name in (
        "demo sources list save records withdraw reassign recover check patients providers"
        " operators settings trail auto-import day-sheet backup restore"
    ).split():
        assert f"\n  {name} " in shown
