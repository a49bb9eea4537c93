"""What the settings of virtual drives may hold, and the one spelling in which each is kept."""

import ipaddress
import re
from urllib.parse import urlsplit

from message_centre.domain.errors import BadSetting

_CONTAINER = re.compile(r"(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_FLAGS = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}


def flag(key: str, text: str) -> str:
    """`true` or `false`.

    Raises:
        BadSetting: it is neither.
    """
    lower = text.lower()
    if lower not in {"true", "false"}:
        nearest = _FLAGS.get(lower, "true")
        raise BadSetting(f"{key} is true or false. Perhaps {nearest!r}?")
    return lower


def drive_path(key: str, text: str) -> str:
    """A folder of a drive: a leading slash, none at the end; empty for the root.

    Raises:
        BadSetting: it would lead upwards.
    """
    parts = [part.strip() for part in re.split(r"[/\\]", text)]
    if ".." in parts:
        raise BadSetting(f"{key}: a folder may not contain '..'. Name it from the drive's root.")
    return "".join(f"/{part}" for part in parts if part not in {"", "."})


def container(key: str, text: str) -> str:
    """`container` or `container/folder`, the container as Azure Storage allows them.

    Raises:
        BadSetting: the detail says what would do.
    """
    name, slash, folder = text.lstrip("/").partition("/")
    if not _CONTAINER.fullmatch(name):
        raise BadSetting(
            f"{key}: {name!r} is no container of Azure Storage. Its name has 3 to 63 lower-case"
            f" letters, digits and single hyphens. Perhaps {_nearest_container(name)!r}?"
        )
    return name + (drive_path(key, folder) if slash else "")


def _nearest_container(name: str) -> str:
    kept = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].rstrip("-")
    return kept if _CONTAINER.fullmatch(kept) else f"{kept}-files".lstrip("-")


def name(key: str, text: str) -> str:
    """The name of an account or an app.

    Raises:
        BadSetting: other characters than letters, digits and hyphens.
    """
    if not _NAME.fullmatch(text):
        raise BadSetting(
            f"{key}: a name has up to 64 letters, digits and hyphens, and no spaces or dots."
        )
    return text


def address(key: str, text: str) -> str:
    """The address of a service: https, or http on this very computer; no slash at the end.

    Raises:
        BadSetting: the detail says what is wrong with it.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadSetting(f"{key}: {text!r} is no address.") from error
    if parts.username is not None or parts.query or parts.fragment:
        raise BadSetting(f"{key}: only https, a host, a port and a path stand in this address.")
    if not host or port == 0:
        raise BadSetting(f"{key} starts with https:// and a host. Perhaps 'https://{text}'?")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_computer(host)):
        raise BadSetting(f"{key}: files travel by https alone. Perhaps 'https://{parts.netloc}'?")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def domains(key: str, text: str) -> str:
    """Domains in lower case without leading dots, separated by spaces.

    Raises:
        BadSetting: one of them is no domain.
    """
    words = [word.lower().lstrip("*").strip(".") for word in re.split(r"[\s,;]+", text) if word]
    for word in words:
        if not _DOMAIN.fullmatch(word):
            raise BadSetting(f"{key}: {word!r} is no domain. Perhaps 'incloud.clinic'?")
    return " ".join(sorted(set(words)))


def domains_in(value: str) -> tuple[str, ...]:
    """The domains of a stored value."""
    return tuple(value.split())
