"""Commands on virtual drives: sign-in, sign-out."""

from typing import Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.output import DONE, NOTHING_DONE, Row, say
from message_centre.domain.errors import BadSetting
from message_centre.domain.files import SourceKind
from message_centre.domain.sign_ins import SIGN_IN_DRIVES, OwnedDrive, SignIn, Step

app = typer.Typer()

_Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", help="dropbox, onedrive, or its name in `sources`.", show_default=False
    ),
]
_Provider = Annotated[str, typer.Option(metavar="N", help="Number of the provider.")]


@app.command("sign-in")
def sign_in(context: typer.Context, source: _Source, provider: _Provider = "") -> int:
    """Sign in to a drive through the browser; Ctrl+C gives up."""
    # Wrong usage and help do not wait for it.
    from message_centre.services.signing_in import Attempt  # noqa: PLC0415

    with opened(context) as desk:
        signing = desk.services.signing_in
        drive = _drive(desk, source, provider)
        _require_switched_on(desk, drive.kind)
        attempt = Attempt(drive, desk.operator, _open_page, desk.token)
        ended = signing.sign_in(attempt)
        desk.out.row(_row(ended))
    return DONE if ended.step is Step.CONNECTED else NOTHING_DONE


@app.command("sign-out")
def sign_out(context: typer.Context, source: _Source, provider: _Provider = "") -> int:
    """Forget a drive's sign-in on this workstation."""
    with opened(context) as desk:
        drive = _drive(desk, source, provider)
        desk.out.row(_row(desk.services.signing_in.sign_out(drive, desk.operator)))
    return DONE


def _drive(desk: Desk, source: str, provider: str) -> OwnedDrive:
    number = provider or desk.provider
    if number not in desk.services.permitting.providers():
        raise BadSetting(f"There is no provider {number!r}.")
    kind = _kind(desk, source, number)
    return desk.services.signing_in.drive_of(kind, desk.operator, number)


def _require_switched_on(desk: Desk, kind: SourceKind) -> None:
    """A sign-in to what is not listed would look as if nothing had come of it."""
    if not desk.services.configuring.has_drive(kind, desk.operator.id):
        raise BadSetting(
            f"{SIGN_IN_DRIVES[kind]} is switched off for {desk.operator.id}."
            f" First set operator.{kind}.enabled to true."
        )


def _kind(desk: Desk, source: str, provider: str) -> SourceKind:
    if source.lower() in set(SourceKind):
        return SourceKind(source.lower())
    sources = desk.services.lister.sources(desk.operator, provider)
    found = [each.kind for each in sources if source in {each.name, each.source_id}]
    if not found:
        known = " and ".join(kind.value for kind in SIGN_IN_DRIVES)
        raise BadSetting(f"There is no source {source!r}. One signs in to {known}.")
    return found[0]


def _open_page(address: str) -> bool:
    """Tell the address whatever the browser says: this computer may have none, or no screen."""
    import webbrowser  # noqa: PLC0415 - see above

    say(f"Sign in here within 3 minutes: {address}")
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False


def _row(found: SignIn) -> Row:
    detail = f"{found.detail} {found.warning}".strip()
    return {"source": found.drive.kind.value, "state": found.step.value, "detail": detail}
