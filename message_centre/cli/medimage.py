"""Commands on MedImage: pairing phones, and the settings of its server."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.files import listed
from message_centre.cli.output import DONE, IN_PART, Row, moment, say
from message_centre.domain.files import SourceFile, SourceKind
from message_centre.domain.people import Right
from message_centre.services.ports import Listen

if TYPE_CHECKING:
    from message_centre.domain.medimage_config import Remark
    from message_centre.services.pairing import KeyState

app = typer.Typer(help="Photos from phones, through a MedImage Server.")

_Provider = Annotated[str, typer.Option(metavar="N", help="Number of the provider.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]
_GLANCE = 0.2
_STEPS = (
    "On the phone: tap the big button, type the four characters, and answer No to Wi-Fi."
    " The code is good for an hour, for any number of phones."
)


@app.command("pair")
def pair(
    context: typer.Context,
    provider: _Provider = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="With a new address key; the old one counts no more.")
    ] = False,
) -> int:
    """Get a code with which phones are paired with the practice."""
    with opened(context) as desk:
        pairing = desk.services.medimage.pairing
        made = pairing.pair(desk.operator, provider or desk.provider, replace=replace)
        desk.out.row(
            {
                "provider": made.provider,
                "code": made.code,
                "spelled": made.spelled,
                "until": moment(made.until),
                "server": made.server,
                "key": "new" if made.is_new_key else "same",
            }
        )
        say(_STEPS)
    return DONE


@app.command("retire")
def retire(context: typer.Context, provider: _Provider = "") -> int:
    """Let a provider's address key count no more; what still arrives under it waits for a person."""
    with opened(context) as desk:
        pairing = desk.services.medimage.pairing
        desk.out.row(_key_row(pairing.retire(desk.operator, provider or desk.provider)))
    return DONE


@app.command("keys")
def keys(context: typer.Context) -> int:
    """Tell which providers have an address key, masked."""
    with opened(context) as desk:
        desk.require(Right.SET_UP)
        states = map(desk.services.medimage.pairing.state, desk.services.permitting.providers())
        desk.out.rows(map(_key_row, states))
    return DONE


@app.command("photos")
def photos(context: typer.Context) -> int:
    """Tell of each delivered photo whose it is, or why a person has to decide; changes nothing."""
    with opened(context) as desk:
        kinds = {SourceKind.MEDIMAGE, SourceKind.QUARANTINE}
        files = [file for one in listed(desk) if one.kind in kinds for file in one.files]
        desk.out.rows(_photo_row(desk, file) for file in files)
    return DONE


@app.command("check-config")
def check_config(context: typer.Context, file: _File) -> int:
    """Tell what is wrong with a MedImage Server's config.json and what lies beside it."""
    with opened(context) as desk:
        found = desk.services.medimage.checking.check_config(desk.operator, file.absolute())
        return _told(desk, found)


@app.command("write-config")
def write_config(context: typer.Context, file: _File) -> int:
    """Make a MedImage Server's config.json what it should be; a copy is kept beside it."""
    with opened(context) as desk:
        backup, left = desk.services.medimage.checking.write_config(desk.operator, file.absolute())
        if backup:
            say(f"The settings as they were are kept as {backup}.")
        say("Restart the MedImage Server: it reads most settings at its start alone.")
        return _told(desk, left)


@app.command("check-server")
def check_server(
    context: typer.Context,
    provider: _Provider = "",
    round_trip: Annotated[
        bool, typer.Option("--round-trip", help="Send a tiny photo and wait for its delivery.")
    ] = False,
) -> int:
    """Ask the running MedImage Server what it does."""
    with opened(context) as desk:
        found = desk.services.medimage.checking.check_server(
            desk.operator, provider or desk.provider, round_trip=round_trip
        )
        return _told(desk, tuple(found))


@app.command("rescue")
def rescue(context: typer.Context, provider: _Provider = "") -> int:
    """Complete photos that the server delivered by half, from the whole ones in its photos folder."""
    with opened(context) as desk:
        found = desk.services.medimage.rescue.run(
            desk.operator, provider or desk.provider, desk.token
        )
        desk.out.rows({"name": one.name, "whole": one.is_whole} for one in found)
    return DONE if all(one.is_whole for one in found) else IN_PART


@app.command("serve")
def serve(
    context: typer.Context,
    address: Annotated[
        str, typer.Option(help="Where to listen; else as is set for this workstation.")
    ] = "",
    port: Annotated[
        int | None, typer.Option(help="The port; else as is set.", min=0, max=65535)
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="PEM", help="For https, with its chain.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="PEM", help="Its private key.")] = None,
) -> int:
    """Let phones post to the Message Centre itself, without a MedImage Server; Ctrl+C ends it."""
    with opened(context) as desk:
        listen = _listen(desk, Listen(address, -1 if port is None else port, certificate, key))
        serving = desk.services.medimage.serving
        with serving.serve(desk.operator, listen) as bound:
            https = listen.certificate is not None
            desk.out.row({"address": listen.address, "port": bound, "https": https})
            while not desk.token.is_cancelled:
                time.sleep(_GLANCE)
    return DONE


@app.command("proxy-rules")
def proxy_rules(context: typer.Context) -> int:
    """Tell what a reverse proxy before the MedImage Server should pass and refuse."""
    # Only this command needs them.
    from message_centre.domain.medimage_config import PROXY_RULES  # noqa: PLC0415

    with opened(context) as desk:
        desk.out.row({"rules": " ".join(PROXY_RULES.split())})
    return DONE


def _listen(desk: Desk, given: Listen) -> Listen:
    """What was given, and for the rest what is set for this workstation's receiver."""
    # Only this command needs it.
    from message_centre.services.receiver import set_to_listen  # noqa: PLC0415

    usual = set_to_listen(desk.services.configuring)
    has_files = given.certificate or given.key
    return Listen(
        given.address or usual.address,
        usual.port if given.port < 0 else given.port,
        given.certificate if has_files else usual.certificate,
        given.key if has_files else usual.key,
    )


def _told(desk: Desk, found: "tuple[Remark, ...]") -> int:
    desk.out.rows(
        {"verdict": one.verdict.value, "key": one.key, "detail": one.words} for one in found
    )
    # Verdict is behind the service: named here it would be loaded by every command.
    return IN_PART if any(one.verdict.value == "bad" for one in found) else DONE


def _key_row(state: "KeyState") -> Row:
    return {
        "provider": state.provider,
        "key": state.key,
        "retired": state.retired,
        "server": state.server,
    }


def _photo_row(desk: Desk, file: SourceFile) -> Row:
    # Only this command needs it.
    from message_centre.services.medimage_filing import PhotoRefusal  # noqa: PLC0415

    row = {"key": file.key.token, "name": file.name, "state": file.state.value}
    found = desk.services.medimage.filing.claim(file)
    if isinstance(found, PhotoRefusal):
        nobody = dict.fromkeys(("patient", "provider", "title", "taken_at"), "")
        return row | nobody | {"reason": found.reason}
    return row | {
        "patient": found.patient.id,
        "provider": found.provider,
        "title": found.title,
        "taken_at": moment(found.named_at),
        "reason": found.rule,
    }
