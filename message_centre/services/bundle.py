"""Services: everything a front door may call, built once by `bootstrap`.

All of these are plain synchronous objects. A window calls them on a lane of its runner, the command
line calls them directly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from message_centre.domain.errors import MessageCentreError
from message_centre.services.assigning import Assigner
from message_centre.services.auto_importing import AutoImporter
from message_centre.services.backing_up import BackingUp
from message_centre.services.browsing import Browsing
from message_centre.services.bulk_importing import BulkImporter
from message_centre.services.capture_reading import CaptureReader
from message_centre.services.configuring import Configuring
from message_centre.services.counting import DaySheets
from message_centre.services.entering import Entering
from message_centre.services.examining import Examiner
from message_centre.services.exporting import Exporter
from message_centre.services.first_start import FirstStart, FirstStartParts
from message_centre.services.following import Follower
from message_centre.services.guarded import GuardedAuditor
from message_centre.services.importing import Importer
from message_centre.services.listing import Lister
from message_centre.services.medimage import MedImage
from message_centre.services.messaging import Messenger
from message_centre.services.permitting import Permitting
from message_centre.services.ports import Clock, People, Records, Trail
from message_centre.services.previewing import Previewer
from message_centre.services.proposing import Proposing
from message_centre.services.pulling_back import Corrector
from message_centre.services.recovery import Recoverer
from message_centre.services.registering import Register
from message_centre.services.signing_in import SigningIn
from message_centre.services.staffing import Staffing


@dataclass(frozen=True)
class Services:
    """The use cases of one opened home. `close` ends watchers, connections and the session lock.

    `problems` tells, to be shown at start, what was wrong with settings file and log folder.
    """

    home: Path
    clock: Clock
    people: People
    permitting: Permitting
    staffing: Staffing
    entering: Entering
    register: Register
    lister: Lister
    assigner: Assigner
    importer: Importer
    auto_importer: AutoImporter
    corrector: Corrector
    recoverer: Recoverer
    auditor: GuardedAuditor
    records: Records
    trail: Trail
    previewer: Previewer
    captures: CaptureReader
    proposing: Proposing
    exporter: Exporter
    configuring: Configuring
    day_sheets: DaySheets
    follower: Follower
    messenger: Messenger
    signing_in: SigningIn
    medimage: MedImage
    examiner: Examiner
    backing_up: BackingUp
    browsing: Browsing
    bulk_importer: BulkImporter
    problems: tuple[MessageCentreError, ...]
    close: Callable[[], None]

    @property
    def first_start(self) -> FirstStart:
        """What leads through the first start of a fresh home."""
        return FirstStart(
            FirstStartParts(
                self.people,
                self.permitting,
                self.configuring,
                self.staffing,
                self.entering,
                self.register,
            )
        )
