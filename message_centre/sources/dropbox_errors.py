"""What goes wrong with Dropbox, in our words: the one table from its SDK's exceptions to our errors.

Much of it are no exceptions of the SDK's: a portal's page that answers instead of Dropbox arrives as an
AssertionError, a line that drops as one of requests, an answer of another shape as whatever it trips.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from message_centre.domain.errors import (
    AccessDenied,
    BadSetting,
    FileChanged,
    FileGone,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
    UnreadablePicture,
)
from message_centre.sources.request_ids import UNNAMED, request_id

_Outcome = tuple[type[MessageCentreError], str]

#: Seconds; a longer one would be a mistake, and nobody could end it but by starting the program anew.
_LONGEST_PAUSE = 900.0
_NO_ANSWER = "Dropbox does not answer; is the internet away?"
_NOT_OF_DROPBOX = (
    "Something else answers instead of Dropbox, such as the sign-in page of a network."
)
_UNKNOWN = "Dropbox refuses with an error that this program does not know."
_REFUSED = (AccessDenied, "Dropbox does not allow this file to be removed or read.")
_SIGN_IN = (SignInNeeded, "Dropbox does not take this sign-in any more.")

_NO_PICTURE = (UnreadablePicture, "Dropbox makes no small picture of this file.")

_ELSE = (SourceOffline, "Something else is at this place in Dropbox: a file or a folder.")

#: The outermost known tag of a route's error decides. Only `not_found` says that a file is gone: a source
#: takes that for removed.
_BY_TAG: dict[str, _Outcome] = {
    "not_found": (FileGone, "The file is no longer in this Dropbox."),
    "conflict": (FileChanged, "Dropbox now holds another revision of this file."),
    "reset": (FileChanged, "Dropbox wants the list to be begun anew."),
    "not_file": _ELSE,
    "not_folder": _ELSE,
    "malformed_path": (SourceOffline, "Dropbox can have nothing of this name."),
    "locked": (SourceOffline, "The file is locked in Dropbox for now."),
    "restricted_content": _REFUSED,
    "unsupported_content_type": _REFUSED,
    "unsupported_file": _REFUSED,
    "no_write_permission": _REFUSED,
    "insufficient_space": _REFUSED,
    "disallowed_name": _REFUSED,
    "team_folder": _REFUSED,
    "access_restricted": _REFUSED,
    "team_folder_insufficient_space": _REFUSED,
    "member_folder_insufficient_space": _REFUSED,
    "upload_traffic_limit_reached": _REFUSED,
    "operation_suppressed": _REFUSED,
    "too_many_files": _REFUSED,
    "template_error": _REFUSED,
    "unsupported_extension": _NO_PICTURE,
    "unsupported_image": _NO_PICTURE,
    "unsupported_output_format": _NO_PICTURE,
    "encrypted_content": _NO_PICTURE,
    "conversion_error": _NO_PICTURE,
    "access_denied": _REFUSED,
    "too_many_write_operations": (RateLimited, "Dropbox is busy with other changes."),
}

_BY_REFUSAL: dict[str, _Outcome] = {
    "invalid_access_token": _SIGN_IN,
    "expired_access_token": _SIGN_IN,
    "invalid_select_user": _SIGN_IN,
    "invalid_select_admin": _SIGN_IN,
    "other": _SIGN_IN,
    "user_suspended": (AccessDenied, "This Dropbox account is suspended."),
    "route_access_denied": (AccessDenied, "Dropbox denies this to the practice's app."),
    "missing_scope": (
        AccessDenied,
        "The practice's Dropbox app lacks a permission. An administrator can grant it; then sign in again.",
    ),
}


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Let our errors and no others come out of the SDK's calls made inside."""
    # The SDK is not loaded before a drive is used; who calls it has loaded it by then.
    from dropbox import dropbox_client, oauth  # noqa: PLC0415 - as above
    from dropbox.exceptions import DropboxException  # noqa: PLC0415 - as above
    from dropbox.stone_validators import ValidationError  # noqa: PLC0415 - as above

    try:
        yield
    except DropboxException as error:
        raise _of_dropbox(error) from error
    except (
        OSError
    ) as error:  # requests' errors are such, and so is an unreadable file of authorities
        raise _of_line(error) from error
    except (dropbox_client.BadInputException, oauth.BadInputException) as error:
        raise SignInNeeded("The practice's Dropbox app is not set up.") from error
    except oauth.NotApprovedException as error:
        raise SignInNeeded("The access was refused on Dropbox's page.") from error
    except (
        oauth.BadRequestException,
        oauth.BadStateException,
        oauth.CsrfException,
        oauth.ProviderException,
    ) as error:
        raise SignInNeeded("What came back from Dropbox's page does not belong here.") from error
    except (
        ValidationError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise SourceOffline(_NOT_OF_DROPBOX) from error


def trace_of(error: BaseException) -> str:
    """What a log may hold of an error: classes, HTTP status and Dropbox's request id, never a name."""
    cause = error.__cause__
    status = getattr(cause, "status_code", None)
    number = request_id(getattr(cause, "request_id", None))
    parts = [type(error).__name__, type(cause).__name__ if cause else ""]
    parts += [
        f"status {status}" if status else "",
        f"request {number}" if number != UNNAMED else "",
    ]
    return ", ".join(part for part in parts if part)


def _of_dropbox(error: Any) -> MessageCentreError:
    from dropbox import exceptions  # noqa: PLC0415 - only once it was loaded

    match error:
        case exceptions.ApiError():
            return _of_route(error.error)
        case exceptions.AuthError():
            kind, detail = _BY_REFUSAL.get(_tag(error.error), _SIGN_IN)
            return kind(detail)
        case exceptions.RateLimitError():
            after = min(max(float(error.backoff or 0), 0.0), _LONGEST_PAUSE)
            return RateLimited("Dropbox asks for fewer calls.", after=after)
        case exceptions.BadInputError():
            return AccessDenied(
                "Dropbox does not take requests of the practice's app. Check its app key and permissions."
            )
        case exceptions.InternalServerError():
            return SourceOffline("Dropbox has trouble of its own.")
        case _:
            return SourceOffline(_NOT_OF_DROPBOX)


def _of_route(error: Any) -> MessageCentreError:
    """By the tags of a route's error, from the outside in: `path_write`, `conflict`, `file`."""
    found: _Outcome = (SourceOffline, _UNKNOWN)
    while tag := _tag(error):
        found = _BY_TAG.get(tag, found)
        if tag in _BY_TAG:
            break
        error = getattr(error, "_value", None)
    kind, detail = found
    return kind(detail)


def _tag(error: Any) -> str:
    return str(getattr(error, "_tag", None) or "")


def _of_line(error: OSError) -> MessageCentreError:
    from requests.exceptions import (  # noqa: PLC0415 - as above
        HTTPError,
        JSONDecodeError,
        SSLError,
        Timeout,
    )

    match error:
        case HTTPError():
            return _of_sign_in(error.response)
        case SSLError():
            return SourceOffline(
                "The connection to Dropbox is not secure: its certificate is not trusted here."
            )
        case JSONDecodeError():
            return SourceOffline(_NOT_OF_DROPBOX)
        case Timeout():
            return SourceOffline(_NO_ANSWER)
        case _:
            return SourceOffline("The connection to Dropbox cannot be made, or it dropped.")


def _of_sign_in(response: Any) -> MessageCentreError:
    """What the exchange of a code ended with: the one call whose errors come out of requests itself."""
    status = response.status_code if response is not None else 0
    if status in {400, 401, 403}:
        if "_client" in response.text:  # invalid_client, unauthorized_client
            return BadSetting("system.dropbox.app_key: Dropbox does not know this app.")
        return SignInNeeded("Dropbox does not take this sign-in. Begin it again.")
    if status == 429:  # noqa: PLR2004 - too many requests, as HTTP numbers it
        return RateLimited("Dropbox asks for fewer calls.")
    return SourceOffline("Dropbox has trouble of its own.")
