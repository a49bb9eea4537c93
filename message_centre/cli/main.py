"""The command line's door: parses, calls one command, turns its end into an exit code."""

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from message_centre import __version__
from message_centre.cli import (
    auto,
    drives,
    files,
    medimage,
    people,
    record,
    register,
    setup,
    towers,
)
from message_centre.cli.arguments import check_text, global_first
from message_centre.cli.desk import Wishes, home_of
from message_centre.cli.output import (
    CANCELLED,
    DONE,
    IN_PART,
    NOTHING_DONE,
    WRONG_USAGE,
    exit_code,
    say,
    speak_unicode,
    told,
)
from message_centre.domain.errors import Cancelled, MessageCentreError
from message_centre.services.tracing import where

PROGRAM = "message-centre"
OpenWindow = Callable[[Path, str], int]

_log = logging.getLogger(__name__)


def run(arguments: Sequence[str], *, open_window: OpenWindow) -> int:
    """Run one command and return its exit code; never raises.

    Without a command `open_window` is called with the home and the operator's id.
    """
    speak_unicode()
    with contextlib.ExitStack() as closing, _noting_threads():
        return _ended(arguments, open_window, closing)


@contextlib.contextmanager
def _noting_threads() -> Iterator[None]:
    """Log where an unforeseen error ended a thread, instead of writing its words to standard error."""

    def note(told: threading.ExceptHookArgs) -> None:
        place = where(told.exc_traceback)
        _log.error("A thread ended with an unforeseen %s in %s", told.exc_type.__name__, place)

    before, threading.excepthook = threading.excepthook, note
    try:
        yield
    finally:
        threading.excepthook = before


def _ended(arguments: Sequence[str], open_window: OpenWindow, closing: contextlib.ExitStack) -> int:
    """Run one command; every end it may come to is told and becomes an exit code."""
    try:
        return _run(arguments, open_window, closing)
    except typer.TyperException as error:
        say(_wanted(error))
        return WRONG_USAGE
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        say("Cancelled.")
        return CANCELLED
    except MessageCentreError as error:
        say(told(error))
        return exit_code(error)
    except SystemExit:
        # So Typer leaves when the reader of standard output has gone (`list | head`).
        return IN_PART
    except Exception as error:  # noqa: BLE001 - the last door; the rest of the program has none
        _log.error(
            "A command ended with an unforeseen %s in %s",
            type(error).__name__,
            where(error.__traceback__),
        )
        say(f"Something unexpected went wrong ({type(error).__name__}). The log has more.")
        return NOTHING_DONE


def _run(arguments: Sequence[str], open_window: OpenWindow, closing: contextlib.ExitStack) -> int:
    command = get_command(_application(open_window, closing))
    taking_value = _taking_value(command)
    ordered = global_first(arguments, taking_value)
    check_text(ordered, taking_value)
    ended = command.main(args=ordered, prog_name=PROGRAM, standalone_mode=False)
    return ended if isinstance(ended, int) else DONE


def _application(open_window: OpenWindow, closing: contextlib.ExitStack) -> typer.Typer:
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        help="Files photos, videos and documents to the right patient, once, and loses none."
        " Without a command the window opens. The options below may stand before or after a command.",
    )

    @app.callback()
    def begin(  # noqa: PLR0913 - one argument for each option of the contract
        context: typer.Context,
        *,
        home: Annotated[
            Path | None,
            typer.Option(metavar="DIR", envvar="MESSAGE_CENTRE_HOME", help="The data folder."),
        ] = None,
        operator: Annotated[
            str,
            typer.Option(metavar="ID", envvar="MESSAGE_CENTRE_OPERATOR", help="Who is at work."),
        ] = "",
        json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
        verbose: Annotated[bool, typer.Option("--verbose", help="Say more on stderr.")] = False,
        password_stdin: Annotated[
            bool,
            typer.Option(
                "--password-stdin",
                help="The operator's password is the first line of standard input.",
            ),
        ] = False,
        version: Annotated[
            bool, typer.Option("--version", callback=_show_version, is_eager=True)
        ] = False,
    ) -> int:
        del version
        context.obj = Wishes(home, operator, json, verbose, open_window, closing, password_stdin)
        if context.invoked_subcommand is None:
            return open_window(home_of(context), operator)
        return DONE

    for part in (files.app, auto.app, towers.app, record.app, setup.app, drives.app):
        app.add_typer(part)
    app.add_typer(register.app, name="patients")
    app.add_typer(people.providers_app, name="providers")
    app.add_typer(people.operators_app, name="operators")
    app.add_typer(setup.settings_app, name="settings")
    app.add_typer(medimage.app, name="medimage")
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        raise typer.Exit


def _taking_value(command: object) -> set[str]:
    """Every option, of this command and those below it, that takes a value."""
    found = {
        spelling
        for option in getattr(command, "params", [])
        if not getattr(option, "is_flag", True)
        for spelling in option.opts
    }
    for each in getattr(command, "commands", {}).values():
        found |= _taking_value(each)
    return found


def _wanted(error: typer.TyperException) -> str:
    """What was wrong and what was wanted, in one line."""
    context = getattr(error, "ctx", None)
    usage = f" {context.get_usage()}" if context else ""
    return f"{PROGRAM}: {error.format_message().rstrip('.')}.{usage}"
