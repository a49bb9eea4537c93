"""Dropbox's sign-in: the page a person approves on, codes with PKCE, tokens that expire and are revoked."""

import base64
import hashlib
import html
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dropbox import auth

from tests.support.https_server import Reply, Request

SCOPES = "account_info.read files.metadata.read files.content.read files.content.write"
APP_KEY = "appkey0123456789"


class Refused(Exception):
    """A 401 with this error."""

    def __init__(self, error: Any) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True)
class _Token:
    scopes: frozenset[str]
    ends: float


@dataclass(frozen=True)
class _Code:
    challenge: str
    redirect: str | None
    scopes: frozenset[str]


@dataclass
class DropboxSignIn:
    """Which app, which account, which tokens are good."""

    account_id: str = "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"
    redirects: list[str] = field(default_factory=list)
    lifetime: int = 14_400
    #: Makes every code and token, so that a test may know one wherever it turns up.
    mint: Callable[[int], str] = secrets.token_urlsafe
    _codes: dict[str, _Code] = field(default_factory=dict)
    _refresh: dict[str, frozenset[str]] = field(default_factory=dict)
    _access: dict[str, _Token] = field(default_factory=dict)

    def signed_in(self, scopes: str = SCOPES) -> str:
        """A refresh token, as if somebody had approved."""
        token = self.mint(24)
        self._refresh[token] = frozenset(scopes.split())
        return token

    def access(self) -> str:
        """An access token of every scope, for clients that are given one."""
        return self._grant(frozenset(SCOPES.split()))

    def expire(self) -> None:
        """Let every access token be over."""
        self._access = {name: _Token(token.scopes, 0.0) for name, token in self._access.items()}

    def revoke(self) -> None:
        """Take back every token, as the person can on Dropbox's site."""
        self._access.clear()
        self._refresh.clear()

    def check(self, authorization: str, scope: str) -> None:
        """Raise `Refused` unless this bearer may do what needs `scope`."""
        token = self._access.get(authorization.removeprefix("Bearer "))
        if token is None:
            raise Refused(auth.AuthError.invalid_access_token)
        if token.ends <= time.monotonic():
            raise Refused(auth.AuthError.expired_access_token)
        if scope and scope not in token.scopes:
            raise Refused(auth.AuthError.missing_scope(auth.TokenScopeError(required_scope=scope)))

    def respond(self, request: Request) -> Reply | None:
        """The answer if this is about signing in."""
        if request.path == "/oauth2/authorize" and request.host == "www.dropbox.com":
            return self._page(request)
        if request.path in {"/oauth2/token", "/1/oauth2/token"}:
            # Older clients still call the second.
            form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
            return self._token({**_basic(request), **form})
        return None

    def _page(self, request: Request) -> Reply:
        asked = request.query
        wrong = self._wrong(asked)
        if wrong:
            return Reply(400, f"<h1>Error (400)</h1>{wrong}".encode(), "text/html")
        if request.method == "GET":
            return Reply(200, _form(request), "text/html")
        answer = dict(parse_qsl(request.body.decode()))
        back = {"state": asked["state"]} if "state" in asked else {}
        if answer.get("answer") != "allow":
            denied = {"error": "access_denied", "error_description": "The user chose not to"}
            return _redirect(asked["redirect_uri"], {**back, **denied})
        code = self.mint(24)
        scopes = frozenset(asked.get("scope", SCOPES).split())
        self._codes[code] = _Code(asked["code_challenge"], asked.get("redirect_uri"), scopes)
        if "redirect_uri" not in asked:
            return Reply(
                200,
                f'<p>Copy this code</p><input name="code" value="{code}">'.encode(),
                "text/html",
            )
        return _redirect(asked["redirect_uri"], {**back, "code": code})

    def _wrong(self, asked: dict[str, str]) -> str:
        wanted = {
            "client_id": APP_KEY,
            "response_type": "code",
            "code_challenge_method": "S256",
            "token_access_type": "offline",
        }
        for name, value in wanted.items():
            if asked.get(name) != value:
                return f"Invalid {name}"
        # Without one the page shows the code.
        if asked.get("redirect_uri") not in {None, *self.redirects}:
            return "Invalid redirect_uri"
        return ""

    def _token(self, form: dict[str, str]) -> Reply:
        if form.get("client_id") != APP_KEY:
            return _refused("invalid_client", "Invalid client_id or client_secret")
        if form.get("grant_type") == "refresh_token":
            scopes = self._refresh.get(form.get("refresh_token", ""))
            if scopes is None:
                return _refused("invalid_grant", "refresh token is invalid or revoked")
            return self._granted(scopes, {})
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.redirect != form.get("redirect_uri"):
            return _refused("invalid_grant", "code doesn't exist or has expired")
        if _challenge(form.get("code_verifier", "")) != code.challenge:
            return _refused("invalid_grant", "invalid code verifier")
        kept = {
            "refresh_token": self.signed_in(" ".join(code.scopes)),
            "account_id": self.account_id,
            "uid": "12345",
        }
        return self._granted(code.scopes, kept)

    def _granted(self, scopes: frozenset[str], more: dict[str, str]) -> Reply:
        said = {
            "access_token": self._grant(scopes),
            "token_type": "bearer",
            "expires_in": self.lifetime,
            "scope": " ".join(sorted(scopes)),
        }
        return Reply(200, json.dumps({**said, **more}).encode())

    def _grant(self, scopes: frozenset[str]) -> str:
        name = f"sl.{self.mint(24)}"
        self._access[name] = _Token(scopes, time.monotonic() + self.lifetime)
        return name


def _basic(request: Request) -> dict[str, str]:
    """The app key of clients that name themselves in the head, as OAuth has it."""
    kind, _, said = request.headers.get("authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    return {"client_id": base64.b64decode(said).decode().partition(":")[0]}


def _form(request: Request) -> bytes:
    action = html.escape(f"{request.path}?{urlencode(request.query)}")
    return (
        f'<!doctype html><form method="post" action="{action}">'
        '<button name="answer" value="allow">Allow</button>'
        '<button name="answer" value="deny">Cancel</button></form>'
    ).encode()


def _redirect(to: str, fields: dict[str, str]) -> Reply:
    return Reply(302, b"", "text/html", {"Location": f"{to}?{urlencode(fields)}"})


def _refused(error: str, description: str) -> Reply:
    return Reply(400, json.dumps({"error": error, "error_description": description}).encode())


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
