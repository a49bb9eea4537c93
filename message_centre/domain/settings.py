"""The settings keys: one table that says what each is, who it is for, and what it may hold."""

import difflib
from dataclasses import dataclass
from enum import StrEnum

from message_centre.domain import (
    medimage_settings,
    people_settings,
    receiver_settings,
    tower_profiles,
    waiting_settings,
)
from message_centre.domain.capture_names import DEFAULT_PATTERN
from message_centre.domain.errors import BadSetting
from message_centre.domain.kinds import DEFAULT_LISTED


class Scope(StrEnum):
    """For whom a setting counts, and thereby where it is kept."""

    WORKSTATION = "workstation"
    PRACTICE = "practice"
    OPERATOR = "operator"
    PROVIDER = "provider"


class ValueKind(StrEnum):
    """What a setting's value is."""

    FOLDER = "folder"
    FOLDERS = "folders"
    EXTENSIONS = "extensions"
    DATABASE = "database"
    FLAG = "flag"
    DRIVE_PATH = "drive path"
    CONTAINER = "container"
    NAME = "name"
    ADDRESS = "address"
    DOMAINS = "domains"
    #: Address keys of MedImage: kept in the record, shown masked.
    GUID = "guid"
    GUIDS = "guids"
    PATTERN = "pattern"
    TEXT = "text"
    MINUTES = "minutes"
    TITLES = "titles"
    PROFILES = "profiles"
    HOST = "host"
    PORT = "port"
    FILE = "file"
    #: Kept in the vault, read from standard input, never shown.
    SECRET = "secret"  # noqa: S105 - the name of a kind


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. An operator's stands without the operator's id, a provider's with `N` as its number."""

    key: str
    kind: ValueKind
    scope: Scope
    line: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A key as a person named it: which setting, and whose where it is an operator's or provider's."""

    setting: Setting
    operator: str = ""
    provider: str = ""

    @property
    def full_key(self) -> str:
        """The key under which the value is stored, with the operator's id or provider's number."""
        match self.setting.scope:
            case Scope.OPERATOR:
                return self.setting.key.replace("operator.", f"operator.{self.operator}.", 1)
            case Scope.PROVIDER:
                return self.setting.key.replace(".N.", f".{self.provider}.", 1)
            case _:
                return self.setting.key

    @property
    def vault_name(self) -> str:
        """The name of a SECRET in the vault: `azure.key`, `onedrive.2.secret`."""
        _, _, rest = self.setting.key.partition(".")
        if self.setting.scope is not Scope.PROVIDER:
            return rest
        drive, last = rest.removeprefix("N.").split(".", 1)
        return f"{drive}.{self.provider}.{last}"


IMAGE_FOLDERS = "operator.folders.images"
DOCUMENT_FOLDERS = "operator.folders.documents"
IMAGES_STORE = "system.images_store"
DOCUMENTS_STORE = "system.documents_store"
LOG_FOLDER = "system.log_folder"
LISTED_EXTENSIONS = "system.extensions.listed"
INTOUCH_PATTERN = "system.intouch.pattern"
DATABASE_URL = "database.url"
AZURE_CONTAINER = "provider.N.azure.container"
ONEDRIVE_APP_ID = "provider.N.onedrive.app_id"
ONEDRIVE_SECRET = "provider.N.onedrive.secret"  # noqa: S105 - the name of a key
AZURE_ACCOUNT = "system.azure.account"
AZURE_KEY = "system.azure.key"
AZURE_ENDPOINT = "system.azure.endpoint"
DROPBOX_APP_KEY = "system.dropbox.app_key"
HOSTED_DOMAINS = "system.hosted_domains"
AUTO_IMPORT = "operator.auto_import"

_DRIVES = {"dropbox": "Dropbox", "onedrive": "OneDrive", "azure": "Azure Storage"}


def drive_enabled(drive: str) -> str:
    """The key that switches a drive (`azure`, `dropbox`, `onedrive`) on for an operator."""
    return f"operator.{drive}.enabled"


def drive_folder(drive: str) -> str:
    """The key of the folder that an operator sees of a drive."""
    return f"operator.{drive}.path"


def _of_a_drive(drive: str, name: str) -> tuple[Setting, Setting]:
    return (
        Setting(
            drive_enabled(drive),
            ValueKind.FLAG,
            Scope.OPERATOR,
            f"Whether the operator's list shows files of {name}.",
            "false",
        ),
        Setting(
            drive_folder(drive),
            ValueKind.DRIVE_PATH,
            Scope.OPERATOR,
            f"The folder of {name} that is listed, with a leading slash; empty for the root.",
        ),
    )


SETTINGS = (
    Setting(
        DATABASE_URL,
        ValueKind.DATABASE,
        Scope.WORKSTATION,
        "Where the record is: postgresql://name@host:port/database without its password, which is kept"
        " in the vault; empty for the embedded one in the home folder.",
    ),
    Setting(
        IMAGE_FOLDERS,
        ValueKind.FOLDERS,
        Scope.OPERATOR,
        "Folders watched for images, separated by the platform's path separator.",
    ),
    Setting(
        DOCUMENT_FOLDERS,
        ValueKind.FOLDERS,
        Scope.OPERATOR,
        "Folders watched for other documents, separated by the platform's path separator.",
    ),
    Setting(
        IMAGES_STORE,
        ValueKind.FOLDER,
        Scope.PRACTICE,
        "Folder that holds the patients' images; empty for the one in the home folder.",
    ),
    Setting(
        DOCUMENTS_STORE,
        ValueKind.FOLDER,
        Scope.PRACTICE,
        "Folder that holds the patients' documents; empty for the one in the home folder.",
    ),
    Setting(
        LOG_FOLDER,
        ValueKind.FOLDER,
        Scope.PRACTICE,
        "Folder of the program's logs; empty for the one in the home folder.",
    ),
    Setting(
        LISTED_EXTENSIONS,
        ValueKind.EXTENSIONS,
        Scope.PRACTICE,
        "Extensions that the Ext list shows; files with others are counted under the list.",
        " ".join(sorted(DEFAULT_LISTED)),
    ),
    Setting(
        AUTO_IMPORT,
        ValueKind.FLAG,
        Scope.OPERATOR,
        "Whether phone photos file themselves for this operator.",
        "false",
    ),
    *(setting for drive, name in _DRIVES.items() for setting in _of_a_drive(drive, name)),
    Setting(
        AZURE_CONTAINER,
        ValueKind.CONTAINER,
        Scope.PROVIDER,
        "The provider's container of Azure Storage, or container/folder.",
    ),
    Setting(
        ONEDRIVE_APP_ID,
        ValueKind.NAME,
        Scope.PROVIDER,
        "The application id under which the provider's OneDrive is opened.",
    ),
    Setting(
        ONEDRIVE_SECRET,
        ValueKind.SECRET,
        Scope.PROVIDER,
        "The secret of that application, where it has one; from standard input.",
    ),
    Setting(
        AZURE_ACCOUNT,
        ValueKind.NAME,
        Scope.PRACTICE,
        "The practice's account of Azure Storage.",
    ),
    Setting(
        AZURE_KEY,
        ValueKind.SECRET,
        Scope.PRACTICE,
        "The key of that account; from standard input, kept in this workstation's vault.",
    ),
    Setting(
        AZURE_ENDPOINT,
        ValueKind.ADDRESS,
        Scope.PRACTICE,
        "The address of the account's blobs; empty for the public cloud.",
    ),
    Setting(
        DROPBOX_APP_KEY,
        ValueKind.NAME,
        Scope.PRACTICE,
        "The app key of the practice's Dropbox app.",
    ),
    Setting(
        HOSTED_DOMAINS,
        ValueKind.DOMAINS,
        Scope.PRACTICE,
        "Domains of workstations on which Dropbox is refused.",
        "incloud.clinic",
    ),
    *(
        Setting(key, ValueKind(kind), Scope(scope), line, default)
        for key, kind, scope, line, default in (
            *waiting_settings.ROWS,
            *people_settings.ROWS,
            *medimage_settings.ROWS,
            *receiver_settings.ROWS,
            *tower_profiles.ROWS,
        )
    ),
    Setting(
        INTOUCH_PATTERN,
        ValueKind.PATTERN,
        Scope.PRACTICE,
        "How the names of files are built that auto-import files by themselves; the whole name must fit.",
        DEFAULT_PATTERN,
    ),
)

_BY_KEY = {setting.key: setting for setting in SETTINGS}


def locate(key: str, *, operator: str) -> Place:
    """Find the setting that `key` names; without an id `operator.` means `operator`.

    Raises:
        BadSetting: there is no such key; the detail names the nearest right one.
    """
    if key in _BY_KEY and _BY_KEY[key].scope is not Scope.PROVIDER:
        return Place(_BY_KEY[key], operator)
    subject, _, rest = key.partition(".")
    named, _, tail = rest.partition(".")
    if subject == "operator" and named and (found := _BY_KEY.get(f"operator.{tail}")):
        return Place(found, named)
    if subject == "provider" and named and (found := _BY_KEY.get(f"provider.N.{tail}")):
        return Place(found, operator, named)
    # Compared with and without what may be an operator's id or a provider's number.
    without = {"operator": f"operator.{tail}", "provider": f"provider.N.{tail}"}
    best = max(_nearest(spelling) for spelling in {key, without.get(subject, key)})[1]
    raise BadSetting(f"There is no setting {key!r}. The nearest one is {best!r}.")


def _nearest(key: str) -> tuple[float, str]:
    return max((difflib.SequenceMatcher(None, key, one).ratio(), one) for one in _BY_KEY)
