"""Microsoft Graph as far as one drive needs it: listing, items, downloads elsewhere, guarded removal.

Addresses are the production ones; tests reach them through `connect_proxy`. Downloads come from another
host name and refuse a token, as the real ones do.
"""

import base64
import contextlib
import functools
import hashlib
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from tests.support.certificates import Certificates
from tests.support.connect_proxy import ConnectProxy
from tests.support.entra_server import CONSUMERS, LOGIN_HOST, EntraServer
from tests.support.https_server import HttpsServer, Reply, Request
from tests.support.microsoft_replies import as_html, as_json
from tests.support.pictures import made_small

GRAPH_HOST = "graph.microsoft.com"
FILES_HOST = "files.1drv.example"
ROOT = "root"
#: The sizes of small pictures, and their longer side.
_THUMBNAILS = {"small": 96, "medium": 176, "large": 800}
_BYTES = "application/octet-stream"
_WRITES = {"Files.ReadWrite", "Files.ReadWrite.All"}


@dataclass
class Item:
    """One file or folder. `said` replaces what the drive would truthfully say of a file."""

    id: str
    parent: str
    name: str
    content: bytes | None
    version: int = 1
    said: dict[str, object] = field(default_factory=dict)
    facets: dict[str, object] = field(default_factory=dict)
    deliver: Callable[[bytes], bytes] = bytes


class SignInService(Protocol):
    """Who gives out the tokens that the drive takes."""

    def answer(self, request: Request) -> Reply:
        """Any request for the sign-in host."""

    def allows(self, token: str) -> frozenset[str] | None:
        """The scopes of an access token, or None if it is not taken (any more)."""


