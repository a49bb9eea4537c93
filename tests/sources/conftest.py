"""What the tests of drives share."""

from collections.abc import Iterator

import pytest

from tests.support.certificates import Certificates
from tests.support.onedrive import Practice, a_practice


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority for this run."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def onedrive(certificates: Certificates) -> Iterator[Practice]:
    """A OneDrive on loopback."""
    with a_practice(certificates) as practice:
        yield practice
