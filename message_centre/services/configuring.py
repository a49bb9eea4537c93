"""Reads and changes the settings of the practice and of this workstation."""

from collections.abc import Mapping
from pathlib import Path

from message_centre.domain.errors import BadSetting
from message_centre.domain.files import Destination
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.domain.settings import (
    DATABASE_URL,
    DOCUMENT_FOLDERS,
    DOCUMENTS_STORE,
    IMAGE_FOLDERS,
    IMAGES_STORE,
    LISTED_EXTENSIONS,
    LOG_FOLDER,
    SETTINGS,
    Place,
    Scope,
    ValueKind,
    checked,
    extensions_in,
    folders_in,
    locate,
)
from message_centre.services.overlapping import is_same_place, overlap
from message_centre.services.permitting import Permitting
from message_centre.services.ports import PracticeSettings, Trail, WorkstationSettings

_OUR_FOLDERS = (IMAGES_STORE, DOCUMENTS_STORE, LOG_FOLDER)
_STORES = {IMAGES_STORE: Destination.IMAGES, DOCUMENTS_STORE: Destination.NOTES}


class Configuring:
    """Settings by dotted key; nothing is cached, so what another workstation sets counts at once.

    `home` is where stores and logs are until the practice names other folders.
    """

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
        self._home_folders = {
            IMAGES_STORE: home / "stores" / "Images",
            DOCUMENTS_STORE: home / "stores" / "Documents",
            LOG_FOLDER: home / "logs",
        }

    def show(self, operator: str) -> tuple[tuple[str, str], ...]:
        """Every setting that counts for this operator, as (key, value), defaults included."""
        stored = self._stored()
        return tuple(
            (setting.key, self._effective(Place(setting, operator), stored)) for setting in SETTINGS
        )

    def set(self, key: str, value: str, *, operator: Operator) -> tuple[str, str]:
        """Check and store one value, and tell the trail; an empty value brings the default back.

        Returns the key as given and the value that counts from now on.

        Raises:
            BadSetting: the detail names the nearest right key or value.
            NotPermitted: the operator may not set up the practice.
        """
        place = locate(key, operator=operator.id)
        self._permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)
        if place.operator != operator.id:
            self._permitting.operator(place.operator)
        new = checked(place.setting, value)
        if place.setting.key == DATABASE_URL and new != self.value(DATABASE_URL):
            raise BadSetting(
                "database.url is changed while nobody works in this home:"
                " message-centre settings set database.url URL"
            )
        self._check_apart(place, new)
        if place.setting.scope is Scope.WORKSTATION:
            self._workstation.write(place.full_key, new)
        else:
            self._practice.write(place.full_key, new)
        self._trail.add("settings", operator=operator.id, detail=f"{place.full_key} = {new}")
        return key, self._effective(place, self._stored())

    def value(self, key: str, *, operator: str = "") -> str:
        """The value that counts: the stored one, or the default.

        Raises:
            BadSetting: there is no such key.
        """
        return self._effective(locate(key, operator=operator), self._stored())

    def image_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders watched for images."""
        return folders_in(self.value(IMAGE_FOLDERS, operator=operator_id))

    def document_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders watched for other documents; one that is watched for images too is left out."""
        images = self.image_folders(operator_id)
        found = folders_in(self.value(DOCUMENT_FOLDERS, operator=operator_id))
        return tuple(folder for folder in found if folder not in images)

    def listed_extensions(self) -> frozenset[str]:
        """Extensions of the Ext list, lower case with their dot."""
        return extensions_in(self.value(LISTED_EXTENSIONS))

    def images_store(self) -> Path:
        """Where images are stored."""
        return Path(self.value(IMAGES_STORE))

    def documents_store(self) -> Path:
        """Where documents are stored."""
        return Path(self.value(DOCUMENTS_STORE))

    def has_chosen_store(self, destination: Destination) -> bool:
        """Whether the practice named a folder for this store, rather than leaving it in the home."""
        key = IMAGES_STORE if destination is Destination.IMAGES else DOCUMENTS_STORE
        return bool(self._practice.read().get(key))

    def log_folder(self) -> Path:
        """Where the logs lie."""
        return Path(self.value(LOG_FOLDER))

    def problems(self) -> tuple[str, ...]:
        """What is wrong with the workstation's settings file, in sentences to show at start."""
        return self._workstation.problems

    def _stored(self) -> Mapping[str, str]:
        return {**self._practice.read(), **self._workstation.read()}

    def _effective(self, place: Place, stored: Mapping[str, str]) -> str:
        default = str(self._home_folders.get(place.setting.key, place.setting.default))
        return stored.get(place.full_key) or default

    def _check_apart(self, place: Place, new: str) -> None:
        """Refuse folders that would make the program list, move or delete what it has stored."""
        if place.setting.kind not in {ValueKind.FOLDER, ValueKind.FOLDERS}:
            return
        ours = {key: Path(self.value(key)) for key in _OUR_FOLDERS}
        if place.setting.key not in ours:
            self._check_watchable(place, folders_in(new), ours)
            return
        given = Path(new) if new else self._home_folders[place.setting.key]
        now = ours.pop(place.setting.key)
        _refuse_overlap(place, (given,), ours)
        _refuse_overlap(place, (given,), self._watched())
        self._check_store(place, given, now)

    def _check_store(self, place: Place, given: Path, now: Path) -> None:
        """Refuse a folder in which nothing that is on record would be found any more."""
        destination = _STORES.get(place.setting.key)
        if destination is None or given == now:
            return
        if not self._practice.may_store(destination, given):
            raise BadSetting(
                f"{place.setting.key}: files are on record, and {str(given)!r} does not hold them."
                f" While nobody works, copy the whole folder {str(now)!r} there, the hidden files"
                " in it too; then name it here."
            )

    def _check_watchable(
        self, place: Place, folders: tuple[Path, ...], ours: Mapping[str, Path]
    ) -> None:
        if any(is_same_place(folder, self._home) for folder in folders):
            raise BadSetting(
                f"{place.setting.key}: the home folder holds the record and cannot be watched."
                " Perhaps a folder inside it?"
            )
        _refuse_overlap(place, folders, ours)

    def _watched(self) -> dict[str, Path]:
        """Every watched folder of every operator, by its full key and position."""
        names = tuple(key.removeprefix("operator") for key in (IMAGE_FOLDERS, DOCUMENT_FOLDERS))
        return {
            f"{key} ({number})": folder
            for key, value in self._practice.read().items()
            if key.startswith("operator.") and key.endswith(names)
            for number, folder in enumerate(folders_in(value), 1)
        }


def _refuse_overlap(place: Place, given: tuple[Path, ...], taken: Mapping[str, Path]) -> None:
    for folder in given:
        for key, other in taken.items():
            if overlap(folder, other):
                raise BadSetting(
                    f"{place.setting.key}: {str(folder)!r} and {str(other)!r} of {key} are the same"
                    " folder or one lies inside the other. Watched folders, stores and logs must"
                    " stand apart."
                )
