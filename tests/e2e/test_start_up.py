"""The libraries of the drives are loaded for those who use a drive, and for nobody else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import Practice, command, environment

#: What the drives and their sign-ins bring, and what those bring in turn.
LIBRARIES = (
    *("azure", "isodate", "dropbox", "stone", "msal", "jwt", "requests", "urllib3"),
    *("http.client", "message_centre.sources.azure_blobs", "message_centre.sources.dropbox_line"),
    *("message_centre.sources.onedrive_files", "message_centre.sources.graph"),
)
_TOLD = f"print('loaded', json.dumps([name for name in {LIBRARIES!r} if name in sys.modules]))"
_LIST = f"""
import json, sys
from message_centre.cli.main import run
# One for a drive that is away.
assert run(["--home", sys.argv[1], "list"], open_window=lambda home, operator: 0) in {{0, 1}}
{_TOLD}
"""
_WINDOW = f"""
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from message_centre.ui import app
from message_centre.ui.main_window import MainWindow

def look():
    # Beside it stands what leads through the first start of a fresh home.
    rows = [one.ext.view.model().rowCount() for one in application.topLevelWidgets()
            if isinstance(one, MainWindow)]
    if any(rows):
        print("rows", *rows)
        # What was started with the window has its turn too.
        QTimer.singleShot(1500, application.closeAllWindows)
    else:
        QTimer.singleShot(50, look)

application = QApplication([])
QTimer.singleShot(0, look)
QTimer.singleShot(50_000, application.quit)
assert app.run(Path(sys.argv[1]), None) == 0
{_TOLD}
"""


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A home with one folder and one file, and with a keyring of its own."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    ring = {
        "PYTHON_KEYRING_BACKEND": "tests.support.keyrings.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "ring"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    made = Practice(tmp_path / "home", inbox, ring)
    made.watch()
    made.put("a.jpg")
    return made


def with_azure(practice: Practice) -> None:
    """Switch a drive on, to which nobody answers."""
    practice.set_up("settings", "set", "system.azure.account", "practice1")
    practice.set_up("settings", "set", "system.azure.endpoint", "http://127.0.0.1:9/practice1")
    practice.set_up("settings", "set", "provider.1.azure.container", "scans")
    practice.set_up("settings", "set", "operator.azure.enabled", "true")
    subprocess.run(
        command("--home", practice.home, "settings", "set", "system.azure.key"),
        input=b"a2V5\n",
        env=environment(practice.extra),
        capture_output=True,
        check=True,
    )


def told(practice: Practice, program: str) -> tuple[str, list[str]]:
    """What the program prints, and which of the libraries it leaves loaded."""
    ended = subprocess.run(
        [sys.executable, "-c", program, str(practice.home)],
        capture_output=True,
        text=True,
        env=environment(practice.extra),
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    printed, _, loaded = ended.stdout.rpartition("loaded ")
    return printed, json.loads(loaded)


@pytest.mark.parametrize(("program", "shows"), [(_LIST, "a.jpg"), (_WINDOW, "rows 1")])
def test_with_local_sources_alone_no_library_of_a_drive_is_loaded(
    practice: Practice, program: str, shows: str
) -> None:
    printed, loaded = told(practice, program)

    assert shows in printed
    assert loaded == []


@pytest.mark.parametrize("program", [_LIST, _WINDOW])
def test_a_drive_that_is_on_loads_its_own_library_and_no_others(
    practice: Practice, program: str
) -> None:
    with_azure(practice)

    _, loaded = told(practice, program)

    assert "azure" in loaded
    assert not {"dropbox", "msal"} & set(loaded)
