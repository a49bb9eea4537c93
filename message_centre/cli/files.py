"""Commands on source files: sources, list, save."""

from typing import Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.output import DONE, IN_PART, Row, moment
from message_centre.cli.saving import Wish, save_files
from message_centre.domain.errors import BadSetting
from message_centre.domain.files import FileKey, FileState, Listing, SourceFile, SourceState
from message_centre.domain.people import Right
from message_centre.services.auto_importing import marked

app = typer.Typer()

_REACHED = {SourceState.CONNECTED, SourceState.SETTLING, SourceState.OFF}


@app.command()
def sources(context: typer.Context) -> int:
    """Tell the state of every source of the operator."""
    with opened(context) as desk:
        listings = listed(desk)
        desk.out.rows(_source_row(listing) for listing in listings)
    return told_unreached(desk, listings)


@app.command("list")
def list_files(
    context: typer.Context,
    source: Annotated[str, typer.Option(metavar="NAME", help="Only this source.")] = "",
    inspect: Annotated[
        bool, typer.Option("--inspect", help="Look into the files too; marks them as reason.")
    ] = False,
) -> int:
    """List the files that wait to be saved: the Ext list."""
    with opened(context) as desk:
        listings = _of_source(listed(desk), source)
        files = [file for listing in listings for file in listing.files]
        shown = _unclaimed(desk, _inspected(desk, files) if inspect else files)
        desk.out.rows(
            map(_file_row, shown),
            columns="key name source type size modified destination state reason",
        )
    return told_unreached(desk, listings)


@app.command()
def save(  # noqa: PLR0913 - one argument for each option of the contract
    context: typer.Context,
    *,
    keys: Annotated[list[str], typer.Argument(metavar="KEY_OR_NAME", show_default=False)],
    patient: Annotated[
        str, typer.Option(metavar="ID", help="Our id or the practice's number.", show_default=False)
    ],
    title: Annotated[str, typer.Option(help="The same for all files.")] = "",
    comment: Annotated[str, typer.Option(help="The same for all files.")] = "",
    provider: Annotated[str, typer.Option(metavar="N", help="Number of the provider.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Save several files; accept alerts.")] = False,
) -> int:
    """Assign files to a patient and move them into the record."""
    wish = Wish(tuple(dict.fromkeys(keys)), patient, title, comment, provider, accepts=yes)
    with opened(context) as desk:
        return save_files(desk, wish)


def listed(desk: Desk) -> tuple[Listing, ...]:
    """A fresh listing of every source, kept for the day sheet.

    Raises:
        NotPermitted: the operator may not see the Ext list.
        Cancelled
    """
    desk.require(Right.SEE_EXT, desk.provider)
    listings = desk.services.lister.refresh(desk.operator, desk.provider, desk.token)
    desk.services.day_sheets.note(listings, desk.operator.id)
    return listings


def _inspected(desk: Desk, files: list[SourceFile]) -> list[SourceFile]:
    """The files, those that look incomplete or are not what they are called with that reason."""
    marked: dict[FileKey, SourceFile] = {}
    desk.services.lister.inspect(files, desk.token, lambda file: marked.update({file.key: file}))
    return [marked.get(file.key, file) for file in files]


def _unclaimed(desk: Desk, files: list[SourceFile]) -> list[SourceFile]:
    """The files, those that auto-import leaves to a person with the reason."""
    auto = desk.services.auto_importer
    if not auto.is_on(desk.operator.id):
        return files
    left = {one.file.key: one for one in auto.judge(files, desk.operator.id, desk.token).left}
    return [marked(left[file.key]) if file.key in left else file for file in files]


def _of_source(listings: tuple[Listing, ...], name: str) -> tuple[Listing, ...]:
    found = tuple(
        each for each in listings if not name or name in {each.source_name, each.source_id}
    )
    if name and not found:
        known = ", ".join(repr(each.source_name) for each in listings) or "none is set"
        raise BadSetting(f"There is no source {name!r}. Sources: {known}.")
    return found


def _source_row(listing: Listing) -> Row:
    return {
        "source": listing.source_name,
        "kind": listing.kind.value,
        "state": listing.state.value,
        "detail": listing.detail,
        "listed_at": moment(listing.listed_at),
        "files": sum(file.state is not FileState.OTHER for file in listing.files),
    }


def _file_row(file: SourceFile) -> Row:
    return {
        "key": file.key.token,
        "name": file.name,
        "source": file.source_name,
        "kind": file.kind.value,
        "type": file.extension.removeprefix("."),
        "size": file.size,
        "modified": moment(file.modified),
        "destination": file.destination.value,
        "state": file.state.value,
        "reason": file.reason,
        "unclaimed": file.unclaimed,
    }


def told_unreached(desk: Desk, listings: tuple[Listing, ...]) -> int:
    """Say which sources could not be listed; the exit code for that."""
    if not listings:
        desk.out.say("No source is set. Set one: settings set operator.folders.images FOLDER")
    away = [listing for listing in listings if listing.state not in _REACHED]
    for listing in away:
        desk.out.say(f"{listing.source_name}: {listing.state.value}. {listing.detail}")
    return IN_PART if away else DONE
