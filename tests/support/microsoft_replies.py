"""How Microsoft's servers answer: JSON with errors inside, pages, and the fields of a form."""

import json
from urllib.parse import parse_qsl

from tests.support.https_server import Reply, Request


def as_json(status: int, body: object, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), headers=named)


def as_html(status: int, body: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body.encode(), "text/html; charset=utf-8", named)


def form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
