"""Builds the services of one home: the only place that knows every concrete class."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from message_centre.domain.drive_settings import domains_in
from message_centre.domain.errors import (
    AccessDenied,
    IncompleteOrder,
    LogUnwritable,
    SettingsUnreadable,
)
from message_centre.domain.files import Destination
from message_centre.domain.settings import (
    DATABASE_URL,
    HOSTED_DOMAINS,
)
from message_centre.host import drive_logs, logs
from message_centre.host.clock import SystemClock
from message_centre.host.computer_names import computer_names
from message_centre.host.durable import make_folders
from message_centre.host.logs import speak_up
from message_centre.host.medimage_ground import MedImageGround
from message_centre.host.password_hashing import Argon2
from message_centre.host.paths import default_home
from message_centre.host.photo_landing import PhotoLanding
from message_centre.host.session import Session, alone
from message_centre.host.settings_file import SettingsFile
from message_centre.host.vault import Vault
from message_centre.imaging.thumbnail_cache import ThumbnailFiles
from message_centre.imaging.wall import Wall
from message_centre.services.assigning import Assigner
from message_centre.services.auditing import Auditor
from message_centre.services.auto_importing import AutoImporter
from message_centre.services.auto_judging import AutoJudge, JudgeParts
from message_centre.services.backing_up import BackingUp
from message_centre.services.bundle import Services
from message_centre.services.configuring import Configuring, ConfiguringParts
from message_centre.services.counting import DaySheetParts, DaySheets
from message_centre.services.entering import Entering, EnteringParts
from message_centre.services.examining import Examiner
from message_centre.services.exporting import Exporter
from message_centre.services.following import Follower
from message_centre.services.guarded import (
    GuardedAuditor,
    GuardedPeople,
    GuardedRecords,
    GuardedTrail,
)
from message_centre.services.hosting import Hosting
from message_centre.services.import_group import ImportParts
from message_centre.services.importing import Importer
from message_centre.services.listing import Lister, ListerParts
from message_centre.services.medimage import MedImage, MedImageParts
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.messaging import Messenger, MessengerParts
from message_centre.services.permitting import LOOKING, Permitting
from message_centre.services.ports import Listen
from message_centre.services.previewing import Previewer
from message_centre.services.pulling_back import Corrector, CorrectorParts, Returner
from message_centre.services.receiving import Receiving
from message_centre.services.recovery import Recoverer, RecoveryParts
from message_centre.services.registering import Register
from message_centre.services.signing_in import SigningIn, SigningParts
from message_centre.services.staffing import Staffing
from message_centre.services.work import CancelToken, Report
from message_centre.sources.drive_makers import drive_makers, signed_drives
from message_centre.sources.listed_places import ListedPlaces
from message_centre.sources.medimage_line import HttpServerLine
from message_centre.sources.pairing_line import HttpPairingLine
from message_centre.sources.place_probes import PlaceProbes
from message_centre.sources.registry import Sources
from message_centre.sources.signed_drives import listen
from message_centre.store.backup import ZipBackup
from message_centre.store.changes import SqlChanges
from message_centre.store.database import Database
from message_centre.store.day_counts import DayCountsTable
from message_centre.store.image_store import FolderImageStore
from message_centre.store.journal import SqlJournal
from message_centre.store.messages import SqlMessages
from message_centre.store.passwords import PasswordsTable
from message_centre.store.patients import PatientsTable
from message_centre.store.people import PeopleTable, furnish
from message_centre.store.places import Ask, place_of, refuse_unfinished
from message_centre.store.practice_settings import PracticeSettingsTable
from message_centre.store.recents import RecentsTable
from message_centre.store.records import SqlRecords
from message_centre.store.repeats import SqlRepeats
from message_centre.store.stores import StorePlaces, prepare
from message_centre.store.trail import SqlTrail
from message_centre.store.typed_ids import TypedIdsTable
from message_centre.store.witness import Witness

if TYPE_CHECKING:
    from message_centre.store.placing import Moved, Placing

RECORD = "record.sqlite3"


@dataclass(frozen=True)
class _Ground:
    """What everything else stands on."""

    home: Path
    clock: SystemClock
    session: Session
    database: Database


@dataclass(frozen=True)
class _Rows:
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


def open_home(home: Path, *, recover: bool = True) -> Services:
    """Open a home, made on first use, and settle what dead runs left open unless told not to.

    Raises:
        AccessDenied, StoreFull: the home cannot be made or written.
        DatabaseOnShare, DatabaseDamaged, DatabaseBusy, NewerDatabase: the record cannot be used.
        DatabaseAway, DatabaseRefused, VaultLocked: the server of a shared record cannot be used.
    """
    ground = _ground(home)
    try:
        services = _build(ground)
        if recover:
            services.recoverer.run()
    except BaseException:
        _close(ground)()
        raise
    return services


def restore(
    home: Path, file: Path, *, operator: str = "", desk: tuple[CancelToken, Report] | None = None
) -> None:
    """Put the practice of a backup into a home that holds none; see `store.restoring.restore`."""
    # Only this command needs it.
    from message_centre.store.restoring import restore as restore_backup  # noqa: PLC0415

    if SettingsFile(home).read().get(DATABASE_URL):
        raise IncompleteOrder("This home's record is on a server. Restore into an empty home.")
    restore_backup(home, file, home / RECORD, operator=operator, desk=desk)
    Witness(home, "").forget()


def point_record(home: Path, url: str, ask: Ask, tell: Callable[[str], None]) -> None:
    """Let the home's record be the one at `url`; see `store.placing.Placing.point`."""
    _placing(home).point(url, ask, tell)


