"""What a setting may hold: each kind of value is checked, and brought into the form it is kept in."""

import os
import re
from collections.abc import Callable
from pathlib import Path, PurePath

from message_centre.domain import (
    drive_settings,
    medimage_settings,
    people_settings,
    receiver_settings,
    tower_profiles,
)
from message_centre.domain.capture_names import DEFAULT_PATTERN, CapturePattern
from message_centre.domain.errors import BadSetting
from message_centre.domain.server_address import ServerAddress
from message_centre.domain.settings import Setting, ValueKind

_EXTENSION = re.compile(r"\.[^\s./\\:*?\"<>|]{1,16}")


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


def _pattern(setting: Setting, text: str) -> str:
    try:
        CapturePattern(text)
    except ValueError as error:
        raise BadSetting(
            f"{setting.key}: {error}. The usual pattern is {DEFAULT_PATTERN!r}."
        ) from error
    return text


def _of_key(check: Callable[[str, str], str]) -> Callable[[Setting, str], str]:
    def checked_by_key(setting: Setting, text: str) -> str:
        return check(setting.key, text)

    return checked_by_key


def _secret(setting: Setting, text: str) -> str:
    del text
    raise BadSetting(f"{setting.key} is a secret: it is read from standard input alone.")


_CHECKS: dict[ValueKind, Callable[[Setting, str], str]] = {
    ValueKind.FOLDER: _folder,
    ValueKind.FOLDERS: _folders,
    ValueKind.EXTENSIONS: _extensions,
    ValueKind.DATABASE: _database,
    ValueKind.FLAG: _of_key(drive_settings.flag),
    ValueKind.DRIVE_PATH: _of_key(drive_settings.drive_path),
    ValueKind.CONTAINER: _of_key(drive_settings.container),
    ValueKind.NAME: _of_key(drive_settings.name),
    ValueKind.ADDRESS: _of_key(drive_settings.address),
    ValueKind.DOMAINS: _of_key(drive_settings.domains),
    ValueKind.GUID: _of_key(medimage_settings.guid),
    ValueKind.GUIDS: _of_key(medimage_settings.guids),
    ValueKind.PATTERN: _pattern,
    ValueKind.TEXT: _of_key(people_settings.plain_text),
    ValueKind.MINUTES: _of_key(people_settings.minutes),
    ValueKind.TITLES: _of_key(people_settings.titles),
    ValueKind.PROFILES: _of_key(tower_profiles.profiles),
    ValueKind.HOST: _of_key(receiver_settings.host),
    ValueKind.PORT: _of_key(receiver_settings.port),
    ValueKind.FILE: _of_key(receiver_settings.file),
    ValueKind.SECRET: _secret,
}
