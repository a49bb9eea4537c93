"""The edges as the use cases see them; every adapter implements one of these.

Unless a method says otherwise it may be called on any thread, waits for its answer and raises only
errors of `domain.errors`.
"""

from message_centre.services.ports.files import (
    Clock,
    Filed,
    ImageStore,
    OpenedFile,
    Source,
    SourceRegistry,
    Staged,
)
from message_centre.services.ports.medimage import (
    Landing,
    Listen,
    PairingLine,
    ServerGround,
    ServerLine,
    TypedIds,
)
from message_centre.services.ports.messages import Copy, Messages, StoredMessage
from message_centre.services.ports.pictures import CaptureFacts, Imager, Picture
from message_centre.services.ports.practice import (
    DayCount,
    DayCounts,
    Hasher,
    Passwords,
    PasswordTry,
    Patients,
    People,
    PracticeSettings,
    Recents,
    Vault,
    WorkstationSettings,
)
from message_centre.services.ports.probing import Look, Probes
from message_centre.services.ports.record import (
    TAKEN_OVER,
    Claim,
    End,
    Filing,
    Journal,
    OpenImport,
    Reassignment,
    Records,
    Repeated,
    Repeats,
    Trail,
)
from message_centre.services.ports.signing import (
    AccessOf,
    CodePage,
    DriveAccess,
    DriveAccount,
    Listening,
    Receiver,
    SignInPage,
)

__all__ = [
    "TAKEN_OVER",
    "AccessOf",
    "CaptureFacts",
    "Claim",
    "Clock",
    "CodePage",
    "Copy",
    "DayCount",
    "DayCounts",
    "DriveAccess",
    "DriveAccount",
    "End",
    "Filed",
    "Filing",
    "Hasher",
    "ImageStore",
    "Imager",
    "Journal",
    "Landing",
    "Listen",
    "Listening",
    "Look",
    "Messages",
    "OpenImport",
    "OpenedFile",
    "PairingLine",
    "PasswordTry",
    "Passwords",
    "Patients",
    "People",
    "Picture",
    "PracticeSettings",
    "Probes",
    "Reassignment",
    "Receiver",
    "Recents",
    "Records",
    "Repeated",
    "Repeats",
    "ServerGround",
    "ServerLine",
    "SignInPage",
    "Source",
    "SourceRegistry",
    "Staged",
    "StoredMessage",
    "Trail",
    "TypedIds",
    "Vault",
    "WorkstationSettings",
]