def migrate_record(
    home: Path, url: str, ask: Ask, desk: tuple[CancelToken, Report, Callable[[str], None]]
) -> "Moved":
    """Carry the home's embedded record to a server; see `store.placing.Placing.carry`."""
    return _placing(home).carry(url, ask, *desk)


def _placing(home: Path) -> "Placing":
    # Only two commands need it.
    from message_centre.store.placing import Placing  # noqa: PLC0415

    return Placing(home, home / RECORD)


def _ground(home: Path) -> _Ground:
    try:
        make_folders(home)
        with alone(home):
            session = Session(home)
            session.sweep()
    except OSError as error:
        raise AccessDenied("The home folder cannot be made or written to.") from error
    try:
        with alone(home):
            database = open_record(home)
            try:
                refuse_unfinished(database)
                furnish(database)
            except BaseException:
                database.close()
                raise
    except BaseException:
        session.close()
        raise
    return _Ground(home, SystemClock(), session, database)


def open_record(home: Path) -> Database:
    """The home's record alone: the embedded one, or that of the server which its settings name."""
    url = SettingsFile(home).read().get(DATABASE_URL, "")
    return Database(place_of(home / RECORD, url, Vault(home)))


def _close(ground: _Ground) -> Callable[[], None]:
    def close() -> None:
        ground.database.close()
        ground.session.close()
        drive_logs.stop()
        logs.stop()

    return close


