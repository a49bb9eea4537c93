"""The sign-in of Microsoft, as far as a desktop program meets it: pages, codes, tokens, AADSTS errors."""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from tests.support.https_server import Reply, Request
from tests.support.microsoft_replies import as_html, as_json, form

LOGIN_HOST = "login.microsoftonline.com"
APP_ID = "0b9f6c1e-1111-4222-8333-444455556666"
TENANT = "9b1d2c3e-aaaa-4bbb-8ccc-ddddeeeeffff"
#: Where the accounts of private persons live.
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
_AUTHORITY = f"https://{LOGIN_HOST}/common"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
#: What is granted besides the access to files, and shows in no access token.
_ABOUT_THE_PERSON = {"openid", "profile", "offline_access"}


@dataclass(frozen=True)
class Person:
    """Who signs in."""

    name: str = "drive@practice.example"
    id: str = "5d0c7a52-1234-4234-8234-123456789abc"


@dataclass
class Grant:
    """What an access or refresh token stands for."""

    person: Person
    scopes: frozenset[str]
    expires: float


@dataclass
class _Asked:
    """One visit to the sign-in page, or one device that waits."""

    query: dict[str, str]
    person: Person | None = None
    state: str = "pending"


class EntraServer:
    """One app registration and one person; everything about them may be changed while it runs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.app_id = APP_ID
        self.secret = ""
        self.secret_is_expired = False
        self.person = Person()
        self.tenant = TENANT
        self.lifetime = 3600
        self.grantable = frozenset({"Files.ReadWrite", "Files.Read", "User.Read"})
        self.access: dict[str, Grant] = {}
        self.refresh: dict[str, Grant] = {}
        #: Makes every code and token, so that a test may know one wherever it turns up.
        self.mint: Callable[[int], str] = secrets.token_urlsafe
        self._clock = clock
        self._visits: dict[str, _Asked] = {}
        self._codes: dict[str, _Asked] = {}
        self._devices: dict[str, _Asked] = {}

    def answer(self, request: Request) -> Reply:
        """Any request for the sign-in host."""
        routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", "/common/v2.0/.well-known/openid-configuration"): self._metadata,
            ("GET", "/common/oauth2/v2.0/authorize"): self._page,
            ("POST", "/common/login"): self._choice,
            ("POST", "/common/oauth2/v2.0/token"): self._token,
            ("POST", "/common/oauth2/v2.0/devicecode"): self._device_code,
        }
        route = routes.get((request.method, request.path))
        return route(request) if route else as_html(404, "No such page.")

    def allows(self, token: str) -> frozenset[str] | None:
        """The scopes of an access token, or None if it is not taken (any more)."""
        grant = self.access.get(token)
        return grant.scopes if grant and grant.expires > self._clock() else None

    def expire_access(self) -> None:
        """Every access token is too old from now on, whatever the client thinks."""
        self.access.clear()

    def revoke(self) -> None:
        """The administrator ends every session."""
        self.access.clear()
        self.refresh.clear()

    def decide_device(self, user_code: str, *, approve: bool) -> None:
        """The person enters a device's code."""
        for waiting in self._devices.values():
            if waiting.query["user_code"] == user_code:
                waiting.state, waiting.person = ("yes" if approve else "no"), self.person

    def _metadata(self, request: Request) -> Reply:
        return as_json(
            200,
            {
                "issuer": f"https://{LOGIN_HOST}/{{tenantid}}/v2.0",
                "authorization_endpoint": f"{_AUTHORITY}/oauth2/v2.0/authorize",
                "token_endpoint": f"{_AUTHORITY}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{_AUTHORITY}/oauth2/v2.0/devicecode",
                "response_modes_supported": ["query", "fragment", "form_post"],
            },
        )

    def _page(self, request: Request) -> Reply:
        query = dict(request.query)
        if query.get("client_id") != self.app_id:
            return as_html(400, "AADSTS700016: Application was not found in the directory.")
        back = urlsplit(query.get("redirect_uri", ""))
        if (back.scheme, back.hostname) != ("http", "localhost"):
            return as_html(400, "AADSTS50011: The redirect URI does not match.")
        visit = secrets.token_urlsafe(8)
        self._visits[visit] = _Asked(query)
        name = escape(self.person.name)
        return as_html(
            200,
            "<h1>Pick an account</h1>"
            '<form method="post" action="/common/login">'
            f'<input type="hidden" name="visit" value="{visit}">'
            f"<p>{name}</p>"
            '<button name="choice" value="approve">Accept</button>'
            '<button name="choice" value="deny">Cancel</button></form>',
        )

    def _choice(self, request: Request) -> Reply:
        asked = self._visits.pop(form(request).get("visit", ""), None)
        if asked is None:
            return as_html(400, "AADSTS90014: The request is missing.")
        fields = {"state": asked.query.get("state", "")}
        if form(request).get("choice") == "approve":
            code = self.mint(32)
            asked.person = self.person
            self._codes[code] = asked
            fields |= {"code": code, "client_info": _encoded(self._client_info(self.person))}
        else:
            said = "AADSTS65004: User declined to consent to access the app."
            fields |= {"error": "access_denied", "error_description": said}
        return _back(asked.query, fields)

    def _token(self, request: Request) -> Reply:
        fields = form(request)
        refused = self._refused_client(fields)
        if refused:
            return _error(401, "invalid_client", refused)
        kinds: dict[str, Callable[[dict[str, str]], Reply]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            _DEVICE: self._by_device,
        }
        kind = kinds.get(fields.get("grant_type", ""))
        return kind(fields) if kind else _error(400, "unsupported_grant_type", "AADSTS70003")

    def _refused_client(self, given: dict[str, str]) -> str:
        secret = given.get("client_secret", "")
        if given.get("client_id") != self.app_id:
            return "AADSTS700016: Application was not found in the directory."
        if self.secret and not secret:
            return "AADSTS7000218: The request body must contain client_assertion or client_secret."
        if secret and not self.secret:
            return "AADSTS700025: Client is public so neither client_assertion nor client_secret."
        if self.secret_is_expired:
            return "AADSTS7000222: The provided client secret keys are expired."
        return "AADSTS7000215: Invalid client secret provided." if secret != self.secret else ""

    def _by_code(self, fields: dict[str, str]) -> Reply:
        asked = self._codes.pop(fields.get("code", ""), None)
        if asked is None or asked.person is None:
            return _error(400, "invalid_grant", "AADSTS54005: The code was already redeemed.")
        proof = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != asked.query["code_challenge"]:
            return _error(400, "invalid_grant", "AADSTS501481: The Code_Verifier does not match.")
        if fields.get("redirect_uri") != asked.query["redirect_uri"]:
            return _error(400, "invalid_grant", "AADSTS50011: The redirect URI does not match.")
        return self._issued(asked.person, asked.query["scope"], asked.query.get("nonce", ""))

    def _by_refresh(self, fields: dict[str, str]) -> Reply:
        grant = self.refresh.get(fields.get("refresh_token", ""))
        if grant is None:
            return _error(400, "invalid_grant", "AADSTS50173: The grant has been revoked.")
        # Who names no scopes gets those of the grant again.
        return self._issued(grant.person, fields.get("scope") or " ".join(grant.scopes), "")

    def _device_code(self, request: Request) -> Reply:
        code, user_code = secrets.token_urlsafe(24), secrets.token_hex(4).upper()
        self._devices[code] = _Asked(form(request) | {"user_code": user_code})
        return as_json(
            200,
            {
                "device_code": code,
                "user_code": user_code,
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": 1,
                "message": "Enter the code.",
            },
        )

    def _by_device(self, fields: dict[str, str]) -> Reply:
        waiting = self._devices.get(fields.get("device_code", ""))
        if waiting is None:
            return _error(400, "expired_token", "AADSTS70020: The device code has expired.")
        if waiting.state == "no":
            return _error(400, "authorization_declined", "AADSTS70018: Declined.")
        if waiting.person is None:
            return _error(400, "authorization_pending", "AADSTS70016: Pending.")
        del self._devices[fields["device_code"]]
        return self._issued(waiting.person, waiting.query["scope"], "")

    def _issued(self, person: Person, scope: str, nonce: str) -> Reply:
        wanted = frozenset(scope.split()) - _ABOUT_THE_PERSON
        scopes = frozenset(one for one in wanted if one.rpartition("/")[2] in self.grantable)
        grant = Grant(person, scopes, self._clock() + self.lifetime)
        access, refresh = self.mint(48), self.mint(48)
        self.access[access] = self.refresh[refresh] = grant
        return as_json(
            200,
            {
                "token_type": "Bearer",
                "access_token": access,
                "refresh_token": refresh,
                "expires_in": self.lifetime,
                "scope": " ".join(sorted(scopes)),
                "id_token": self._id_token(person, nonce),
                "client_info": _encoded(self._client_info(person)),
            },
        )

    def _id_token(self, person: Person, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": f"https://{LOGIN_HOST}/{self.tenant}/v2.0",
            "aud": self.app_id,
            "iat": now,
            "exp": now + 3600,
            "sub": person.id,
            "oid": person.id,
            "tid": self.tenant,
            "preferred_username": person.name,
        }
        if nonce:
            claims["nonce"] = nonce
        return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."

    def _client_info(self, person: Person) -> dict[str, str]:
        return {"uid": person.id, "utid": self.tenant}


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where a page's form goes, and its hidden fields: what a browser would send."""
    found = re.search(r'<form method="post" action="([^"]+)"', page)
    if found is None:
        raise ValueError(f"There is no form on: {page}")
    return found[1], dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))


def _back(query: dict[str, str], fields: dict[str, str]) -> Reply:
    """Back to the program: by a form that posts itself, or in the address."""
    address = query["redirect_uri"]
    if query.get("response_mode") != "form_post":
        return Reply(302, headers={"Location": f"{address}?{urlencode(fields)}"})
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return as_html(
        200,
        f'<body onload="document.forms[0].submit()"><form method="post" action="{escape(address)}">'
        f"{hidden}</form></body>",
    )


def _error(status: int, error: str, description: str) -> Reply:
    return as_json(status, {"error": error, "error_description": description})


def _encoded(value: dict[str, object] | dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
