"""The adapters over the record, and what guards them."""

from dataclasses import dataclass

from message_centre.bootstrap.ground import Ground
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.password_hashing import Argon2
from message_centre.host.settings_file import SettingsFile
from message_centre.host.vault import Vault
from message_centre.services.configuring import Configuring, ConfiguringParts
from message_centre.services.entering import Entering, EnteringParts
from message_centre.services.permitting import Permitting
from message_centre.store.journal import SqlJournal
from message_centre.store.passwords import PasswordsTable
from message_centre.store.patients import PatientsTable
from message_centre.store.people import PeopleTable
from message_centre.store.practice_settings import PracticeSettingsTable
from message_centre.store.records import SqlRecords
from message_centre.store.repeats import SqlRepeats
from message_centre.store.trail import SqlTrail
from message_centre.store.witness import Witness


@dataclass(frozen=True)
class Rows:
    """The adapters over the database."""

    people: PeopleTable
    trail: SqlTrail
    patients: PatientsTable
    records: SqlRecords
    journal: SqlJournal
    repeats: SqlRepeats
    configuring: Configuring
    permitting: Permitting
    entering: Entering


def make_rows(ground: Ground) -> Rows:
    """Build the adapters over the record of an opened home."""
    database, clock, workstation = ground.database, ground.clock, ground.session.workstation
    people = PeopleTable(database)
    url = SettingsFile(ground.home).read().get(DATABASE_URL, "")
    trail = SqlTrail(database, clock, workstation, Witness(ground.home, url))
    practice, passwords = PracticeSettingsTable(database), PasswordsTable(database)
    permitting = Permitting(people, passwords, trail)
    parts = ConfiguringParts(
        practice, SettingsFile(ground.home), Vault(ground.home), permitting, trail
    )
    configuring = Configuring(parts, ground.home)
    entering = Entering(EnteringParts(people, passwords, Argon2(), practice, permitting, trail))
    return Rows(
        people=people,
        trail=trail,
        patients=PatientsTable(database, clock),
        records=SqlRecords(database, workstation),
        journal=SqlJournal(database, clock, workstation=workstation, session=ground.session.id),
        repeats=SqlRepeats(database, clock, workstation),
        configuring=configuring,
        permitting=permitting,
        entering=entering,
    )