def _build(ground: _Ground) -> Services:
    home, clock, session = ground.home, ground.clock, ground.session
    rows = _rows(ground)
    unlogged = _start_logs(home, rows.configuring)
    permitting, guard = rows.permitting, rows.permitting.require_here
    hosting = _hosting(rows.configuring)
    signed = signed_drives(Vault(home), rows.configuring, rows.people, hosting.check)
    keys = MedImageKeys(rows.configuring, permitting)
    drives = drive_makers(rows.configuring, signed)
    sources = Sources(home, clock, rows.configuring.listed_extensions, drives, keys.all)
    store = _store(ground, rows.configuring)
    imager = Wall(clock)
    thumbnails = ThumbnailFiles(home / "cache" / "thumbnails", imager)
    returner = Returner(sources, store, rows.journal, clock, thumbnails.forget)
    recoverer = Recoverer(
        RecoveryParts(
            sources=sources,
            store=store,
            journal=rows.journal,
            returner=returner,
            workstation=session.workstation,
            is_alive=session.is_alive,
        )
    )
    recents = RecentsTable(ground.database, clock)
    register = Register(
        patients=rows.patients, recents=recents, trail=rows.trail, clock=clock, guard=guard
    )
    places = ListedPlaces(rows.configuring, signed, keys)
    lister = Lister(ListerParts(places, sources, rows.journal, permitting.allows, guard))
    importer = Importer(
        ImportParts(
            *(sources, store, rows.journal, rows.patients, permitting, imager, clock, recoverer),
            repeats=rows.repeats,
        )
    )
    typed, lines = TypedIdsTable(ground.database), (HttpPairingLine(), HttpServerLine())
    landing = (MedImageGround(), PhotoLanding(home / "received"), _serve_photos)
    records = GuardedRecords(rows.records, guard)
    around = (sources, lister, records, imager, *lines, *landing, rows.trail, clock)
    medimage = MedImage(
        MedImageParts(rows.configuring, permitting, keys, typed, rows.patients, *around)
    )
    pattern = rows.configuring.capture_pattern
    judge = AutoJudge(
        JudgeParts(pattern, rows.patients, rows.people, lister.inspect, clock, medimage.filing)
    )
    auto_importer = AutoImporter(judge, importer, rows.configuring.has_auto_import, guard)
    messages = SqlMessages(ground.database, session.workstation)

    def close() -> None:
        lister.unwatch()
        imager.close()
        _close(ground)()

    return Services(
        home=home,
        clock=clock,
        people=GuardedPeople(rows.people, guard),
        permitting=permitting,
        staffing=Staffing(rows.people, rows.trail, permitting),
        entering=rows.entering,
        register=register,
        lister=lister,
        assigner=Assigner(register=register, records=rows.records, open_source=sources.by_id),
        importer=importer,
        auto_importer=auto_importer,
        corrector=Corrector(
            CorrectorParts(
                *(rows.records, rows.patients, rows.journal, permitting, returner, clock),
                recoverer.abandon,
            )
        ),
        recoverer=recoverer,
        auditor=GuardedAuditor(_auditor(rows, store, session), guard),
        records=records,
        trail=GuardedTrail(rows.trail, guard),
        previewer=Previewer(
            open_source=sources.by_id, store=store, imager=imager, cache=thumbnails, guard=guard
        ),
        exporter=Exporter(store, guard),
        configuring=rows.configuring,
        day_sheets=DaySheets(
            DaySheetParts(
                *(DayCountsTable(ground.database), rows.records, rows.repeats, rows.patients),
                *(lister, clock, auto_importer.reasons),
            ),
            guard,
        ),
        follower=Follower(SqlChanges(ground.database), partial(permitting.allows_here, *LOOKING)),
        messenger=Messenger(
            MessengerParts(messages, rows.people, rows.patients, rows.records, permitting, clock)
        ),
        signing_in=SigningIn(
            SigningParts(signed.accesses, listen, hosting, permitting, rows.trail, clock)
        ),
        medimage=medimage,
        examiner=Examiner(PlaceProbes(signed), rows.configuring, guard=guard),
        backing_up=BackingUp(ZipBackup(ground.database, store, clock), guard),
        problems=(
            *map(SettingsUnreadable, rows.configuring.problems()),
            *map(LogUnwritable, unlogged),
        ),
        close=close,
    )


def _start_logs(home: Path, configuring: Configuring) -> tuple[str, ...]:
    """Start the program's log and the drives' beside it; what was wrong, in sentences."""
    folder, fallback = configuring.log_folder(), home / "logs"
    unlogged = logs.start(folder, fallback=fallback)
    drive_logs.start(fallback if unlogged else folder)
    return unlogged


def _hosting(configuring: Configuring) -> Hosting:
    return Hosting(computer_names, lambda: domains_in(configuring.value(HOSTED_DOMAINS)))


def _serve_photos(receiving: Receiving, listen: Listen) -> AbstractContextManager[int]:
    from message_centre.sources.photo_server import serving  # noqa: PLC0415 - see `_listen`

    return serving(receiving, listen)


def _rows(ground: _Ground) -> _Rows:
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
    return _Rows(
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


def _store(ground: _Ground, configuring: Configuring) -> FolderImageStore:
    places = StorePlaces(
        {
            Destination.IMAGES: configuring.images_store,
            Destination.NOTES: configuring.documents_store,
        }
    )
    with alone(ground.home):
        identities = prepare(ground.database, places.root, configuring.has_chosen_store)
    return FolderImageStore(places.root, identities)


def _auditor(rows: _Rows, store: FolderImageStore, session: Session) -> Auditor:
    return Auditor(
        records=rows.records,
        store=store,
        journal=rows.journal,
        trail=rows.trail,
        is_alive=session.still_carries,
    )


__all__ = [
    "default_home",
    "migrate_record",
    "open_home",
    "open_record",
    "point_record",
    "restore",
    "speak_up",
]
