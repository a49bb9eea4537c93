"""Dropbox's protocol on loopback: real HTTPS, requests and answers held to the SDK's own types.

Every argument is decoded, and every answer encoded, strictly by the route's own type, so that nothing is
taken or said here that the real service would not take or say in that form.
"""

import itertools
import json
import re
import secrets
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dropbox.auth
import dropbox.common
import dropbox.files
import dropbox.users
import dropbox.users_common
from dropbox import files
from stone.backends.python_rsrc import stone_serializers, stone_validators

from tests.support.dropbox_sign_in import DropboxSignIn, Refused
from tests.support.dropbox_tree import DropboxTree, Held
from tests.support.https_server import HttpsServer, Reply, Request
from tests.support.pictures import made_small

if TYPE_CHECKING:
    from collections.abc import Callable

API, CONTENT, WEB = "api.dropboxapi.com", "content.dropboxapi.com", "www.dropbox.com"
HOSTS = (API, CONTENT, "notify.dropboxapi.com", WEB)

_SCOPES = {
    "files/list_folder": "files.metadata.read",
    "files/list_folder/continue": "files.metadata.read",
    "files/get_metadata": "files.metadata.read",
    "files/download": "files.content.read",
    "files/get_thumbnail_v2": "files.content.read",
    "files/upload": "files.content.write",
    "files/delete_v2": "files.content.write",
    "users/get_current_account": "account_info.read",
    "auth/token/revoke": "",
}
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_PAGE = 2000
_PICTURES = (".jpg", ".jpeg", ".png", ".tiff", ".tif", ".gif", ".webp", ".ppm", ".bmp")
_LARGEST_PICTURE = 20 << 20


class RouteError(Exception):
    """The route's own error: a 409."""

    def __init__(self, error: Any) -> None:
        super().__init__()
        self.error = error


@dataclass
class _Cursor:
    path: str
    deep: bool
    limit: int
    left: list[files.Metadata]
    position: int


