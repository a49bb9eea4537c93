"""The sign-in of one provider's OneDrive: begun, finished, renewed silently, ended."""

import contextlib
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from message_centre.domain.errors import BadSetting, SignInNeeded, SourceOffline
from message_centre.domain.files import SourceKind
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.services.ports import CodePage, DriveAccount, SignInPage, Vault
from message_centre.sources.retrying import Patience, patiently

if TYPE_CHECKING:
    import msal  # type: ignore[import-untyped] # it has no types

    from message_centre.sources.entra import Registration

_PATIENCE = Patience(budget=10.0)
_APP_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_EARLY = 300.0  # a token is renewed so many seconds before its end, like MSAL does
_REFUSED_FOR = 30.0  # how long a refusal stands before the same sign-in is tried once more

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What lies in the vault: MSAL's cache, and which drive the account has."""

    cache: str
    drive_id: str

    def secret(self) -> Secret:
        return Secret(json.dumps({"cache": self.cache, "drive_id": self.drive_id}))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: float


class OneDriveAccess:
    """Implements `services.ports.DriveAccess`, and `Tokens` for the calls. Any thread."""

    kind = SourceKind.ONEDRIVE
    #: Microsoft takes http://localhost with any port.
    ports = (0,)

    def __init__(self, provider: str, app_id: Callable[[], str], vault: Vault) -> None:
        self._app_id = app_id
        self._vault = vault
        self._tokens = f"onedrive.{provider}.tokens"
        self._secret = f"onedrive.{provider}.secret"
        self._guard = threading.Lock()
        self._token = _Token("", 0.0)
        self._is_distrusted = False  # the kept token was refused, and none has replaced it yet
        self._refused: tuple[Secret, float] = (NO_SECRET, 0.0)

    def is_signed_in(self) -> bool:
        """Whether tokens are kept here."""
        return self._vault.read(self._tokens) is not None

    def drive_id(self) -> str:
        """Which drive the signed-in account has; nothing is asked over the line.

        Raises:
            SignInNeeded, VaultLocked
        """
        return self._kept()[1].drive_id

    def account(self) -> str:
        """Who signed in, as Microsoft named the account then; nothing is asked over the line.

        Raises:
            SignInNeeded, VaultLocked
        """
        try:
            accounts = json.loads(self._kept()[1].cache).get("Account", {})
        except ValueError as error:
            raise SignInNeeded("What is kept of the sign-in is unreadable.") from error
        return next((str(one.get("username", "")) for one in accounts.values()), "")

    def begin(self, redirect: str) -> SignInPage:
        """Begin an attempt whose browser comes back to `redirect`."""
        from message_centre.sources import entra  # noqa: PLC0415 - loaded at the first sign-in

        with entra.application(self._registration(), entra.cache_of("")) as app:
            flow = app.initiate_auth_code_flow(
                entra.SCOPES,
                redirect_uri=redirect,
                response_mode="form_post",
                prompt="select_account",
            )
            page = SignInPage(flow["auth_uri"], flow["state"], flow)
        _log.info("sign-in begun")
        return page

    def finish(self, page: SignInPage, answer: Mapping[str, str]) -> DriveAccount:
        """Turn the browser's answer into tokens in the vault, and learn which drive it is."""
        from message_centre.sources import entra  # noqa: PLC0415 - loaded at the first sign-in

        cache = entra.cache_of("")
        with entra.application(self._registration(), cache) as app:
            result = app.acquire_token_by_auth_code_flow(page.memory, dict(answer))
        return self._signed_in(result, cache)

    def begin_by_code(self) -> CodePage:
        """Ask Microsoft for a code that a person enters on its page, with any browser."""
        from message_centre.sources import entra  # noqa: PLC0415 - loaded at the first sign-in

        registration = self._registration()
        if registration.secret:
            raise BadSetting(
                "Microsoft gives codes to registrations without a secret only. Sign in with the browser."
            )
        with entra.application(registration, entra.cache_of("")) as app:
            flow = app.initiate_device_flow(entra.SCOPES)
        if "user_code" not in flow:
            entra.granted(flow)  # raises what Microsoft says
        _log.info("sign-in by code begun")
        return CodePage(str(flow["verification_uri"]), str(flow["user_code"]), flow)

    def finish_by_code(self, page: CodePage, typed: str) -> DriveAccount | None:
        """Ask whether somebody has entered the code, but not sooner than Microsoft allows."""
        del typed  # it was entered on the page
        from message_centre.sources import entra  # noqa: PLC0415 - loaded at the first sign-in

        flow: dict[str, Any] = page.memory  # type: ignore[assignment] # as begin_by_code made it
        if time.time() < flow.get("latest_attempt_at", 0.0) + flow["interval"]:
            return None
        cache = entra.cache_of("")
        with entra.application(self._registration(), cache) as app:
            result = app.acquire_token_by_device_flow(flow, exit_condition=_once)
        if result.get("error") in {"authorization_pending", "slow_down"}:
            return None
        return self._signed_in(result, cache)

    def _signed_in(self, told: object, cache: "msal.SerializableTokenCache") -> DriveAccount:
        """Keep what MSAL was granted."""
        from message_centre.sources import entra  # noqa: PLC0415 - loaded at the first sign-in

        result = entra.granted(told)
        drive_id = _drive_of(str(result["access_token"]))
        with self._guard:
            is_kept = self._vault.keep(self._tokens, _Kept(cache.serialize(), drive_id).secret())
            self._token, self._is_distrusted = _Token("", 0.0), False
        _log.info("signed in")
        claims = result.get("id_token_claims") or {}
        return DriveAccount(str(claims.get("preferred_username", "")), is_kept)

    def sign_out(self) -> None:
        """Keep the tokens no longer."""
        with self._guard:
            self._vault.forget(self._tokens)
            self._token = _Token("", 0.0)
        _log.info("signed out")

    def token(self, refused: str = "") -> str:
        """A token that should be taken, renewed without anybody being asked.

        Raises:
            SignInNeeded, SourceOffline (RateLimited), VaultLocked, BadSetting
        """
        with self._guard:
            self._is_distrusted |= bool(refused) and refused == self._token.text
            if self._is_distrusted or time.monotonic() >= self._token.until:
                self._token = _Token("", 0.0)
                self._token = self._renewed()
                self._is_distrusted = False
            return self._token.text

    def _renewed(self) -> _Token:
        secret, kept = self._kept()
        same, until = self._refused
        if same == secret and time.monotonic() < until:
            raise SignInNeeded("Microsoft does not take this sign-in any more.")
        try:
            renewed, token = patiently(lambda: self._silently(kept), _PATIENCE)
        except SignInNeeded:
            # Eight downloads at once would be refused eight times.
            self._refused = (secret, time.monotonic() + _REFUSED_FOR)
            raise
        # Another program may have signed out or in anew meanwhile; that stands.
        if renewed != kept and self._vault.read(self._tokens) == secret:
            self._vault.keep(self._tokens, renewed.secret())
            _log.info("access renewed")
        return token

    def _silently(self, kept: _Kept) -> tuple[_Kept, _Token]:
        from message_centre.sources import entra  # noqa: PLC0415 - loaded with the first call

        cache = entra.cache_of(kept.cache)
        with entra.application(self._registration(), cache) as app:
            account = next(iter(app.get_accounts()), None)
            result = app.acquire_token_silent_with_error(
                entra.SCOPES, account, force_refresh=self._is_distrusted
            )
        result = entra.granted(result)
        renewed = replace(kept, cache=cache.serialize()) if cache.has_state_changed else kept
        left = float(result.get("expires_in", 0))
        until = time.monotonic() + max(left - _EARLY, left / 2)
        return renewed, _Token(str(result["access_token"]), until)

    def _kept(self) -> tuple[Secret, _Kept]:
        secret = self._vault.read(self._tokens)
        if secret is None:
            raise SignInNeeded("Sign in to OneDrive.")
        try:
            told = json.loads(secret.reveal())
            return secret, _Kept(str(told["cache"]), str(told["drive_id"]))
        except (ValueError, KeyError, TypeError) as error:
            raise SignInNeeded("What is kept of the sign-in is unreadable.") from error

    def _registration(self) -> "Registration":
        from message_centre.sources import entra  # noqa: PLC0415 - loaded with the first call

        app_id = self._app_id().strip()
        if not _APP_ID.fullmatch(app_id):
            raise BadSetting("OneDrive needs the App ID of the practice's registration, see Setup.")
        return entra.Registration(app_id, self._vault.read(self._secret) or NO_SECRET)


def _once(_flow: object) -> bool:
    """MSAL would go on asking otherwise, and could not be stopped."""
    return True


class _Given:
    """The one token that an attempt has just brought."""

    def __init__(self, text: str) -> None:
        self._text = text

    def token(self, refused: str = "") -> str:
        if refused:
            raise SignInNeeded("OneDrive does not take the sign-in.")
        return self._text


def _drive_of(token: str) -> str:
    from message_centre.sources.onedrive_calls import GraphCalls  # noqa: PLC0415 - as above

    with contextlib.closing(GraphCalls(_Given(token))) as calls:
        answer = calls.ask("GET", "/me/drive?$select=id")
    drive_id = answer.body.get("id")
    if answer.status == HTTPStatus.OK and isinstance(drive_id, str) and drive_id:
        return drive_id
    if answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        raise SignInNeeded("This account has no OneDrive that the app may use.")
    raise SourceOffline(f"OneDrive refuses the request ({answer.status}).")
