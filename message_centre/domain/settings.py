"""The settings keys: one table that says what each is, who it is for, and what it may hold."""

import difflib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from message_centre.domain.errors import BadSetting
from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.domain.server_address import ServerAddress


class Scope(StrEnum):
    """For whom a setting counts, and thereby where it is kept."""

    WORKSTATION = "workstation"
    PRACTICE = "practice"
    OPERATOR = "operator"


class ValueKind(StrEnum):
    """What a setting's value is."""

    FOLDER = "folder"
    FOLDERS = "folders"
    EXTENSIONS = "extensions"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. `key` of an operator's setting stands without the operator's id."""

    key: str
    kind: ValueKind
    scope: Scope
    line: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A key as a person named it: which setting, and for `operator.ID.` keys whose."""

    setting: Setting
    operator: str = ""

    @property
    def full_key(self) -> str:
        """The key under which the value is stored, with the operator's id where it has one."""
        if self.setting.scope is not Scope.OPERATOR:
            return self.setting.key
        return self.setting.key.replace("operator.", f"operator.{self.operator}.", 1)


IMAGE_FOLDERS = "operator.folders.images"
DOCUMENT_FOLDERS = "operator.folders.documents"
IMAGES_STORE = "system.images_store"
DOCUMENTS_STORE = "system.documents_store"
LOG_FOLDER = "system.log_folder"
LISTED_EXTENSIONS = "system.extensions.listed"
DATABASE_URL = "database.url"

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
)

_BY_KEY = {setting.key: setting for setting in SETTINGS}
_EXTENSION = re.compile(r"\.[^\s./\\:*?\"<>|]{1,16}")


def locate(key: str, *, operator: str) -> Place:
    """Find the setting that `key` names; without an id `operator.` means `operator`.

    Raises:
        BadSetting: there is no such key; the detail names the nearest right one.
    """
    if key in _BY_KEY:
        return Place(_BY_KEY[key], operator)
    subject, _, rest = key.partition(".")
    named, _, tail = rest.partition(".")
    found = _BY_KEY.get(f"operator.{tail}")
    if subject == "operator" and named and found:
        return Place(found, named)
    # Compared with and without what may be an operator's id.
    spellings = (key, f"operator.{tail}") if subject == "operator" else (key,)
    best = max(_nearest(spelling) for spelling in spellings)[1]
    raise BadSetting(f"There is no setting {key!r}. The nearest one is {best!r}.")


def _nearest(key: str) -> tuple[float, str]:
    return max((difflib.SequenceMatcher(None, key, one).ratio(), one) for one in _BY_KEY)


def checked(setting: Setting, value: str) -> str:
    """Return the value as it is stored; an empty one brings the default back.

    Raises:
        BadSetting: the value cannot be right; the detail says what would be.
    """
    text = value.strip()
    if any(character < " " or _is_half(character) for character in text):
        raise BadSetting(f"{setting.key} may not hold control characters or undecodable bytes.")
    return _CHECKS[setting.kind](setting, text) if text else ""


def _is_half(character: str) -> bool:
    """Whether this stands for a byte that is no text, which no record can hold."""
    return "\ud800" <= character <= "\udfff"


def folders_in(value: str) -> tuple[Path, ...]:
    """The folders of a stored value, each once, in their order."""
    return tuple(dict.fromkeys(Path(part) for part in value.split(os.pathsep) if part))


def extensions_in(value: str) -> frozenset[str]:
    """The extensions of a stored value, lower case with their dot."""
    return frozenset(value.split())


def _folder(setting: Setting, text: str) -> str:
    given = PurePath(text)
    if ".." in given.parts:
        raise BadSetting(f"{setting.key}: a folder may not contain '..'. Name it by its full path.")
    if not given.is_absolute():
        raise BadSetting(
            f"{setting.key} wants a full path. Perhaps {str(Path(text).absolute())!r}?"
        )
    # Upper case, because Windows shows drives so and `c:` and `C:` are one place.
    drive = given.drive.upper() if given.drive.endswith(":") else given.drive
    return drive + str(given)[len(given.drive) :]


def _folders(setting: Setting, text: str) -> str:
    parts = [part.strip() for part in text.split(os.pathsep)]
    kept = dict.fromkeys(_folder(setting, part) for part in parts if part)
    return os.pathsep.join(kept)


def _extensions(setting: Setting, text: str) -> str:
    return " ".join(
        sorted({_extension(setting, word) for word in re.split(r"[\s,;]+", text) if word})
    )


def _extension(setting: Setting, word: str) -> str:
    dotted = "." + word.lower().lstrip("*").lstrip(".")
    if not _EXTENSION.fullmatch(dotted):
        nearest = "." + (dotted.rpartition(".")[2] or "jpg")
        raise BadSetting(
            f"{setting.key}: {word!r} is no extension; only the last one counts. Perhaps {nearest!r}?"
        )
    return dotted


def _database(setting: Setting, text: str) -> str:
    try:
        return str(ServerAddress(text))
    except ValueError as error:
        raise BadSetting(f"{setting.key}: {error}") from error


_CHECKS: dict[ValueKind, Callable[[Setting, str], str]] = {
    ValueKind.FOLDER: _folder,
    ValueKind.FOLDERS: _folders,
    ValueKind.EXTENSIONS: _extensions,
    ValueKind.DATABASE: _database,
}
