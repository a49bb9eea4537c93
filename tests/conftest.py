"""What every test gets."""

import os
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from message_centre.domain.server_address import ServerAddress
from message_centre.store.database import Database, Server
from tests.support.engine import Engine, started
from tests.support.postgres import Cluster, running_cluster
from tests.support.screens import PLATFORM

if TYPE_CHECKING:
    from tests.support.azurite import Azurite, Container

if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = PLATFORM

#: Beside tests/store.
_CONTRACT = {
    "test_auto_importing",
    "test_configuring",
    "test_entering",
    "test_every_call",
    "test_first_start",
    "test_following",
    "test_importing",
    "test_messages_live",
    "test_messaging",
    "test_pulling_back",
    "test_recovery",
    "test_registering",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the settings of pytest-qt stand in pyproject.toml where it is not installed, too."""
    if find_spec("pytestqt") is None:
        for name in ("qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "known to pytest-qt, which this environment lacks", type="args")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let names that are no Unicode be printed: the workers of pytest-xdist can not send them."""
    report = yield
    report.sections = [
        (heading, text.encode("utf-8", "backslashreplace").decode())
        for heading, text in report.sections
    ]
    return report


@pytest.fixture(scope="session", autouse=True)
def _no_keyring_of_a_person() -> Iterator[None]:
    """No test ever meets the keyring of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for this run; its password is in the environment, as `PGPASSWORD`."""
    with running_cluster() as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", found.password)
        yield found


@pytest.fixture(scope="session")
def azurite() -> Iterator["Azurite"]:
    """A real Azurite for this run, with a random account and key."""
    # Its client takes a third of a second to load, and few tests want it.
    from tests.support.azurite import running  # noqa: PLC0415

    with running() as found:
        yield found


@pytest.fixture
def container(azurite: "Azurite") -> Iterator["Container"]:
    """A fresh container."""
    made = azurite.fresh()
    yield made
    made.drop()


@pytest.fixture
def server_url(cluster: Cluster) -> Iterator[str]:
    """The address of a fresh record on the server."""
    name = cluster.fresh()
    yield cluster.url(name)
    cluster.drop(name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the suites that are the record's contract on either engine, the others on the embedded one."""
    if "record_url" in metafunc.fixturenames:
        path = metafunc.definition.path
        is_contract = path.parent.name == "store" or path.stem in _CONTRACT
        engines = ("sqlite", "postgres") if is_contract else ("sqlite",)
        metafunc.parametrize("record_url", engines, indirect=True)


@pytest.fixture
def record_url(request: pytest.FixtureRequest) -> str:
    """What `database.url` says: empty for the embedded record."""
    on_server = request.param == "postgres"
    return str(request.getfixturevalue("server_url")) if on_server else ""


@pytest.fixture
def engine(tmp_path: Path, record_url: str) -> Iterator[Engine]:
    """A practice with two patients and an empty watched folder, on either engine."""
    with started(tmp_path, record_url) as found:
        yield found


@pytest.fixture
def database(tmp_path: Path, record_url: str) -> Iterator[Database]:
    """An empty record on either engine."""
    server = Server(ServerAddress(record_url)) if record_url else None
    opened = Database(server or tmp_path / "record.sqlite3")
    yield opened
    opened.close()
