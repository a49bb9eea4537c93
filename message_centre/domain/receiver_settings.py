"""The settings of this workstation's receiver of photos: their keys, and what each may hold."""

import ipaddress
from pathlib import PurePath

from message_centre.domain.errors import BadSetting

ENABLED = "receiver.enabled"
ADDRESS = "receiver.address"
PORT = "receiver.port"
CERTIFICATE = "receiver.certificate"
PRIVATE_KEY = "receiver.key"

#: Key, kind, scope, line and default, as `settings.Setting` takes them.
ROWS = (
    (
        ENABLED,
        "flag",
        "workstation",
        "Whether phones post to the Message Centre on this workstation while its window is open.",
        "false",
    ),
    (
        ADDRESS,
        "host",
        "workstation",
        "Where the receiver listens: 127.0.0.1 for this computer alone, 0.0.0.0 for every network.",
        "127.0.0.1",
    ),
    (PORT, "port", "workstation", "The receiver's port.", "5566"),
    (
        CERTIFICATE,
        "file",
        "workstation",
        "The receiver's certificate with its chain, as a PEM file; wanted on other addresses than this"
        " computer's own.",
        "",
    ),
    (PRIVATE_KEY, "file", "workstation", "The private key of that certificate, as a PEM file.", ""),
)

_LAST_PORT = 65_535


def host(key: str, text: str) -> str:
    """A numeric address, or localhost.

    Raises:
        BadSetting
    """
    if text.lower() == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise BadSetting(
            f"{key} is a numeric address of this computer. Perhaps '127.0.0.1'?"
        ) from error


def port(key: str, text: str) -> str:
    """A port's number.

    Raises:
        BadSetting
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_PORT))
    if not is_number or not 1 <= int(text) <= _LAST_PORT:
        raise BadSetting(f"{key} is a number from 1 to {_LAST_PORT}. Perhaps '5566'?")
    return str(int(text))


def file(key: str, text: str) -> str:
    """The full path of a file.

    Raises:
        BadSetting
    """
    given = PurePath(text)
    if not given.is_absolute() or ".." in given.parts:
        raise BadSetting(f"{key} wants the full path of a file, without '..'.")
    return str(given)