class GraphServer:
    """One drive of one account, and the sign-in before it. Any thread."""

    def __init__(self, tls: ssl.SSLContext, *, drive_type: str = "business") -> None:
        self.entra = EntraServer()
        self.sign_in: SignInService = self.entra
        self.drive_id = "b!Zk3X-9a" if drive_type == "business" else "5d0c7a5212344234"
        self.drive_type = drive_type
        if drive_type == "personal":
            self.entra.tenant = CONSUMERS
        self.items: dict[str, Item] = {ROOT: Item(ROOT, "", "root", None)}
        self.removed: list[tuple[str, str]] = []
        self.locked: set[str] = set()
        self.page = 200
        self.on_download: Callable[[Item], None] = _nothing
        self.after_download: Callable[[Item], None] = _nothing
        self._links: dict[str, str] = {}
        self._pictures: dict[str, bytes] = {}
        self._tolerant: set[str] = set()
        self._guard = threading.RLock()
        self.https = HttpsServer(tls, self._answer)

    def add(self, path: str, content: bytes) -> str:
        """Put a file where nothing stands; folders are made. Its id."""
        *folders, name = path.strip("/").split("/")
        with self._guard:
            return self._new(self.folder("/".join(folders)), name, content)

    def folder(self, path: str) -> str:
        """A folder's id; it and those above it are made."""
        parent = ROOT
        for name in filter(None, path.split("/")):
            found = self._child(parent, name)
            parent = found.id if found else self._new(parent, name, None)
        return parent

    def replace(self, item_id: str, content: bytes) -> None:
        """Somebody saves another version."""
        with self._guard:
            item = self.items[item_id]
            item.content, item.version = content, item.version + 1

    def take_away(self, item_id: str) -> None:
        """Somebody removes it."""
        with self._guard:
            del self.items[item_id]

    def tag(self, item_id: str) -> str:
        """The eTag as it stands."""
        return _tag(self.items[item_id])

    def expire_links(self) -> None:
        """Download addresses that were given out work no longer."""
        with self._guard:
            self._links.clear()
            self._pictures.clear()

    def _new(self, parent: str, name: str, content: bytes | None) -> str:
        item_id = f"01{secrets.token_hex(10).upper()}"
        self.items[item_id] = Item(item_id, parent, name, content)
        return item_id

    def _child(self, parent: str, name: str) -> Item | None:
        same = name.casefold()
        inside = (one for one in self.items.values() if one.parent == parent)
        return next((one for one in inside if one.name.casefold() == same), None)

    def _answer(self, request: Request) -> Reply:
        with self._guard:
            if request.host == LOGIN_HOST:
                return self.sign_in.answer(request)
            if request.host == FILES_HOST:
                return self._download(request)
            return self._graph(request) if request.host == GRAPH_HOST else as_html(421, "Not here.")

    def _graph(self, request: Request) -> Reply:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        scopes = self.sign_in.allows(token)
        if scopes is None:
            return _error(401, "InvalidAuthenticationToken", "Access token has expired.")
        path = request.path.removeprefix("/v1.0")
        for prefix in ("/me/drive", f"/drives/{self.drive_id}"):
            if unquote(path).startswith(prefix):
                return self._drive(request, unquote(path).removeprefix(prefix), scopes)
        if path == "/me":
            return as_json(200, {"userPrincipalName": self.entra.person.name})
        return _error(404, "itemNotFound", "The resource could not be found.")

    def _drive(self, request: Request, path: str, scopes: frozenset[str]) -> Reply:
        if not path:
            owner = {"user": {"displayName": "A practice"}}
            body = {"id": self.drive_id, "driveType": self.drive_type, "owner": owner}
            return as_json(200, body)
        item, action = self._find(path)
        if item is None:
            return _error(404, "itemNotFound", "The resource could not be found.")
        if request.method == "DELETE":
            return self._remove(item, request.headers.get("if-match"), scopes)
        if action == "children":
            return self._children(item, request)
        if action == "content":
            # rclone 1.60 sends its token wherever it is led to, and has worked with the real ones.
            address = self._link(item)
            self._tolerant.add(urlsplit(address).path)
            return Reply(302, headers={"Location": address})
        shown = self._described(item)
        if request.query.get("$expand") == "thumbnails" and item.content is not None:
            shown["thumbnails"] = self._thumbnails(item)
        return as_json(200, shown)

    def _thumbnails(self, item: Item) -> list[dict[str, object]]:
        """One set, each of its pictures at an address of its own; none of what is no picture."""
        found: dict[str, object] = {"id": "0"}
        for size, side in _THUMBNAILS.items():
            made = made_small(item.content or b"", side)
            if made is None:
                return []
            key = secrets.token_urlsafe(16)
            self._pictures[key] = made
            address = f"https://{FILES_HOST}/{key}/thumbnail"
            found[size] = {"width": side, "height": side * 3 // 4, "url": address}
        return [found]

    def _find(self, path: str) -> tuple[Item | None, str]:
        """The item an address names, and what is asked of it: root, root:/path:, items/id, items/id:/path:."""
        start, _, rest = path.lstrip("/").partition(":")
        kind, _, start_rest = start.partition("/")
        item_id, action = (ROOT, start_rest)
        if kind == "items":
            item_id, _, action = start_rest.partition("/")
        item = self.items.get(item_id)
        named, _, last = rest.partition(":")
        for name in filter(None, named.split("/")):
            item = self._child(item.id, name) if item else None
        return item, last.strip("/") or action

    def _children(self, folder: Item, request: Request) -> Reply:
        if folder.content is not None:
            return _error(400, "invalidRequest", "Not a folder.")
        inside = sorted((i for i in self.items.values() if i.parent == folder.id), key=_by_name)
        start = int(request.query.get("$skiptoken", "0"))
        size = min(int(request.query.get("$top", "200")), self.page)
        body: dict[str, object] = {
            "value": [self._described(one) for one in inside[start : start + size]]
        }
        if start + size < len(inside):
            here = f"https://{GRAPH_HOST}{quote(request.path, safe='/:!')}"
            body["@odata.nextLink"] = f"{here}?$top={size}&$skiptoken={start + size}"
        return as_json(200, body)

    def _described(self, item: Item) -> dict[str, object]:
        told: dict[str, object] = {
            "id": item.id,
            "name": item.name,
            "eTag": _tag(item),
            "size": len(item.content or b""),
            "lastModifiedDateTime": "2026-03-04T05:06:07.1234567Z",
            "fileSystemInfo": {"lastModifiedDateTime": "2026-03-04T05:06:07Z"},
            "parentReference": {"driveId": self.drive_id, "id": item.parent},
        }
        if item.id == ROOT:
            told["root"] = {}
        if item.content is None:
            told["folder"] = {"childCount": 0}
        else:
            kinds = ("quickXorHash", "sha1Hash")[: 2 if self.drive_type == "personal" else 1]
            told |= hashes(item.content, *kinds)
            told["@microsoft.graph.downloadUrl"] = self._link(item)
        return told | item.said | item.facets

    def _link(self, item: Item) -> str:
        key = secrets.token_urlsafe(16)
        self._links[key] = item.id
        return f"https://{FILES_HOST}/{key}/download?tempauth={self.entra.mint(16)}"

    def _download(self, request: Request) -> Reply:
        picture = self._pictures.get(request.path.split("/")[1])
        if picture is not None and "authorization" not in request.headers:
            return Reply(200, picture, "image/jpeg")
        item = self.items.get(self._links.get(request.path.strip("/").partition("/")[0], ""))
        has_token = "authorization" in request.headers and request.path not in self._tolerant
        if has_token or item is None:
            return as_html(401, "The link has expired, or somebody sent a token along.")
        self.on_download(item)
        content = item.deliver(item.content or b"")
        self.after_download(item)
        return _ranged(content, request.headers.get("range", ""))

    def _remove(self, item: Item, tag: str | None, scopes: frozenset[str]) -> Reply:
        if not scopes & {f"https://{GRAPH_HOST}/{one}" for one in _WRITES} | scopes & _WRITES:
            return _error(403, "accessDenied", "Access denied.")
        if item.id in self.locked:
            return _error(423, "resourceLocked", "The resource is locked.")
        if tag is not None and tag != _tag(item):
            return _error(412, "resourceModified", "ETag does not match.")
        self.removed.append((item.id, tag or ""))
        del self.items[item.id]
        return Reply(204)


@functools.lru_cache(maxsize=256)
def quick_xor(content: bytes) -> str:
    """The plain loop of the published definition: the server does not share the program's code.

    It takes a second for 9 MB, so whoever adds such a file asks for it before a client waits.
    """
    ring = 0
    for column in range(160):
        folded = 0
        for byte in content[column::160]:
            folded ^= byte
        ring ^= folded << (column * 11 % 160)
    ring = (ring ^ (ring >> 160) ^ (len(content) << 96)) & ((1 << 160) - 1)
    return base64.b64encode(ring.to_bytes(20, "little")).decode()


def hashes(content: bytes, *kinds: str) -> dict[str, object]:
    """A `file` facet with these checksums and no others."""
    all_kinds = {
        "quickXorHash": quick_xor(content),
        "sha1Hash": hashlib.sha1(content, usedforsecurity=False).hexdigest().upper(),
        "sha256Hash": hashlib.sha256(content).hexdigest().upper(),
    }
    return {"file": {"mimeType": "image/jpeg", "hashes": {kind: all_kinds[kind] for kind in kinds}}}


@contextlib.contextmanager
def running_graph(certificates: Certificates) -> Iterator[tuple[GraphServer, Mapping[str, str]]]:
    """A server, and the environment that leads a program's production addresses to it."""
    names = (GRAPH_HOST, FILES_HOST, LOGIN_HOST)
    server = GraphServer(certificates.server(*names))
    proxy = ConnectProxy(dict.fromkeys(names, server.https.port))
    try:
        yield server, proxy.environment(Path(certificates.authority))
    finally:
        proxy.close()
        server.https.close()
        if proxy.refused:
            raise AssertionError(f"Something else was contacted: {proxy.refused}")


def _nothing(item: Item) -> None:
    """Nobody does anything meanwhile."""


def _by_name(item: Item) -> str:
    return item.name


def _tag(item: Item) -> str:
    return f'"{{{item.id}}},{item.version}"'


def _error(status: int, code: str, message: str) -> Reply:
    stamp = datetime.now(UTC).isoformat()
    inner = {"request-id": secrets.token_hex(8), "date": stamp}
    return as_json(status, {"error": {"code": code, "message": message, "innerError": inner}})


def _ranged(content: bytes, wanted: str) -> Reply:
    if not wanted:
        return Reply(200, content, _BYTES)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, end = int(first), min(int(last or len(content)), len(content) - 1)
    if start >= len(content):
        return Reply(416, headers={"Content-Range": f"bytes */{len(content)}"})
    part = content[start : end + 1]
    return Reply(206, part, _BYTES, {"Content-Range": f"bytes {start}-{end}/{len(content)}"})
