"""Commands on who works here: providers, operators and their rights."""

from dataclasses import replace
from typing import Annotated

import typer

from message_centre.cli.desk import Desk, opened
from message_centre.cli.output import DONE, Row
from message_centre.cli.passwords import asked_secret, asked_twice
from message_centre.domain.errors import FixTheInput
from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.services.staffing import with_rights

providers_app = typer.Typer(help="The specialists that records belong to.")
operators_app = typer.Typer(help="Who is at the keyboard, and what they may do.")

_Rights = Annotated[
    list[str],
    typer.Option(
        metavar="RIGHT",
        help=f"May be repeated. One of {', '.join(Right)}, or all.",
        show_default=False,
    ),
]
_For = Annotated[
    str, typer.Option("--provider", metavar="N", help="Rights for this provider; * for every one.")
]
_Password = Annotated[
    bool,
    typer.Option(
        "--password", help="Set a password: the terminal asks, or standard input's next line."
    ),
]
_Id = Annotated[str, typer.Argument(metavar="ID", show_default=False)]
_Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@providers_app.command("add")
def add_provider(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", show_default=False)],
    name: _Name,
) -> int:
    """Add a provider, or rename the one with this number."""
    with opened(context) as desk:
        saved = desk.services.staffing.save_provider(Provider(number, name), by=desk.operator.id)
        desk.out.row(_provider_row(saved))
    return DONE


@providers_app.command("set")
def set_provider(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", show_default=False)],
    *,
    name: Annotated[str, typer.Option(help="Another name.")] = "",
    active: Annotated[bool | None, typer.Option("--active/--inactive", show_default=False)] = None,
) -> int:
    """Change a provider's name or standing; nobody can choose an inactive one."""
    with opened(context) as desk:
        found = [one for one in desk.services.people.providers() if one.number == number]
        if not found:
            raise FixTheInput(f"There is no provider {number!r}.")
        is_active = found[0].is_active if active is None else active
        new = replace(found[0], name=name or found[0].name, is_active=is_active)
        saved = desk.services.staffing.save_provider(new, by=desk.operator.id)
        desk.out.row(_provider_row(saved))
    return DONE


@providers_app.command("list")
def list_providers(context: typer.Context) -> int:
    """List the providers."""
    with opened(context) as desk:
        desk.out.rows(_provider_row(one) for one in desk.services.people.providers())
    return DONE


@operators_app.command("add")
def add_operator(  # noqa: PLR0913 - one argument for each option of the contract
    context: typer.Context,
    *,
    operator_id: _Id,
    name: _Name,
    grant: _Rights = [],  # noqa: B006 - Typer copies it
    provider: _For = EVERY_PROVIDER,
    password: _Password = False,
) -> int:
    """Add an operator with the granted rights, and no other."""
    with opened(context) as desk:
        if any(one.id == operator_id for one in desk.services.people.operators()):
            raise FixTheInput(f"There is an operator {operator_id!r} already. Use operators set.")
        new = Operator(operator_id, name, rights=_rights(grant, provider))
        desk.services.staffing.save_operator(new, by=desk.operator.id)
        _set_password(desk, operator_id, is_wanted=password)
        desk.out.row(_operator_row(new, _holders(desk)))
    return DONE


@operators_app.command("list")
def list_operators(context: typer.Context) -> int:
    """List the operators with their rights."""
    with opened(context) as desk:
        holders = _holders(desk)
        desk.out.rows(_operator_row(one, holders) for one in desk.services.people.operators())
    return DONE


@operators_app.command("set")
def set_operator(  # noqa: PLR0913 - one argument for each option of the contract
    context: typer.Context,
    *,
    operator_id: _Id,
    name: Annotated[str, typer.Option(help="Another name.")] = "",
    grant: _Rights = [],  # noqa: B006 - Typer copies it
    revoke: _Rights = [],  # noqa: B006 - Typer copies it
    provider: _For = EVERY_PROVIDER,
    active: Annotated[bool | None, typer.Option("--active/--inactive", show_default=False)] = None,
    password: _Password = False,
) -> int:
    """Change an operator's name, rights, standing or password."""
    with opened(context) as desk:
        found = [one for one in desk.services.people.operators() if one.id == operator_id]
        if not found:
            raise FixTheInput(f"There is no operator {operator_id!r}.")
        new = with_rights(
            found[0], grant=_rights(grant, provider), revoke=_rights(revoke, provider)
        )
        is_active = new.is_active if active is None else active
        new = replace(new, name=name or new.name, is_active=is_active)
        if new != found[0]:
            desk.services.staffing.save_operator(new, by=desk.operator.id)
        _set_password(desk, operator_id, is_wanted=password)
        desk.out.row(_operator_row(new, _holders(desk)))
    return DONE


@operators_app.command("password")
def change_password(context: typer.Context) -> int:
    """Change your own password; the terminal, or standard input, is asked for the old and the new one."""
    with opened(context) as desk:
        whose = desk.operator.id
        old = asked_secret(f"Old password of {whose}")
        new = asked_twice(f"New password of {whose}")
        desk.services.entering.change_password(whose, old, new)
        desk.out.row({"operator": whose, "password": "changed"})
    return DONE


def _set_password(desk: Desk, operator_id: str, *, is_wanted: bool) -> None:
    if is_wanted:
        new = asked_twice(f"New password of {operator_id}")
        desk.services.entering.set_password(operator_id, new, by=desk.operator.id)


def _holders(desk: Desk) -> frozenset[str] | None:
    """Who has a password, for those who set up the practice."""
    if not desk.operator.holds(Right.SET_UP):
        return None
    return desk.services.entering.holders()


def _rights(words: list[str], provider: str) -> frozenset[tuple[str, Right]]:
    if "all" in words:
        return frozenset((provider, right) for right in Right)
    unknown = sorted(set(words) - set(Right))
    if unknown:
        raise FixTheInput(f"There is no right {unknown[0]!r}. Rights: {', '.join(Right)}, all.")
    return frozenset((provider, Right(word)) for word in words)


def _provider_row(provider: Provider) -> Row:
    return {"provider": provider.number, "name": provider.name, "active": provider.is_active}


def _operator_row(operator: Operator, holders: frozenset[str] | None) -> Row:
    held: dict[str, list[str]] = {}
    for number, right in sorted(operator.rights):
        held.setdefault(number, []).append(right.value)
    return {
        "operator": operator.id,
        "name": operator.name,
        "active": operator.is_active,
        "password": None if holders is None else operator.id in holders,
        "rights": [f"{right} @ {number}" for number, rights in held.items() for right in rights],
    }
