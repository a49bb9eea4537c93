"""Microsoft's sign-in through MSAL: one application object for each attempt, its errors made ours.

MSAL remembers refusals and outages inside the object, and would repeat them without asking again.
"""

import contextlib
import functools
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import msal  # type: ignore[import-untyped] # it has no types
import requests

from message_centre.domain.errors import (
    BadSetting,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.secrets import Secret

AUTHORITY = "https://login.microsoftonline.com/common"
#: The narrowest permission that lets a file be moved; MSAL adds what renewal and the name need.
SCOPES = ["https://graph.microsoft.com/Files.ReadWrite"]
#: Seconds for each stretch of an answer; MSAL's own session would try twice.
TIMEOUT = 8.0
_NUMBER = re.compile(r"AADSTS(\d+)")

_REGISTRATION = {
    "700016": "Microsoft does not know this App ID. Check it in Setup.",
    "7000218": "Microsoft wants a secret for this App ID. Enter the app's secret in Setup.",
    "700025": "This App ID is registered without a secret. Remove the secret in Setup.",
    "7000215": "Microsoft does not take the app's secret. Enter it anew in Setup.",
    "7000222": "The app's secret has expired. Make a new one at Microsoft and enter it in Setup.",
    "50011": "The app is not registered with the address http://localhost.",
    "65001": "Nobody has allowed the app Files.ReadWrite. An administrator must consent to it.",
}

_log = logging.getLogger("message_centre.sources.onedrive_access")


@dataclass(frozen=True, slots=True)
class Registration:
    """The app as the practice registered it; without a secret it is a public client."""

    app_id: str
    secret: Secret


def cache_of(text: str) -> msal.SerializableTokenCache:
    """MSAL's memory of one sign-in, as `serialize` wrote it; empty for a new one."""
    cache = msal.SerializableTokenCache()
    cache.deserialize(text)
    return cache


#: What no answer of Microsoft's can be made of.
_UNANSWERED = (OSError, ValueError, RuntimeError, KeyError, msal.exceptions.MsalError)


@contextlib.contextmanager
def application(
    registration: Registration, cache: msal.SerializableTokenCache
) -> Iterator[Any]:  # MSAL has no types
    """An application of MSAL that remembers nothing but the cache. It asks for Microsoft's addresses.

    Raises:
        SourceOffline (RateLimited): by whatever is called on it.
    """
    with _session() as session, translating():
        parts = {
            "authority": AUTHORITY,
            "token_cache": cache,
            "http_client": session,
            "instance_discovery": False,  # the authority is ours, so nobody need vouch for it
        }
        if registration.secret:
            secret = registration.secret.reveal()
            yield msal.ConfidentialClientApplication(
                registration.app_id, client_credential=secret, **parts
            )
        else:
            yield msal.PublicClientApplication(registration.app_id, **parts)


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """What MSAL and the library under it raise, as our errors, with a line in the log."""
    try:
        with _told():
            yield
    except requests.exceptions.SSLError as error:
        raise SourceOffline(
            "The line to Microsoft is not safe: its certificate is false."
        ) from error
    except requests.exceptions.Timeout as error:
        raise SourceOffline("Microsoft's sign-in does not answer in time.") from error
    except (ValueError, RuntimeError, KeyError) as error:
        # Pages that are no JSON, and tokens that were made for somebody else.
        raise SourceOffline("Something else than Microsoft's sign-in answers.") from error
    except (OSError, msal.exceptions.MsalError) as error:
        raise SourceOffline("Microsoft's sign-in cannot be reached.") from error


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _UNANSWERED as error:
        _log.warning("no answer from the sign-in: %s", type(error).__name__)
        raise


def granted(result: object) -> Mapping[str, Any]:
    """MSAL's result, if it bears a token.

    Raises:
        BadSetting: the app's registration is wrong.
        SignInNeeded: the person or Microsoft said no.
    """
    if not isinstance(result, Mapping):
        raise SignInNeeded("Sign in to OneDrive.")
    if "access_token" in result:
        return result
    raise _refusal(result)


def _refusal(result: Mapping[str, Any]) -> MessageCentreError:
    found = _NUMBER.search(str(result.get("error_description", "")))
    number = found[1] if found else ""
    _log.warning("refused: AADSTS%s", number or " without a number")
    if number in _REGISTRATION:
        return BadSetting(_REGISTRATION[number])
    if result.get("error") in {"access_denied", "authorization_declined"}:
        return SignInNeeded("The sign-in was declined on Microsoft's page.")
    if result.get("error") == "temporarily_unavailable":
        return SourceOffline("Microsoft's sign-in is overloaded.")
    told = f" (AADSTS{number})" if number else ""
    if result.get("error") in {"invalid_client", "unauthorized_client"}:
        # For more reasons than have a sentence of their own; to sign in again would mend none of them.
        return BadSetting(f"Microsoft does not take this App ID with its secret{told}. See Setup.")
    return SignInNeeded(f"Microsoft does not take this sign-in any more{told}.")


def _session() -> requests.Session:
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _as_it_is
    session.hooks["response"].append(_check)
    session.request = functools.partial(  # type: ignore[method-assign] # MSAL gives no time limit
        session.request, timeout=TIMEOUT
    )
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without this a .netrc file of the computer would add a password of its own."""
    return request


def _check(response: requests.Response, *_: object, **__: object) -> None:
    """Keep from MSAL what it takes for granted, and pauses of which it would not say how long they are."""
    content = response.content  # read whole, so that the line is given back whatever is raised
    if not response.ok:
        _log.warning("the sign-in answers %d", response.status_code)
    if response.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        told = response.headers.get("Retry-After", "")
        after = float(told) if told.isascii() and told.isdigit() else 0.0
        raise RateLimited("Microsoft's sign-in asks for a pause.", after=after)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceOffline(f"Microsoft's sign-in has a fault of its own ({response.status_code}).")
    if not isinstance(json.loads(content), dict):
        raise SourceOffline("Something else than Microsoft's sign-in answers.")
