"""Reads and changes the settings of the practice and of this workstation."""

from pathlib import Path

from message_centre.domain.people import Operator
from message_centre.services.permitting import Permitting
from message_centre.services.ports import PracticeSettings, Trail, WorkstationSettings


class Configuring:
    """Settings by dotted key; nothing is cached, so what another workstation sets counts at once."""

    def __init__(
        self,
        practice: PracticeSettings,
        workstation: WorkstationSettings,
        permitting: Permitting,
        trail: Trail,
        home: Path,
    ) -> None:
        self._practice = practice
        self._workstation = workstation
        self._permitting = permitting
        self._trail = trail
        self._home = home

    def show(self, operator: str) -> tuple[tuple[str, str], ...]:
        """Every setting that counts for this operator, as (key, value)."""
        raise NotImplementedError

    def set(self, key: str, value: str, *, operator: Operator) -> tuple[str, str]:
        """Check and store one value; returns the key and the value as stored."""
        raise NotImplementedError

    def value(self, key: str, *, operator: str = "") -> str:
        """The stored value, or the default."""
        raise NotImplementedError

    def image_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders watched for images."""
        raise NotImplementedError

    def document_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders watched for other documents."""
        raise NotImplementedError

    def listed_extensions(self) -> frozenset[str]:
        """Extensions of the Ext list, lower case with their dot."""
        raise NotImplementedError

    def images_store(self) -> Path:
        """Where images are stored."""
        raise NotImplementedError

    def documents_store(self) -> Path:
        """Where documents are stored."""
        raise NotImplementedError

    def log_folder(self) -> Path:
        """Where the logs lie."""
        raise NotImplementedError

    def problems(self) -> tuple[str, ...]:
        """What is wrong with the settings, in sentences to show at start."""
        raise NotImplementedError
