"""What the answers of Azure Storage and the failures of its SDK mean to us."""

import contextlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from message_centre.domain.errors import (
    AccessDenied,
    FileBusy,
    FileChanged,
    FileGone,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.sources.request_ids import request_id

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

_log = logging.getLogger(__name__)

#: The only code that says that a blob, and not its container or account, is not there.
_BLOB_GONE = "BlobNotFound"
_AWAY = "Azure Storage cannot be reached."
_KEY_REFUSED = "Azure Storage does not take the account and key of this practice."
_CLOCK_OFF = "The clock of this computer is wrong; Azure Storage takes no calls that are dated so."
#: As much as the service allows.
_CLOCKS_MAY_DIFFER = timedelta(minutes=15)
#: Codes that say more than their status does: the error, and its words.
_CODES: dict[str, tuple[type[MessageCentreError], str]] = {
    _BLOB_GONE: (FileGone, "The file is no longer in its container."),
    "ContainerNotFound": (AccessDenied, "The account has no container of this name."),
    "AuthorizationPermissionMismatch": (AccessDenied, "The account may not do this."),
    "InsufficientAccountPermissions": (AccessDenied, "The account may not do this."),
    "KeyBasedAuthenticationNotPermitted": (AccessDenied, "The account takes no keys."),
    "BlobArchived": (
        AccessDenied,
        "The file lies in the archive tier; it has to be fetched first.",
    ),
    "BlobBeingRehydrated": (FileBusy, "The file is on its way out of the archive tier."),
    "SnapshotsPresent": (AccessDenied, "The file has snapshots, which are not removed with it."),
    "BlobImmutableDueToPolicy": (AccessDenied, "A policy of the container keeps the file."),
    "LeaseIdMissing": (FileBusy, "Another program holds a lease on the file."),
}
_STATUSES: dict[int, tuple[type[MessageCentreError], str]] = {
    HTTPStatus.BAD_REQUEST: (AccessDenied, "Azure Storage refuses the request."),
    HTTPStatus.UNAUTHORIZED: (SignInNeeded, _KEY_REFUSED),
    HTTPStatus.FORBIDDEN: (SignInNeeded, _KEY_REFUSED),
    HTTPStatus.CONFLICT: (AccessDenied, "The file cannot be used as it stands."),
    HTTPStatus.PRECONDITION_FAILED: (FileChanged, "The file has changed since it was listed."),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
        FileChanged,
        "The file has changed since it was listed.",
    ),
}
#: Somebody else was there first: that is said of the file, and nothing is wrong.
_EXPECTED = {HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED}
_PAUSES = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Let our errors and no others out.

    Raises:
        SourceOffline, RateLimited, SignInNeeded, AccessDenied, FileGone, FileChanged, FileBusy
    """
    # Who comes here has loaded the SDK already.
    from azure.core.exceptions import (  # noqa: PLC0415
        AzureError,
        ClientAuthenticationError,
        HttpResponseError,
    )

    try:
        yield
    except ClientAuthenticationError as error:
        if error.status_code is not None:
            raise _of_answer(error) from error
        _log.warning("the key cannot sign")
        raise SignInNeeded("The key of this practice is no key of Azure Storage.") from error
    except HttpResponseError as error:
        raise _of_answer(error) from error
    except AzureError as error:
        _log.warning("no answer: %s", type(error).__name__)
        raise SourceOffline(_words(error)) from error
    except (ValueError, AttributeError) as error:
        # The SDK looks for its headers and parts in whatever came, were it the page of a portal.
        _log.warning("an answer that is none: %s", type(error).__name__)
        raise SourceOffline("What answers there is not Azure Storage.") from error


def _words(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "The server does not prove that it is Azure Storage: its certificate is not trusted."
    return _AWAY


def _of_answer(error: "HttpResponseError") -> MessageCentreError:
    status, code, headers = error.status_code, _code(error), _headers(error)
    if status is None:
        _log.warning("the answer broke off")
        return SourceOffline(_AWAY)
    level = logging.INFO if status in _EXPECTED else logging.WARNING
    named = code if code in _known_codes() else "without a known code"
    number = request_id(headers.get("x-ms-request-id"))
    _log.log(level, "HTTP %d %s, request %s", status, named, number)
    if code == "AuthenticationFailed" and _is_clock_off(headers):
        _log.warning("this computer's clock is off")
        return AccessDenied(_CLOCK_OFF)
    if status in _PAUSES:
        return RateLimited("Azure Storage asks for a pause.", after=_seconds(headers))
    found = _CODES.get(code) or _STATUSES.get(status)
    if found is None:
        return SourceOffline(_AWAY)
    kind, words = found
    return kind(words)


def _code(error: "HttpResponseError") -> str:
    """The service's own code: an enumeration's member, bare text, or only in the answer's head."""
    code = getattr(error, "error_code", None) or _headers(error).get("x-ms-error-code", "")
    return str(getattr(code, "value", code))


def _known_codes() -> set[str]:
    """What may stand in a log: the text of an answer may be anything, even what was sent."""
    from azure.storage.blob import StorageErrorCode  # noqa: PLC0415 - it was loaded before

    return {code.value for code in StorageErrorCode} | set(_CODES)


def _headers(error: "HttpResponseError") -> dict[str, str]:
    headers = getattr(error.response, "headers", None) or {}
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _is_clock_off(headers: dict[str, str]) -> bool:
    """Whether the service, which tells its time, takes our signatures for too old or too new."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return False
    return theirs.tzinfo is not None and abs(datetime.now(UTC) - theirs) > _CLOCKS_MAY_DIFFER


def _seconds(headers: dict[str, str]) -> float:
    told = headers.get("retry-after", "")
    return float(told) if told.isdecimal() else 0.0
