"""What every test gets."""

from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.engine import Engine, started


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


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A practice with two patients and an empty watched folder."""
    with started(tmp_path) as found:
        yield found