class DropboxServer:
    """One account, `tree` and `sign_in`; faults are given to `server`."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.tree = DropboxTree()
        self.sign_in = DropboxSignIn()
        #: So many entries come with one answer at most, whatever was asked for.
        self.page = _PAGE
        self.email = "kiri@example.org"
        #: Paths in lower case whose files may not be removed, and which error says so.
        self.unwritable: dict[str, files.WriteError] = {}
        #: Called once a download was answered: what somebody else does before the file is removed.
        self.after_download: Callable[[Held], object] = lambda held: None
        self._cursors: dict[str, _Cursor] = {}
        self._numbers = itertools.count(1)
        self._routes: dict[str, Callable[[Any, Request], tuple[Any, Reply | None]]] = {
            "files/list_folder": self._list_folder,
            "files/list_folder/continue": self._continue,
            "files/get_metadata": self._get_metadata,
            "files/download": self._download,
            "files/get_thumbnail_v2": self._thumbnail,
            "files/upload": self._upload,
            "files/delete_v2": self._delete,
            "users/get_current_account": self._account,
            "auth/token/revoke": self._revoke,
        }
        self.server = HttpsServer(context, self._respond)

    def ways(self) -> dict[str, int]:
        """Where a proxy takes the host names of Dropbox."""
        return dict.fromkeys(HOSTS, self.server.port)

    def forget_cursors(self) -> None:
        """Answer `reset` to every cursor given out so far."""
        self._cursors.clear()

    def _respond(self, request: Request) -> Reply:
        signed = self.sign_in.respond(request)
        if signed is not None:
            return signed
        name = request.path.removeprefix("/2/")
        route = _route(name) if name in self._routes else None
        if route is None or request.host != f"{route.attrs['host']}.dropboxapi.com":
            return Reply(404, b"Unknown route", "text/plain")
        try:
            self.sign_in.check(request.headers.get("authorization", ""), _SCOPES[name])
            return self._routed(name, route, request)
        except Refused as refused:
            return _error(401, dropbox.auth.AuthError_validator, refused.error)
        except RouteError as error:
            return _error(409, route.error_type, error.error)
        except (ValueError, stone_validators.ValidationError) as error:
            text = f'Error in call to API function "{name}": {error}'
            return Reply(400, text.encode(), "text/plain; charset=utf-8")

    def _routed(self, name: str, route: Any, request: Request) -> Reply:
        result, reply = self._routes[name](_argument(route, request), request)
        said = stone_serializers.json_encode(route.result_type, result)
        if reply is not None:
            headers = {**reply.headers, "Dropbox-API-Result": said}
            return Reply(reply.status, reply.body, reply.kind, headers)
        return Reply(200, said.encode())

    def _list_folder(self, arg: Any, _: Request) -> tuple[Any, None]:
        if arg.path == "/":
            raise ValueError("path: Specify the root folder as an empty string")
        if not self.tree.has_folder(arg.path):
            is_file = self.tree.find(arg.path) is not None
            lookup = files.LookupError.not_folder if is_file else files.LookupError.not_found
            raise RouteError(files.ListFolderError.path(lookup))
        found = self.tree.entries(arg.path, deep=arg.recursive)
        limit = min(arg.limit or self.page, self.page)
        return self._page(_Cursor(arg.path, arg.recursive, limit, found, self.tree.position)), None

    def _continue(self, arg: Any, _: Request) -> tuple[Any, None]:
        cursor = self._cursors.get(arg.cursor)
        if cursor is None:
            raise RouteError(files.ListFolderContinueError.reset)
        return self._page(cursor), None

    def _page(self, cursor: _Cursor) -> files.ListFolderResult:
        """The next page: what was there at first, then whatever has changed meanwhile."""
        left, position = cursor.left, cursor.position
        if not left:
            left = self.tree.since(position, cursor.path, deep=cursor.deep)
            position = self.tree.position
        shown, rest = left[: cursor.limit], left[cursor.limit :]
        name = f"AAE{next(self._numbers):06d}{secrets.token_urlsafe(12)}"
        self._cursors[name] = _Cursor(cursor.path, cursor.deep, cursor.limit, rest, position)
        has_more = bool(rest) or position != self.tree.position
        return files.ListFolderResult(entries=shown, cursor=name, has_more=has_more)

    def _get_metadata(self, arg: Any, _: Request) -> tuple[Any, None]:
        held = self.tree.find(arg.path)
        if held is None:
            raise RouteError(files.GetMetadataError.path(files.LookupError.not_found))
        return held.metadata, None

    def _download(self, arg: Any, request: Request) -> tuple[Any, Reply]:
        held = self.tree.find(arg.path)
        if held is None:
            raise RouteError(files.DownloadError.path(files.LookupError.not_found))
        answer = held.metadata, _bytes(held, request.headers.get("range", ""))
        self.after_download(held)
        return answer

    def _thumbnail(self, arg: Any, _: Request) -> tuple[Any, Reply]:
        held = self.tree.find(arg.resource.get_path())
        if held is None:
            raise RouteError(files.ThumbnailV2Error.path(files.LookupError.not_found))
        side = int(re.split("[wh]", arg.size._tag)[1])
        if not held.path.lower().endswith(_PICTURES):
            raise RouteError(files.ThumbnailV2Error.unsupported_extension)
        made = made_small(held.data, side) if len(held.data) <= _LARGEST_PICTURE else None
        if made is None:
            raise RouteError(files.ThumbnailV2Error.unsupported_image)
        result = files.PreviewResult(file_metadata=held.metadata)
        return result, Reply(200, made, "image/jpeg")

    def _upload(self, arg: Any, request: Request) -> tuple[Any, None]:
        return self.tree.put(arg.path, request.body).metadata, None

    def _delete(self, arg: Any, _: Request) -> tuple[Any, None]:
        held = self.tree.find(arg.path)
        if held is None:
            raise RouteError(files.DeleteError.path_lookup(files.LookupError.not_found))
        forbidden = self.unwritable.get(held.path.lower())
        if forbidden is not None:
            raise RouteError(files.DeleteError.path_write(forbidden))
        if arg.parent_rev is not None and arg.parent_rev != held.rev:
            conflict = files.WriteError.conflict(files.WriteConflictError.file)
            raise RouteError(files.DeleteError.path_write(conflict))
        return files.DeleteResult(metadata=self.tree.remove(held.path).metadata), None

    def _account(self, _: Any, __: Request) -> tuple[Any, None]:
        name = dropbox.users.Name("Kiri", "Tester", "Kiri", "Kiri Tester", "KT")
        root = dropbox.common.UserRootInfo(root_namespace_id="7", home_namespace_id="7")
        account = dropbox.users.FullAccount(
            account_id=self.sign_in.account_id,
            name=name,
            email=self.email,
            email_verified=True,
            disabled=False,
            locale="en",
            referral_link="https://example.org/referral",
            is_paired=False,
            account_type=dropbox.users_common.AccountType.basic,
            root_info=root,
        )
        return account, None

    def _revoke(self, _: Any, __: Request) -> tuple[Any, None]:
        self.sign_in.revoke()
        return None, None


def rate_limited(seconds: int) -> Reply:
    """What Dropbox says when there are too many calls."""
    limit = dropbox.auth.RateLimitError(
        reason=dropbox.auth.RateLimitReason.too_many_requests, retry_after=seconds
    )
    reply = _error(429, dropbox.auth.RateLimitError_validator, limit)
    return Reply(429, reply.body, reply.kind, {"Retry-After": str(seconds)})


def _route(name: str) -> Any:
    space, _, rest = name.partition("/")
    routes = {"files": dropbox.files, "users": dropbox.users, "auth": dropbox.auth}[space].ROUTES
    return routes[rest.replace("_v2", ":2")]


def _argument(route: Any, request: Request) -> Any:
    if request.method != "POST":
        raise ValueError("POST only")
    kind = request.headers.get("content-type", "")
    if route.attrs["style"] == "rpc":
        said = request.body.decode()
        if said and kind.partition(";")[0] != "application/json":
            raise ValueError(f"bad HTTP Content-Type header: {kind!r}")
    else:
        said = request.headers.get("dropbox-api-arg", "")
    value = json.loads(said) if said else None
    return stone_serializers.json_compat_obj_decode(route.arg_type, value, strict=True)


def _bytes(held: Held, wanted: str) -> Reply:
    found = _RANGE.fullmatch(wanted)
    if found is None:
        return Reply(200, held.data, "application/octet-stream")
    start = int(found[1])
    end = min(int(found[2]) + 1 if found[2] else len(held.data), len(held.data))
    if start >= len(held.data):
        return Reply(416, b"Range not satisfiable", "text/plain")
    told = {"Content-Range": f"bytes {start}-{end - 1}/{len(held.data)}"}
    return Reply(206, held.data[start:end], "application/octet-stream", told)


def _error(status: int, kind: Any, error: Any) -> Reply:
    said = json.loads(stone_serializers.json_encode(kind, error))
    summary = f"{'/'.join(_tags(said))}/.."
    return Reply(status, json.dumps({"error_summary": summary, "error": said}).encode())


def _tags(said: Any) -> list[str]:
    """The tags from the outside in: what `error_summary` is made of."""
    if isinstance(said, str):
        return [said]
    tag = said.get(".tag")
    inner = said.get(tag) or said.get("reason")
    return ([tag] if tag else []) + (_tags(inner) if inner else [])
