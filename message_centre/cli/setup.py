"""Commands that set up and keep a home: settings, backup, restore, demo."""

from pathlib import Path
from typing import Annotated

import typer

from message_centre.cli.desk import home_of, opened, wishes
from message_centre.cli.output import DONE, Output, say
from message_centre.domain.people import Right

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
            shown = ((key, configuring.value(key, operator=operator)),)
        desk.out.rows({"key": each, "value": value} for each, value in shown)
    return DONE


@settings_app.command("set")
def set_setting(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", show_default=False)],
    value: Annotated[str, typer.Argument(metavar="VALUE", show_default=False)],
) -> int:
    """Change one setting; an empty value brings the default back."""
    with opened(context) as desk:
        changed, now = desk.services.configuring.set(key, value, operator=desk.operator)
        desk.out.row({"key": changed, "value": now})
    return DONE


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

    bootstrap.restore(home, file.absolute())
    Output(as_json=wishes(context).as_json).row({"home": str(home), "file": str(file.absolute())})
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
