"""A MedImage Server's config.json: what it should say, and what is wrong with one that says otherwise."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from message_centre.domain.findings import Verdict

ALLOWED_CHARACTERS = "a-zA-Z0-9#._-"
LARGEST_UPLOAD = 67_108_864
_BOM = b"\xef\xbb\xbf"
_SHIPPED_PASSWORD = "changeme"  # noqa: S105 - the word that everybody knows
_SHORTEST_PASSWORD = 16
_HARMFUL_TYPES = re.compile(r"\b(heic|heif|csv|json)\b", re.IGNORECASE)
_HIGHEST_PORT = 65535
_INDENT = 6
#: What each must be, and what goes wrong otherwise.
_FIXED: dict[str, tuple[bool, str]] = {
    "keepMaster": (False, "photos stay in the server's photos folder for ever"),
    "allowPhotosLeaving": (False, "photos can be fetched from the server by others"),
    "allowGettingRemotePhotos": (False, "the server fetches photos from elsewhere"),
    "lockDown": (True, "anybody who reaches the server can change its settings"),
}
_OF_PAIRING = ("globalId", "readProxy", "proxy", "style", "countryCode")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about a config.json: how grave, which key, and in words what to do."""

    verdict: Verdict
    key: str
    words: str


class BadConfig(ValueError):
    """The text is no settings file at all; the words say why."""


