"""The desk a command works at: an opened home, who works there, and how to speak."""

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from message_centre.cli.output import Output
from message_centre.cli.passwords import asked_password, line_of_input
from message_centre.domain.errors import NotSignedIn
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.work import CancelToken

if TYPE_CHECKING:
    from message_centre.services.bundle import Services


@dataclass(frozen=True, slots=True)
class Wishes:
    """The global options. `open_window` opens the window on a home and returns its exit code.

    What is opened is closed with `closing`, after the command's end was told and logged.
    """

    home: Path | None
    operator: str
    as_json: bool
    verbose: bool
    open_window: Callable[[Path, str], int]
    closing: contextlib.ExitStack
    password_stdin: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened home. `provider` is the first one for whom the operator may see the Ext list."""

    services: "Services"
    operator: Operator
    provider: str
    out: Output
    token: CancelToken

    def require(self, right: Right, provider: str = EVERY_PROVIDER) -> None:
        """Raise `NotPermitted` unless the operator holds the right."""
        self.services.permitting.require(self.operator.id, right, provider)


def wishes(context: typer.Context) -> Wishes:
    """The global options of this run."""
    found = context.find_object(Wishes)
    if found is None:
        raise RuntimeError("a command was called without the application's callback")
    return found


def home_of(context: typer.Context) -> Path:
    """The home that was asked for, or this platform's."""
    # The composition root brings the database with it: help and wrong usage do not wait for it.
    from message_centre import bootstrap  # noqa: PLC0415

    return (wishes(context).home or bootstrap.default_home()).absolute()


@contextlib.contextmanager
def opened(context: typer.Context, *, recover: bool = True) -> Iterator[Desk]:
    """Open the home for one command; without `recover` open imports are left as they are.

    Raises:
        MessageCentreError: the home cannot be opened, or the operator is unknown or not let in.
    """
    home = home_of(context)
    from message_centre import bootstrap  # noqa: PLC0415 - see above

    out = Output(as_json=wishes(context).as_json)
    services = bootstrap.open_home(home, recover=recover)
    wishes(context).closing.callback(services.close)
    if wishes(context).verbose:
        bootstrap.speak_up()
    for problem in services.problems:
        out.say(problem.detail)
    operator = signed_in(context, services)
    provider = services.permitting.provider(operator, Right.SEE_EXT)
    with cancelling() as token:
        yield Desk(services, operator, provider, out, token)
        token.check()


def signed_in(context: typer.Context, services: "Services") -> Operator:
    """The operator who is at work, once the password was given where one is wanted.

    The terminal asks for it; `--password-stdin` takes the first line of standard input.

    Raises:
        NotSignedIn: a password is wanted and none can be asked for.
        NotPermitted, WrongPassword, TooManyTries
    """
    entering, wanted = services.entering, wishes(context)
    if not entering.is_guarded:
        return entering.sign_in(wanted.operator)
    operator_id = wanted.operator or services.permitting.operator("").id
    if wanted.password_stdin:
        return entering.sign_in(operator_id, line_of_input())
    if not sys.stdin.isatty():
        raise NotSignedIn(
            f"Operator {operator_id} has to sign in. Give the password with --password-stdin."
        )
    return entering.sign_in(operator_id, asked_password(f"operator {operator_id}"))


@contextlib.contextmanager
def cancelling() -> Iterator[CancelToken]:
    """Turn the first Ctrl+C into a wish to stop between files; a second one interrupts at once."""
    token = CancelToken()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        token.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, before)
