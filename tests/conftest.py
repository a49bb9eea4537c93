"""What every test gets."""

from importlib.util import find_spec

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the settings of pytest-qt stand in pyproject.toml where it is not installed, too."""
    if find_spec("pytestqt") is None:
        parser.addini("qt_log_level_fail", "known to pytest-qt, which this environment lacks")
