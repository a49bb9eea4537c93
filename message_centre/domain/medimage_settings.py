"""The settings of MedImage: their keys, and what each says of itself."""

import re

from message_centre.domain.errors import BadSetting

GUID = "provider.N.medimage.guid"
RETIRED = "provider.N.medimage.retired"
ROOT = "system.medimage.root"
PHOTOS = "system.medimage.photos"
SERVER = "system.medimage.server"
PAIRING_SERVICE = "system.medimage.pairing_service"

#: Key, kind, scope, line and default, as `settings.Setting` takes them.
ROWS = (
    (
        GUID,
        "guid",
        "provider",
        "The address key under which this provider's phones send; made by pairing a phone.",
        "",
    ),
    (
        RETIRED,
        "guids",
        "provider",
        "Address keys that were replaced; what still arrives under them waits for a person.",
        "",
    ),
    (
        ROOT,
        "folder",
        "practice",
        "The folder into which the MedImage Server delivers: the first one of its backupTo.",
        "",
    ),
    (
        PHOTOS,
        "folder",
        "practice",
        "The MedImage Server's own photos folder, where this workstation sees it; for its check.",
        "",
    ),
    (
        SERVER,
        "address",
        "practice",
        "The address at which phones reach the practice's MedImage Server.",
        "",
    ),
    (
        PAIRING_SERVICE,
        "address",
        "practice",
        "The service that gives codes for phones.",
        "https://medimage-pair.atomjump.com/med-genid.php",
    ),
)

_GUID = re.compile(r"[A-Za-z0-9]{17,20}")


def is_guid(text: str) -> bool:
    """Whether this can be an address key; upper and lower case are different keys."""
    return _GUID.fullmatch(text) is not None


def guids_in(value: str) -> tuple[str, ...]:
    """The address keys of a stored value."""
    return tuple(value.split())


def masked(value: str) -> str:
    """Address keys as they are shown: whoever knows one can send photos to the practice."""
    return " ".join(f"***{guid[-2:]}" for guid in guids_in(value))


def guid(key: str, text: str) -> str:
    """One address key.

    Raises:
        BadSetting: it cannot be one. What was given is not repeated.
    """
    if not is_guid(text):
        raise BadSetting(
            f"{key}: an address key has 17 to 20 letters and digits, and nothing else."
        )
    return text


def guids(key: str, text: str) -> str:
    """Several address keys, separated by blanks, each once.

    Raises:
        BadSetting: one of them cannot be one.
    """
    return " ".join(dict.fromkeys(guid(key, one) for one in text.replace(",", " ").split()))
