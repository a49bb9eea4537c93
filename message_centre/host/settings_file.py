"""The workstation's settings file: TOML in the home, written whole or not at all.

Keys and comments that we do not know are kept. A file that cannot be read is set aside, never
replaced in silence: the problem is told at every start until somebody has set the settings again.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from message_centre.domain.errors import BadSetting, SettingsUnreadable
from message_centre.host.durable import make_folders, write_atomically
from message_centre.host.os_errors import home_errors, store_errors

NAME = "settings.toml"
_DAMAGED = f"{NAME}.damaged-"


class SettingsFile:
    """The `WorkstationSettings` port over `<home>/settings.toml`. A missing file holds nothing."""

    def __init__(self, home: Path) -> None:
        self._file = home / NAME

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the file, in sentences to show at start; sets a damaged one aside.

        Raises:
            AccessDenied: the home cannot be read.
        """
        try:
            self._load()
        except SettingsUnreadable as error:
            return (error.detail,)
        with home_errors():
            set_aside = sorted(self._file.parent.glob(f"{_DAMAGED}*"))
            if not set_aside or self._file.exists():
                return ()
            return (_told(set_aside[-1]),)

    def read(self) -> Mapping[str, str]:
        """Every value by dotted key; a damaged file is set aside and holds nothing.

        Raises:
            BadSetting: a value is no text, number or truth value.
        """
        try:
            return _flat(self._load().unwrap())
        except SettingsUnreadable:
            return {}

    def write(self, key: str, value: str) -> None:
        """Write one value durably, keeping every key and comment that we do not know."""
        try:
            document = self._load()
        except SettingsUnreadable:
            document = tomlkit.document()
        *tables, last = key.split(".")
        place: TOMLDocument | tomlkit.items.Table = document
        for name in tables:
            if not isinstance(place.get(name), dict):
                place[name] = tomlkit.table()
            place = place[name]
        place[last] = value
        with store_errors():
            make_folders(self._file.parent)
            write_atomically(self._file, tomlkit.dumps(document).encode())

    def _load(self) -> TOMLDocument:
        try:
            return tomlkit.parse(self._file.read_bytes().decode("utf-8-sig"))
        except FileNotFoundError:
            return tomlkit.document()
        except (UnicodeDecodeError, TOMLKitError) as error:
            raise SettingsUnreadable(_told(self._set_aside())) from error
        except OSError as error:
            # Not set aside: it may be whole, and only this user or this moment cannot read it.
            raise BadSetting(f"{self._file} cannot be read ({type(error).__name__}).") from error

    def _set_aside(self) -> Path:
        stamp = datetime.now().astimezone().strftime("%Y%m%dT%H%M%S.%f")
        kept = self._file.with_name(f"{_DAMAGED}{stamp}")
        with store_errors():
            self._file.rename(kept)
        return kept


def _told(kept: Path) -> str:
    return (
        f"The settings file of this workstation could not be read. It was set aside as {kept.name};"
        " this workstation runs on defaults until its settings are set again."
    )


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            found |= _flat(value, f"{key}.")
        elif isinstance(value, bool):
            found[key] = str(value).lower()
        elif isinstance(value, str | int | float):
            found[key] = str(value)
        # Lists and dates are nobody's value here: they belong to keys we do not know.
    return found
