"""Reads and changes the settings of the practice and of this workstation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from message_centre.domain.capture_names import CapturePattern
from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.errors import BadSetting, VaultLocked
from message_centre.domain.files import Destination, SourceKind
from message_centre.domain.medimage_settings import guids_in, masked
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.domain.people_settings import TITLE_PRESETS, titles_in
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.domain.setting_values import checked, extensions_in, folders_in
from message_centre.domain.settings import (
    AUTO_IMPORT,
    AZURE_ACCOUNT,
    AZURE_CONTAINER,
    AZURE_ENDPOINT,
    DATABASE_URL,
    DOCUMENT_FOLDERS,
    DOCUMENTS_STORE,
    IMAGE_FOLDERS,
    IMAGES_STORE,
    INTOUCH_PATTERN,
    LISTED_EXTENSIONS,
    LOG_FOLDER,
    SETTINGS,
    Place,
    Scope,
    Setting,
    ValueKind,
    drive_enabled,
    drive_folder,
    locate,
)
from message_centre.domain.tower_profiles import (
    SESSION_GAP,
    SHIPPED,
    TOWER_PROFILES,
    TOWER_ROOTS,
    Profile,
    profiles_in,
)
from message_centre.domain.waiting_settings import UNALLOCATED_DOCUMENTS, UNALLOCATED_IMAGES
from message_centre.services.overlapping import is_same_place, overlap
from message_centre.services.permitting import Permitting
from message_centre.services.ports import (
    PracticeSettings,
    Trail,
    Vault,
    WorkstationSettings,
)

_OUR_FOLDERS = (IMAGES_STORE, DOCUMENTS_STORE, LOG_FOLDER)
_WAITING = frozenset({UNALLOCATED_IMAGES, UNALLOCATED_DOCUMENTS, TOWER_ROOTS})
_STORES = {IMAGES_STORE: Destination.IMAGES, DOCUMENTS_STORE: Destination.NOTES}


#: Address keys, which are shown masked and belong to one provider alone.
_GUIDS = frozenset({ValueKind.GUID, ValueKind.GUIDS})

#: Stands for a secret that is kept, wherever settings are shown.
KEPT = "***"


@dataclass(frozen=True)
class ConfiguringParts:
    """Where settings are kept, who may change them, and who is told."""

    practice: PracticeSettings
    workstation: WorkstationSettings
    vault: Vault
    permitting: Permitting
    trail: Trail


class Configuring:
    """Settings by dotted key; nothing is cached, so what another workstation sets counts at once.

    `home` is where stores and logs are until the practice names other folders.
    """

    def __init__(self, parts: ConfiguringParts, home: Path) -> None:
        self._practice = parts.practice
        self._workstation = parts.workstation
        self._vault = parts.vault
        self._permitting = parts.permitting
        self._trail = parts.trail
        self._home = home
        self._home_folders = {
            IMAGES_STORE: home / "stores" / "Images",
            DOCUMENTS_STORE: home / "stores" / "Documents",
            LOG_FOLDER: home / "logs",
        }

    def show(self, operator: str) -> tuple[tuple[str, str], ...]:
        """Every setting that counts for this operator and each provider, defaults included.

        A secret is shown as stars where one is kept.

        Raises:
            NotPermitted, NotSignedIn: it is for those who may do something here.
        """
        self._permitting.require_here(*Right)
        stored = self._stored()
        return tuple(
            (place.full_key if place.provider else setting.key, self._shown(place, stored))
            for setting in SETTINGS
            for place in self._places(setting, operator)
        )

    def _places(self, setting: Setting, operator: str) -> Iterator[Place]:
        if setting.scope is not Scope.PROVIDER:
            yield Place(setting, operator)
            return
        for number in self._permitting.providers():
            yield Place(setting, operator, number)

    def set(self, key: str, value: str, *, operator: Operator) -> tuple[str, str]:
        """Check and store one value, and tell the trail; an empty value brings the default back.

        Returns the key as given and the value that counts from now on.

        Raises:
            BadSetting: the detail names the nearest right key or value.
            NotPermitted: the operator may not set up the practice.
        """
        place = self._allowed(key, operator)
        if place.setting.kind is ValueKind.SECRET:
            raise BadSetting(f"{key} is a secret: it is read from standard input alone.")
        new = checked(place.setting, value)
        if place.setting.key == DATABASE_URL and new != self.value(DATABASE_URL):
            raise BadSetting(
                "database.url is changed while nobody works in this home:"
                " message-centre settings set database.url URL"
            )
        self._check_apart(place, new)
        self._check_guids(place, new)
        if place.setting.scope is Scope.WORKSTATION:
            self._workstation.write(place.full_key, new)
        else:
            self._practice.write(place.full_key, new)
        told = masked(new) if place.setting.kind in _GUIDS else new
        self._trail.add("settings", operator=operator.id, detail=f"{place.full_key} = {told}")
        return key, self._shown(place, self._stored())

    def set_secret(self, key: str, secret: Secret, *, operator: Operator) -> bool:
        """Keep a secret in this workstation's vault, and tell the trail that, never what.

        An empty one is kept no longer. False if it will be forgotten when this program ends.

        Raises:
            BadSetting: the key is no secret's.
            NotPermitted: the operator may not set up the practice.
            AccessDenied, StoreFull, VaultLocked: it cannot be kept.
        """
        place = self._allowed(key, operator)
        if place.setting.kind is not ValueKind.SECRET:
            raise BadSetting(f"{key} is no secret; give its value with the command.")
        lasts = True
        if secret:
            lasts = self._vault.keep(place.vault_name, secret)
        else:
            self._vault.forget(place.vault_name)
        what = "changed" if secret else "removed"
        self._trail.add("settings", operator=operator.id, detail=f"{place.full_key} {what}")
        return lasts

    def secret(self, key: str) -> Secret:
        """The secret that counts on this workstation; an empty one if none is kept.

        Raises:
            VaultLocked: there are secrets, and their key is not to be had.
        """
        return self._vault.read(locate(key, operator="").vault_name) or NO_SECRET

    def _allowed(self, key: str, operator: Operator) -> Place:
        place = locate(key, operator=operator.id)
        self._permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)
        if place.operator != operator.id:
            self._permitting.operator(place.operator)
        if place.provider and place.provider not in self._permitting.providers():
            raise BadSetting(f"There is no provider {place.provider!r}.")
        return place

    def value(self, key: str, *, operator: str = "") -> str:
        """The value that counts: the stored one, or the default.

        Raises:
            BadSetting: there is no such key.
        """
        return self._effective(locate(key, operator=operator), self._stored())

    def shown(self, key: str, *, operator: str = "") -> str:
        """The value that counts as a person may see it: secrets and address keys masked.

        Raises:
            BadSetting: there is no such key.
        """
        return self._shown(locate(key, operator=operator), self._stored())

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

    def has_auto_import(self, operator_id: str) -> bool:
        """Whether phone photos file themselves for this operator."""
        return self.value(AUTO_IMPORT, operator=operator_id) == "true"

    def title_presets(self, operator_id: str) -> tuple[str, ...]:
        """The titles that this operator's keys 1 to 9 choose, by place; a place may be empty."""
        return titles_in(self.value(TITLE_PRESETS, operator=operator_id))

    def capture_pattern(self) -> CapturePattern:
        """How the names of files are built that file themselves.

        Raises:
            BadSetting: the stored pattern is none, for this version of the program.
        """
        try:
            return CapturePattern(self.value(INTOUCH_PATTERN))
        except ValueError as error:
            raise BadSetting(f"{INTOUCH_PATTERN}: {error}.") from error

    def has_drive(self, drive: str, operator_id: str) -> bool:
        """Whether the operator's list shows this drive (`azure`, `dropbox`, `onedrive`)."""
        return self.value(drive_enabled(drive), operator=operator_id) == "true"

    def drive_folder(self, drive: str, operator_id: str) -> str:
        """The folder of the drive that the operator sees: with a leading slash, or empty."""
        return self.value(drive_folder(drive), operator=operator_id)

    def azure(self, operator_id: str, provider: str) -> AzureFolder:
        """Account, container and folder that the operator sees for this provider; may be incomplete."""
        container = self.value(AZURE_CONTAINER.replace(".N.", f".{provider}."))
        inner = self.drive_folder("azure", operator_id)
        return AzureFolder.set_as(self.value(AZURE_ACCOUNT), container, inner)

    def drives(self, operator_id: str, provider: str) -> tuple[str, ...]:
        """The source ids of the drives that are switched on for this operator and provider."""
        if not self.has_drive(SourceKind.AZURE, operator_id):
            return ()
        return (self.azure(operator_id, provider).source_id,)

    def azure_endpoint(self) -> str:
        """The address of the account's blobs; empty for the public cloud."""
        return self.value(AZURE_ENDPOINT)

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
        if place.setting.kind is ValueKind.SECRET:
            return self._shown_secret(place)
        default = str(self._home_folders.get(place.setting.key, place.setting.default))
        return stored.get(place.full_key) or default

    def _shown(self, place: Place, stored: Mapping[str, str]) -> str:
        value = self._effective(place, stored)
        return masked(value) if place.setting.kind in _GUIDS else value

    def _check_guids(self, place: Place, new: str) -> None:
        """Refuse an address key of another provider: nobody could tell whose photos they are."""
        if place.setting.kind not in _GUIDS:
            return
        wanted = {guid.casefold() for guid in guids_in(new)}
        own = f"provider.{place.provider}."
        for key, value in self._practice.read().items():
            is_other = ".medimage." in key and key.startswith("provider.")
            if not is_other or key.startswith(own):
                continue
            if wanted & {guid.casefold() for guid in guids_in(value)}:
                raise BadSetting(f"{place.full_key}: this address key belongs to {key}.")

    def _shown_secret(self, place: Place) -> str:
        try:
            return KEPT if self._vault.read(place.vault_name) else ""
        except VaultLocked as error:
            return f"({error.detail})"

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

    def check_source(self, folder: Path) -> None:
        """Refuse a folder from which files could be taken that are the program's own.

        Raises:
            BadSetting: it holds the record, a store or the logs, or lies inside one.
        """
        ours = {key: Path(self.value(key)) for key in _OUR_FOLDERS}
        self._check_watchable(locate(TOWER_ROOTS, operator=""), (folder,), ours)

    def tower_roots(self) -> tuple[Path, ...]:
        """Folders in which towers make one folder per patient."""
        return folders_in(self.value(TOWER_ROOTS))

    def tower_profiles(self) -> tuple[Profile, ...]:
        """How towers name their folders: what ships with the program, then what the practice added."""
        return (*SHIPPED, *profiles_in(self.value(TOWER_PROFILES)))

    def session_gap(self) -> timedelta:
        """After how long a rest a new group of pictures begins."""
        return timedelta(minutes=int(self.value(SESSION_GAP)))

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
        """Every watched folder of every operator and of the practice, by its full key and position."""
        names = tuple(key.removeprefix("operator") for key in (IMAGE_FOLDERS, DOCUMENT_FOLDERS))
        return {
            f"{key} ({number})": folder
            for key, value in self._practice.read().items()
            if (key.startswith("operator.") and key.endswith(names)) or key in _WAITING
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
