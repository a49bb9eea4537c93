"""The contracts of pyproject.toml, kept on a skeleton of the house and broken by one import each."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import gates

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

NAMED = (
    *("__main__", "bootstrap/__init__", "cli/__init__", "cli/main", "host/paths"),
    *("imaging/decoding", "sources/registry", "store/database"),
)

TRESPASSES = {
    "domain/a.py": "import sqlite3",
    "services/a.py": "from message_centre.store import database",
    "services/b.py": "from PIL import Image",
    "store/a.py": "from message_centre.imaging import decoding",
    "host/a.py": "from message_centre.sources import registry",
    "cli/a.py": "from message_centre.store import database",
    "ui/a.py": "def hidden():\n    from message_centre.host import paths\n    return paths",
    "ui/b.py": "from message_centre.cli import main",
    "services/c.py": "from PySide6 import QtCore",
    "sources/local_folder.py": "from message_centre.sources import registry",
    "bootstrap/ground.py": "import message_centre.demo",
    "helpers/__init__.py": "",
}


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The names of every module of the house, all empty, with the real contracts beside them."""
    for file in gates.modules(gates.PACKAGE):
        if "versions" in file.parts:
            continue
        empty = tmp_path / file.relative_to(gates.ROOT)
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.touch()
    for name in NAMED:
        place = tmp_path / "message_centre" / f"{name}.py"
        place.parent.mkdir(exist_ok=True)
        place.touch()
    shutil.copy(gates.ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, str]:
    surroundings = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_innocent_house_keeps_every_contract(skeleton: Path) -> None:
    code, said = lint(skeleton)
    assert code == 0, said


@pytest.mark.parametrize("place", TRESPASSES)
def test_a_trespass_breaks_a_contract(skeleton: Path, place: str) -> None:
    guilty = skeleton / "message_centre" / place
    guilty.parent.mkdir(exist_ok=True)
    guilty.write_text(TRESPASSES[place] + "\n", "utf-8")
    code, said = lint(skeleton)
    assert code == 1, said
    assert "BROKEN" in said
