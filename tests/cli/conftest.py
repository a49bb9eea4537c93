"""Practices that are driven through the command line alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Practice


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A fresh home, not yet made, and an empty inbox."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    return Practice(tmp_path / "home", inbox)


@pytest.fixture
def busy_practice(practice: Practice) -> Practice:
    """Watches its inbox and knows two patients, 161 and 272."""
    practice.watch()
    practice.add_patient("161", "Zztestone")
    practice.add_patient("272", "Qqothertwo")
    return practice


@pytest.fixture
def record_of(busy_practice: Practice) -> Callable[[str], dict[str, Any]]:
    """Saves a new file to patient 161 and gives its line of `records`."""

    def save(name: str) -> dict[str, Any]:
        busy_practice.put(name)
        busy_practice.set_up("save", name, "--patient", "161")
        found = busy_practice.json("records").lines
        return next(one for one in found if one["original_name"] == name)

    return save
