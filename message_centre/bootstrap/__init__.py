"""Builds the services of one home: the only place that knows every concrete class.

`ground` opens what they stand on, `rows` makes the adapters over the record.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from message_centre.bootstrap.ground import RECORD, Ground, closing, open_ground, open_record
from message_centre.bootstrap.rows import Rows, make_rows
from message_centre.domain.drive_settings import domains_in
from message_centre.domain.errors import IncompleteOrder, LogUnwritable, SettingsUnreadable
from message_centre.domain.files import Destination
from message_centre.domain.settings import DATABASE_URL, HOSTED_DOMAINS
from message_centre.host import drive_logs, logs
from message_centre.host.computer_names import computer_names
from message_centre.host.logs import speak_up
from message_centre.host.medimage_ground import MedImageGround
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
from message_centre.services.browsing import Browsing, BrowsingParts
from message_centre.services.bulk_importing import BulkImporter, BulkParts
from message_centre.services.bundle import Services
from message_centre.services.capture_reading import CaptureReader
from message_centre.services.clue_reading import ClueParts, ClueReader
from message_centre.services.configuring import Configuring
from message_centre.services.counting import DaySheetParts, DaySheets
from message_centre.services.examining import Examiner
from message_centre.services.exporting import Exporter
from message_centre.services.folder_reviewing import FolderReviewer, ReviewParts
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
from message_centre.services.permitting import LOOKING
from message_centre.services.ports import Listen
from message_centre.services.previewing import Previewer
from message_centre.services.proposing import Proposing
from message_centre.services.pulling_back import Corrector, CorrectorParts, Returner
from message_centre.services.receiving import Receiving
from message_centre.services.recovery import Recoverer, RecoveryParts
from message_centre.services.registering import Register
from message_centre.services.signing_in import SigningIn, SigningParts
from message_centre.services.staffing import Staffing
from message_centre.services.tree_listing import TreeLister, TreeParts
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
from message_centre.store.day_counts import DayCountsTable
from message_centre.store.image_store import FolderImageStore
from message_centre.store.messages import SqlMessages
from message_centre.store.places import Ask
from message_centre.store.recents import RecentsTable
from message_centre.store.stores import StorePlaces, prepare
from message_centre.store.typed_ids import TypedIdsTable
from message_centre.store.witness import Witness

if TYPE_CHECKING:
    from message_centre.store.placing import Moved, Placing


def open_home(home: Path, *, recover: bool = True) -> Services:
    """Open a home, made on first use, and settle what dead runs left open unless told not to.

    Raises:
        AccessDenied, StoreFull: the home cannot be made or written.
        DatabaseOnShare, DatabaseDamaged, DatabaseBusy, NewerDatabase: the record cannot be used.
        DatabaseAway, DatabaseRefused, VaultLocked: the server of a shared record cannot be used.
    """
    ground = open_ground(home)
    with ExitStack() as half_open:
        half_open.callback(closing(ground))
        services = _build(ground)
        if recover:
            services.recoverer.run()
        half_open.pop_all()
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


def _build(ground: Ground) -> Services:
    home, clock, session = ground.home, ground.clock, ground.session
    rows = make_rows(ground)
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
    clues = ClueParts(sources.by_id, imager, pattern, medimage.filing.patient_of)
    proposing = Proposing(register, ClueReader(clues))
    of_trees = TreeParts(
        sources, rows.journal, rows.configuring.tower_roots, rows.configuring.check_source
    )
    trees = TreeLister(of_trees)
    reviewer = FolderReviewer(
        ReviewParts(
            *(trees, rows.configuring, rows.patients, typed),
            *(register.similar, proposing.contents_against, clock),
        )
    )
    messages = SqlMessages(ground.database, session.workstation)

    def close() -> None:
        medimage.receiver.stop()
        lister.unwatch()
        imager.close()
        closing(ground)()

    return Services(
        home=home,
        clock=clock,
        people=GuardedPeople(rows.people, guard),
        permitting=permitting,
        staffing=Staffing(rows.people, rows.trail, permitting),
        entering=rows.entering,
        register=register,
        lister=lister,
        proposing=proposing,
        captures=CaptureReader(sources.by_id, imager, clock, guard),
        assigner=Assigner(
            register=register,
            records=rows.records,
            open_source=sources.by_id,
            against=proposing.against,
        ),
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
        exporter=Exporter(store, guard, sources.by_id),
        configuring=rows.configuring,
        day_sheets=DaySheets(
            DaySheetParts(
                *(DayCountsTable(ground.database), rows.records, rows.repeats, rows.patients),
                *(lister, clock, auto_importer.reasons, reviewer.standing),
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
        browsing=Browsing(BrowsingParts(trees, sources, imager, rows.configuring, permitting)),
        bulk_importer=BulkImporter(BulkParts(reviewer, rows.configuring, importer, permitting)),
        examiner=Examiner(PlaceProbes(signed), rows.configuring, HttpServerLine(), guard=guard),
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


def _store(ground: Ground, configuring: Configuring) -> FolderImageStore:
    places = StorePlaces(
        {
            Destination.IMAGES: configuring.images_store,
            Destination.NOTES: configuring.documents_store,
        }
    )
    with alone(ground.home):
        identities = prepare(ground.database, places.root, configuring.has_chosen_store)
    return FolderImageStore(places.root, identities)


def _auditor(rows: Rows, store: FolderImageStore, session: Session) -> Auditor:
    return Auditor(
        records=rows.records,
        store=store,
        journal=rows.journal,
        trail=rows.trail,
        is_alive=session.still_carries,
    )


__all__ = [
    "RECORD",
    "default_home",
    "migrate_record",
    "open_home",
    "open_record",
    "point_record",
    "restore",
    "speak_up",
]