def parsed(data: bytes) -> dict[str, object]:
    """The settings of a file; a byte order mark before them is put up with.

    Raises:
        BadConfig
    """
    try:
        found = json.loads(data.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError:
        raise BadConfig("The file is not written in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadConfig(f"The file is no JSON: {error.msg} in line {error.lineno}.") from None
    except RecursionError:
        raise BadConfig("The file is no settings file.") from None
    if not isinstance(found, dict):
        raise BadConfig("The file holds no settings.")
    return found


def written(config: Mapping[str, object]) -> bytes:
    """The settings as the server itself would write them: UTF-8 without a byte order mark."""
    return (json.dumps(config, indent=_INDENT, ensure_ascii=False) + "\n").encode()


def remarks(data: bytes, server_folder: PurePath) -> Iterator[Remark]:
    """Everything that is wrong with a file, gravest or not; nothing secret is repeated."""
    if data.startswith(_BOM):
        yield Remark(
            Verdict.BAD, "", "The file begins with a byte order mark: the server would not start."
        )
    try:
        config = parsed(data)
    except BadConfig as error:
        yield Remark(Verdict.BAD, "", f"{error} The server would not start.")
        return
    yield from _of_targets(config.get("backupTo"), server_folder)
    for judge in _JUDGES:
        yield from judge(config)


def _of_targets(value: object, server_folder: PurePath) -> Iterator[Remark]:
    if isinstance(value, str):
        words = "It is text instead of a list: the server takes it letter by letter and scatters photos."
        yield Remark(Verdict.BAD, "backupTo", words)
        return
    if not isinstance(value, list) or not value:
        words = "It names no folder: photos stay in the server's photos folder."
        yield Remark(Verdict.BAD, "backupTo", words)
        return
    for target in value:
        told = _about_target(target, server_folder)
        if told:
            yield Remark(Verdict.BAD, "backupTo", f"{target!s}: {told}")


def _about_target(target: object, server_folder: PurePath) -> str:
    if not isinstance(target, str) or not target:
        return "this is no folder."
    path = PureWindowsPath(target) if ":" in target or "\\" in target else PurePosixPath(target)
    is_share = target.startswith("//")
    if not path.is_absolute() and not is_share:
        return "only a full path counts; this one depends on where the server was started."
    if "\\" in target:
        return "the server wants forward slashes."
    if PurePosixPath(target).is_relative_to(PurePosixPath(server_folder.as_posix())):
        return "it lies inside the server's own folder."
    return ""


def _of_fixed(config: Mapping[str, object]) -> Iterator[Remark]:
    for key, (wanted, otherwise) in _FIXED.items():
        if config.get(key) is not wanted:
            yield Remark(Verdict.BAD, key, f"It must be {str(wanted).lower()}, or {otherwise}.")


def _of_pairing(config: Mapping[str, object]) -> Iterator[Remark]:
    for key in _OF_PAIRING:
        if config.get(key):
            grave = key in {"globalId", "readProxy"}
            words = (
                "The server itself was paired, which changes where photos land. Remove it."
                if grave
                else "It is left over from a pairing of the server itself. Remove it."
            )
            yield Remark(Verdict.BAD if grave else Verdict.WARNING, key, words)


def _of_port(config: Mapping[str, object]) -> Iterator[Remark]:
    port = config.get("listenPort", 5566)
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= _HIGHEST_PORT:
        yield Remark(Verdict.BAD, "listenPort", "It is no port: a number up to 65535.")


def _of_https(config: Mapping[str, object]) -> Iterator[Remark]:
    given = [key for key in ("httpsKey", "httpsCert") if config.get(key)]
    if len(given) == 1:
        words = "httpsKey and httpsCert are wanted both, or every connection fails."
        yield Remark(Verdict.BAD, given[0], words)
    if not given:
        words = "Photos travel in clear, unless a reverse proxy before the server speaks https."
        yield Remark(Verdict.WARNING, "httpsKey", words)


def _of_types(config: Mapping[str, object]) -> Iterator[Remark]:
    if _HARMFUL_TYPES.search(json.dumps(config.get("allowedTypes", ""))):
        words = "HEIC photos are destroyed by the server; csv and json are no photos. Remove them."
        yield Remark(Verdict.WARNING, "allowedTypes", words)


def _of_characters(config: Mapping[str, object]) -> Iterator[Remark]:
    if config.get("allowedChars") != ALLOWED_CHARACTERS:
        words = f"It should be {ALLOWED_CHARACTERS}: as shipped it lets unsafe signs into names."
        yield Remark(Verdict.BAD, "allowedChars", words)


def _of_size(config: Mapping[str, object]) -> Iterator[Remark]:
    size = config.get("maxUploadSize")
    if isinstance(size, bool) or not isinstance(size, int | float) or size < LARGEST_UPLOAD:
        words = (
            f"It should be {LARGEST_UPLOAD}: phones take an answer to a larger photo for success."
        )
        yield Remark(Verdict.WARNING, "maxUploadSize", words)


def _of_password(config: Mapping[str, object]) -> Iterator[Remark]:
    value = config.get("basicAuthent")
    if value == _SHIPPED_PASSWORD:
        words = "It is still the password that everybody knows."
        yield Remark(Verdict.BAD, "basicAuthent", words)
    elif not isinstance(value, str) or len(value) < _SHORTEST_PASSWORD:
        yield Remark(Verdict.WARNING, "basicAuthent", "It should be a long random password.")


def _of_drives(config: Mapping[str, object]) -> Iterator[Remark]:
    if config.get("onStartBackupDriveDetect"):
        words = "Photos are copied to any drive that is plugged in. It must be false."
        yield Remark(Verdict.BAD, "onStartBackupDriveDetect", words)


_JUDGES: tuple[Callable[[Mapping[str, object]], Iterator[Remark]], ...] = (
    _of_fixed,
    _of_pairing,
    _of_port,
    _of_https,
    _of_types,
    _of_characters,
    _of_size,
    _of_password,
    _of_drives,
)


def addon_remarks(data: bytes | None) -> Iterator[Remark]:
    """What is wrong with addons/config.json; without it uploads are answered and go nowhere."""
    key = "addons/config.json"
    if data is None:
        words = "The file is missing: photos would be accepted and never delivered."
        yield Remark(Verdict.BAD, key, words)
        return
    try:
        events = parsed(data).get("events")
    except BadConfig as error:
        yield Remark(Verdict.BAD, key, str(error))
        return
    for name in ("photoWritten", "fileWritten"):
        found = events.get(name) if isinstance(events, dict) else None
        if not isinstance(found, list):
            words = f"It holds no list events.{name}: photos would be accepted and never delivered."
            yield Remark(Verdict.BAD, key, words)
            continue
        yield from (
            Remark(Verdict.WARNING, key, words) for words in map(_about_addon, found) if words
        )


def _about_addon(addon: object) -> str:
    if not isinstance(addon, dict) or not addon.get("active"):
        return ""
    if addon.get("priority") == "medium":
        return ""
    label = str(addon.get("addon", "an add-on"))
    return (
        f"{label}: its priority should be medium; otherwise it runs in a shell, or holds photos up."
    )


def merged(config: Mapping[str, object], root: str, password: str) -> dict[str, object]:
    """The settings as they should be; keys that are not known here are kept as they are.

    `password` takes the place of a missing or known one.
    """
    new = dict(config)
    old = new.get("backupTo")
    others = [one for one in old if one != root] if isinstance(old, list) else []
    new["backupTo"] = [root, *others]
    new |= {key: wanted for key, (wanted, _) in _FIXED.items()}
    new |= {key: None for key in _OF_PAIRING if new.get(key)}
    new["allowedChars"] = ALLOWED_CHARACTERS
    new.setdefault("listenPort", 5566)
    if any(_of_size(new)):
        new["maxUploadSize"] = LARGEST_UPLOAD
    if any(_of_password(new)):
        new["basicAuthent"] = password
    if any(_of_drives(new)):
        new["onStartBackupDriveDetect"] = False
    types = new.get("allowedTypes")
    if isinstance(types, list):
        new["allowedTypes"] = [one for one in types if not _HARMFUL_TYPES.search(json.dumps(one))]
    return new


PROXY_RULES = """\
Let a reverse proxy stand before the MedImage Server, with https (TLS 1.2 or newer):
pass POST and OPTIONS /api/photo and GET /; refuse everything else, above all /read/, /pair,
/addon/ and /load/; refuse bodies over 64 MB and file names over 200 characters; limit the requests
of one address.
"""
