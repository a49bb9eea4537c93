"""The README's commands and pictures exist."""

import os
import re
import subprocess
import sys

from tests.house import gates

README = (gates.ROOT / "README.md").read_text("utf-8")


def commands() -> list[str]:
    blocks = re.findall(
        r"```(?:sh|bash|text|console|powershell)?\n(.*?)```", README, flags=re.DOTALL
    )
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def words_after(program: str) -> list[str]:
    found = []
    for line in commands():
        said = line.split()
        if program in said:
            rest = " ".join(said[said.index(program) + 1 :])
            found.append(re.sub(r"^--home \S+ ?", "", rest).split(" ")[0])
    return found


def test_the_scripts_it_names_can_be_run() -> None:
    scripts = {word for line in commands() for word in line.split() if "packaging/" in word}
    assert {"packaging/demo", "packaging/test"} <= scripts
    for script in scripts:
        assert os.access(gates.ROOT / script, os.X_OK), script


def test_the_subcommands_it_shows_are_those_of_the_program() -> None:
    shown = {word for word in words_after("message-centre") if word}
    assert len(shown) >= 5
    helped = subprocess.run(
        [sys.executable, "-m", "message_centre", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    ).stdout
    missing = [word for word in shown if not re.search(rf"(^|\s|│){word}\s", helped, re.MULTILINE)]
    assert not missing


def test_it_opens_with_a_picture_of_the_window() -> None:
    first = re.search(r"!\[(.*?)\]\((.*?)\)", README)
    assert first
    assert first.group(1)
    assert README.index(first.group(0)) < README.index("```")


def test_its_links_and_pictures_are_there() -> None:
    for place in re.findall(r"\]\((?!https?:|#)(.*?)\)", README):
        assert (gates.ROOT / place).exists(), place
