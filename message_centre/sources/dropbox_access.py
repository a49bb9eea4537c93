"""An operator's sign-in to Dropbox: by PKCE, with a refresh token that this workstation's vault keeps.

The refresh token never ends by itself; access tokens are made of it when they are needed and kept nowhere.
"""

import contextlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from message_centre.domain.errors import BadSetting, MessageCentreError, SignInNeeded
from message_centre.domain.files import SourceKind
from message_centre.domain.secrets import Secret
from message_centre.services.ports import Vault
from message_centre.services.ports.signing import CodePage, DriveAccount, SignInPage
from message_centre.sources.dropbox_errors import trace_of, translating
from message_centre.sources.dropbox_line import Line, Waits
from message_centre.sources.retrying import Patience

_log = logging.getLogger(__name__)

#: Dropbox sends browsers to registered addresses only: `http://localhost:<port>` of each stands in the app.
#: They lie below the ports that systems give away by themselves.
PORTS = (28471, 28472, 28473)
#: The least with which files can be moved; each has to be granted to the practice's app.
SCOPES = (
    "account_info.read",
    "files.metadata.read",
    "files.content.read",
    "files.content.write",
)
_STATE = "state"
_WAITS = Waits(again=Patience(tries=1))
_FLOW = {
    "token_access_type": "offline",
    "scope": list(SCOPES),
    "use_pkce": True,
    "timeout": (_WAITS.connecting, _WAITS.answering),
}
#: Signing out waits for nobody: the token is forgotten here by then.
_HURRIED = Waits(connecting=2.0, answering=5.0, again=Patience(tries=1))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What is kept of a sign-in."""

    account_id: str
    token: Secret


class DropboxAccess:
    """Implements `services.ports.DriveAccess` for one operator. Any thread; making one is free."""

    kind = SourceKind.DROPBOX
    ports: Sequence[int] = PORTS

    def __init__(self, operator: str, app_key: Callable[[], str], vault: Vault) -> None:
        self._name = f"dropbox.{operator}"
        self._app_key = app_key
        self._vault = vault

    def is_signed_in(self) -> bool:
        """Whether a refresh token is kept here."""
        return self.kept() is not None

    def kept(self) -> SignedIn | None:
        """Which account is signed in.

        Raises:
            VaultLocked
        """
        secret = self._vault.read(self._name)
        if secret is None:
            return None
        try:
            held = json.loads(secret.reveal())
            return SignedIn(str(held["account"]), Secret(str(held["token"])))
        except (ValueError, LookupError, TypeError):
            return None  # of another making: to sign in again replaces it

    def credentials(self, account_id: str) -> tuple[str, Secret]:
        """App key and refresh token of this account, for `DropboxFiles`.

        Raises:
            SignInNeeded: nobody is signed in, or somebody to another account, whose files are others.
            VaultLocked
        """
        kept = self.kept()
        if kept is None or kept.account_id != account_id:
            raise SignInNeeded("Nobody is signed in to this Dropbox account.")
        return self._app_key(), kept.token

    def account(self) -> str:
        """Whom Dropbox says is signed in.

        Raises:
            SignInNeeded, SourceOffline (RateLimited), AccessDenied, VaultLocked
        """
        kept = self.kept()
        if kept is None:
            raise SignInNeeded("Nobody is signed in to this Dropbox account.")
        return self._asked_name(kept.token)

    def begin(self, redirect: str) -> SignInPage:
        """The page of a new attempt; Dropbox is not asked for it."""
        app_key = self._set_app_key()
        memory: dict[str, str] = {}
        with translating():
            from dropbox.oauth import DropboxOAuth2Flow  # noqa: PLC0415 - a fifth of a second

            flow = DropboxOAuth2Flow(app_key, redirect, memory, _STATE, **_FLOW)
            return SignInPage(flow.start(), memory[_STATE], flow)

    def begin_by_code(self) -> CodePage:
        """The page of an attempt whose code a person carries here; Dropbox is not asked for it."""
        app_key = self._set_app_key()
        with translating():
            from dropbox.oauth import DropboxOAuth2FlowNoRedirect  # noqa: PLC0415 - as above

            flow = DropboxOAuth2FlowNoRedirect(app_key, **_FLOW)
            return CodePage(flow.start(), "", flow)

    def _set_app_key(self) -> str:
        app_key = self._app_key()
        if not app_key:
            raise BadSetting("system.dropbox.app_key is empty. It is shown in the practice's app.")
        return app_key

    def finish(self, page: SignInPage, answer: Mapping[str, str]) -> DriveAccount:
        """Exchange the code for a refresh token and keep it."""
        flow: Any = page.memory
        flow.session[_STATE] = (
            page.state
        )  # the SDK forgets it, and a line that drops may be tried again
        return self._finished(flow, answer)

    def finish_by_code(self, page: CodePage, typed: str) -> DriveAccount | None:
        """Exchange the code that the page showed."""
        return self._finished(page.memory, typed) if typed else None

    def _finished(self, flow: Any, answer: object) -> DriveAccount:
        try:
            with translating():
                result = flow.finish(answer)
        except MessageCentreError as error:
            _log.warning("finish: %s", trace_of(error))
            raise
        self._check(result)
        token = Secret(result.refresh_token)
        held = {"account": result.account_id, "token": token.reveal()}
        is_kept = self._vault.keep(self._name, Secret(json.dumps(held)))
        _log.info("finish: signed in")
        return DriveAccount(self._name_of(token), is_kept)

    def sign_out(self) -> None:
        """Forget the token here, then ask Dropbox to take it back, if it can be reached."""
        kept = self.kept()
        self._vault.forget(self._name)
        if kept is not None:
            line = Line(lambda: (self._app_key(), kept.token), _HURRIED)
            with contextlib.suppress(MessageCentreError):
                line.ask("revoke", lambda client: client.auth_token_revoke())
        _log.info("signed out")

    @staticmethod
    def _check(result: Any) -> None:
        """Refuse a sign-in that could not move a file, before one is copied."""
        missing = sorted(set(SCOPES) - set((result.scope or "").split()))
        if missing:
            raise BadSetting(f"The practice's Dropbox app lacks permissions: {', '.join(missing)}.")
        if not result.refresh_token or not result.account_id:
            raise SignInNeeded("Dropbox gave no lasting sign-in. Begin it again.")

    def _name_of(self, token: Secret) -> str:
        """The account's name for the screen; the sign-in does not fail for want of it."""
        try:
            return self._asked_name(token)
        except MessageCentreError:
            return "Dropbox"

    def _asked_name(self, token: Secret) -> str:
        line = Line(lambda: (self._app_key(), token), _WAITS)
        return str(line.ask("account", lambda client: client.users_get_current_account()).email)
