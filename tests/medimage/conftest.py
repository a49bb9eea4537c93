"""What the tests of MedImage get."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.medimage.practice import Photos, photographed
from tests.support.engine import Engine, started


@pytest.fixture
def practice_engine(tmp_path: Path) -> Iterator[Engine]:
    with started(tmp_path) as engine:
        yield engine


@pytest.fixture
def photos(practice_engine: Engine, tmp_path: Path) -> Iterator[Photos]:
    with photographed(practice_engine, tmp_path) as made:
        yield made
