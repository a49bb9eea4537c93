"""Commands that set up and keep a home: settings, backup, restore, demo."""

from pathlib import Path
from typing import Annotated

import typer

from message_centre.cli.desk import cancelling, home_of, opened, signed_in, wishes
from message_centre.cli.output import DONE, NOTHING_DONE, Output, say
from message_centre.cli.passwords import asked_password, asked_secret
from message_centre.domain.errors import (
    BadSetting,
    CallSupport,
    DatabaseRefused,
    SignInAgain,
    TryAgainLater,
)
from message_centre.domain.people import EVERY_PROVIDER, Right
from message_centre.domain.setting_values import checked
from message_centre.domain.settings import DATABASE_URL, ValueKind, locate

app = typer.Typer()
settings_app = typer.Typer(help="Settings by dotted key.")
_File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


@settings_app.command("show")
def show_settings(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY")] = "",
) -> int:
    """Tell every setting that counts for the operator, or one."""
    with opened(context) as desk:
        configuring, operator = desk.services.configuring, desk.operator.id
        shown = configuring.show(operator)
        if key:
            shown = ((key, configuring.shown(key, operator=operator)),)
        desk.out.rows({"key": each, "value": value} for each, value in shown)
    return DONE


@settings_app.command("set")
def set_setting(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", show_default=False)],
    value: Annotated[str | None, typer.Argument(metavar="VALUE", show_default=False)] = None,
) -> int:
    """Change one setting; an empty value brings the default back.

    A secret stands never among the arguments: the terminal asks for it, or one line is read from
    standard input, and it is kept in the vault. A `database.url` is tried before it is kept. Where its server wants a password that is not known,
    the terminal asks for it, or one line is read from standard input; it is kept in the vault.
    """
    if locate(key, operator="").setting.kind is ValueKind.SECRET:
        return _set_secret(context, key, value)
    if value is None:
        raise BadSetting(f"{key} wants a VALUE; '' brings the default back.")
    if key == DATABASE_URL:
        return _set_record(context, value)
    with opened(context) as desk:
        changed, now = desk.services.configuring.set(key, value, operator=desk.operator)
        desk.out.row({"key": changed, "value": now})
    return DONE


def _set_secret(context: typer.Context, key: str, value: str | None) -> int:
    if value is not None:
        raise BadSetting(
            f"{key} is a secret: it is read from standard input, not from an argument."
        )
    with opened(context) as desk:
        desk.require(Right.SET_UP)
        configuring = desk.services.configuring
        lasts = configuring.set_secret(key, asked_secret(key), operator=desk.operator)
        desk.out.row({"key": key, "value": configuring.value(key, operator=desk.operator.id)})
    if not lasts:
        say(
            "This workstation has no vault that lasts: it was forgotten at the end of this command."
        )
    return DONE if lasts else NOTHING_DONE


def _set_record(context: typer.Context, value: str) -> int:
    home = home_of(context)
    from message_centre import bootstrap  # noqa: PLC0415 - see `desk`

    place = locate(DATABASE_URL, operator="")
    url = checked(place.setting, value)
    _check_right(context, home, note=url)
    bootstrap.point_record(home, url, asked_password, say)
    Output(as_json=wishes(context).as_json).row({"key": DATABASE_URL, "value": url})
    return DONE


def _check_right(context: typer.Context, home: Path, *, note: str | None = None) -> None:
    """Ask the record that counts now whether this operator may, and perhaps tell its trail.

    One that does not open cannot be asked, and is the very reason to name another.
    """
    from message_centre import bootstrap  # noqa: PLC0415 - see `desk`

    try:
        services = bootstrap.open_home(home, recover=False)
    except (TryAgainLater, DatabaseRefused, SignInAgain, CallSupport):
        return
    try:
        operator = signed_in(context, services).id
        services.permitting.require(operator, Right.SET_UP, EVERY_PROVIDER)
        if note is not None:
            services.trail.add("settings", operator=operator, detail=f"{DATABASE_URL} = {note}")
    finally:
        services.close()


@app.command("migrate-record")
def migrate_record(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="The server: postgresql://name@host:port/database, without its password.",
            show_default=False,
        ),
    ],
) -> int:
    """Carry the embedded record to a PostgreSQL server, verified; the old one is kept.

    Interrupted at any point, it is run again. A password is asked for as in `settings set`.
    """
    home = home_of(context)
    from message_centre import bootstrap  # noqa: PLC0415 - see `desk`

    url = checked(locate(DATABASE_URL, operator="").setting, to)
    if not url:
        raise BadSetting("--to wants the address of a server.")
    _check_right(context, home)
    out = Output(as_json=wishes(context).as_json)
    with cancelling() as token, out.progress("Carrying the record over") as report:
        moved = bootstrap.migrate_record(home, url, asked_password, (token, report, say))
    # Told in the new record: a change of the old one would have to be carried over again.
    _check_right(context, home, note=url)
    out.rows(
        {"table": one.name, "rows": one.rows, "outcome": _outcome(one.was_there)}
        for one in moved.tables
    )
    rows = sum(one.rows for one in moved.tables)
    out.row({"tables": len(moved.tables), "rows": rows, "url": url, "kept_as": str(moved.kept_as)})
    return DONE


def _outcome(was_there: bool) -> str:
    return "verified" if was_there else "copied"


@app.command()
def backup(context: typer.Context, file: _File) -> int:
    """Write the record and the stores to one verified file."""
    with opened(context) as desk:
        desk.require(Right.SET_UP)
        with desk.out.progress("Backing up") as report:
            desk.services.backing_up.backup(file.absolute(), desk.token, report)
        desk.out.row({"file": str(file.absolute()), "size": file.stat().st_size})
    return DONE


@app.command()
def restore(context: typer.Context, file: _File) -> int:
    """Bring a backup into an empty home, verified before it counts."""
    home = home_of(context)
    # The composition root brings the database with it.
    from message_centre import bootstrap  # noqa: PLC0415

    operator, out = wishes(context).operator, Output(as_json=wishes(context).as_json)
    with cancelling() as token, out.progress("Restoring") as report:
        bootstrap.restore(home, file.absolute(), operator=operator, desk=(token, report))
    out.row({"home": str(home), "file": str(file.absolute())})
    return DONE


@app.command()
def demo(
    context: typer.Context,
    patients: Annotated[int, typer.Option(min=1, max=100_000)] = 400,
    files: Annotated[int, typer.Option(min=0, max=100_000)] = 60,
    no_window: Annotated[bool, typer.Option("--no-window", help="Only make it.")] = False,
) -> int:
    """Make a demo practice in the home, then open the window on it."""
    home = home_of(context)
    # Draws its sample pictures with a library that no other command waits for.
    from message_centre.demo.growing import GrowingFile  # noqa: PLC0415
    from message_centre.demo.making import make_demo  # noqa: PLC0415

    made = make_demo(home, patients=patients, files=files, say=say)
    Output(as_json=wishes(context).as_json).row(
        {
            "home": str(made.home),
            "patients": made.patients,
            "files": made.files,
            "providers": made.providers,
            "operators": made.operators,
        }
    )
    if no_window:
        return DONE
    with GrowingFile(home):
        return wishes(context).open_window(home, wishes(context).operator)
