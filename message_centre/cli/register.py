"""Commands on patients: add, import, search."""

from pathlib import Path
from typing import Annotated

import typer

from message_centre.cli.desk import opened
from message_centre.cli.output import DONE, IN_PART, Row
from message_centre.domain.patients import Patient
from message_centre.domain.people import Right

app = typer.Typer(help="The register of patients.")


@app.command("add")
def add_patient(  # noqa: PLR0913 - one argument for each column of the register
    context: typer.Context,
    *,
    number: Annotated[str, typer.Option(help="The practice's number.", show_default=False)],
    last_name: Annotated[str, typer.Option(show_default=False)],
    birth_date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", show_default=False)],
    first_names: Annotated[str, typer.Option()] = "",
    known_as: Annotated[str, typer.Option()] = "",
    sex: Annotated[str, typer.Option()] = "",
    nhi: Annotated[str, typer.Option()] = "",
    alternate_id: Annotated[str, typer.Option()] = "",
    phone: Annotated[str, typer.Option()] = "",
    email: Annotated[str, typer.Option()] = "",
    address: Annotated[str, typer.Option()] = "",
    status: Annotated[str, typer.Option()] = "",
) -> int:
    """Add one patient."""
    given = {
        "number": number,
        "last_name": last_name,
        "first_names": first_names,
        "known_as": known_as,
        "birth_date": birth_date,
        "sex": sex,
        "nhi": nhi,
        "alternate_id": alternate_id,
        "phone": phone,
        "email": email,
        "address": address,
        "status": status,
    }
    fields = {name: value for name, value in given.items() if value}
    with opened(context) as desk:
        added = desk.services.register.add(fields, operator=desk.operator.id)
        desk.out.rows([_row(added, 1.0)], columns=_COLUMNS)
    return DONE


@app.command("import")
def import_patients(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
) -> int:
    """Import CSV, a FHIR R4 bundle or NDJSON into the register; may be repeated."""
    with opened(context) as desk:
        desk.require(Right.SET_UP)
        with desk.out.progress("Importing") as report:
            done = desk.services.register.import_file(
                file, operator=desk.operator.id, token=desk.token, report=report
            )
        desk.out.rows(
            {
                "line": row.line,
                "number": row.number,
                "outcome": row.outcome,
                "reason": row.reason,
            }
            for row in done.refused
        )
        refused = len(done.refused)
        desk.out.row(
            {
                "new": done.new,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "refused": refused,
            }
        )
    return IN_PART if refused else DONE


@app.command("search")
def search_patients(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
) -> int:
    """Search by name, date of birth, number, NHI, other id or phone, in any order."""
    with opened(context) as desk:
        found = desk.services.register.search(" ".join(text), limit=limit)
        desk.out.rows((_row(patient, score) for patient, score in found), columns=_COLUMNS)
    return DONE


_COLUMNS = "patient number last_name first_names known_as birth_date sex nhi address status"


def _row(patient: Patient, score: float) -> Row:
    return {
        "patient": patient.id,
        "number": patient.number,
        "last_name": patient.last_name,
        "first_names": patient.first_names,
        "known_as": patient.known_as,
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex,
        "nhi": patient.nhi,
        "address": patient.address,
        "status": patient.status.value,
        "score": round(score, 4),
    }
