"""The error tree, sorted by what a person can do about it.

MessageCentreError(detail, *, title)      class attributes: title, advice
  TryAgainLater      SourceOffline (RateLimited), DatabaseBusy (DatabaseAway), StoreUnreachable,
                     FileBusy, HalfReturned, SignInUnderWay, PairingFailed, TooManyTries
  SignInAgain        VaultLocked, SignInNeeded, NotSignedIn, WrongPassword
  ListChanged        FileGone, FileChanged, AlreadyImported, BeingFiled
  FixTheInput        IncompleteOrder, UnknownPatient, MixedDestinations, DuplicateOnOtherPatient,
                     FiledBefore, NeedsYes, UnreadablePicture, PictureTooLarge, BadSetting, BadRegisterFile,
                     UnknownRecord, NotPermitted, WeakPassword, DoubtfulContent
  FixTheComputer     StoreFull, AccessDenied, SettingsUnreadable, LogUnwritable, DatabaseOnShare,
                     DatabaseRefused, NotAllowedHere
  CallSupport        RecordWithoutFile, DatabaseDamaged, NewerDatabase, BackupDamaged
Cancelled            beside the tree, not in it
"""


class MessageCentreError(Exception):
    """An expected failure, worded for the person in front of the program.

    `title` is the short form, `detail` the whole sentence, `advice` what to do next.
    """

    title = "Something went wrong"
    advice = "Try again."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title


class Cancelled(Exception):
    """The person cancelled; never shown as a problem."""


class TryAgainLater(MessageCentreError):
    """Nothing is wrong with the request; the place is away for now."""

    title = "Not possible right now"
    advice = "Wait a moment and try again."


class SourceOffline(TryAgainLater):
    """The folder or drive cannot be reached."""

    title = "Source is away"
    advice = "Check the folder or network; it comes back by itself."


class RateLimited(SourceOffline):
    """The drive wants fewer calls for a while; `after` says for how many seconds, 0 if it does not."""

    title = "The drive asks for a pause"
    advice = "Nothing needs to be done; it goes on by itself."

    def __init__(self, detail: str = "", *, after: float = 0.0) -> None:
        super().__init__(detail)
        self.after = after


class DatabaseBusy(TryAgainLater):
    """Another program holds the record for longer than we wait."""

    title = "Record is busy"


class DatabaseAway(DatabaseBusy):
    """The record's server does not answer, or went away in the middle.

    As with every busy record, what was asked may or may not have been done: who wrote must look.
    """

    title = "Record is away"
    advice = (
        "Check the network and the database server; the record comes back by itself."
        " Files that were not saved are still at their source."
    )


class StoreUnreachable(TryAgainLater):
    """The store's folder or its marker is not there."""

    title = "Store is away"
    advice = "Check that the disk or share with the stores is connected. Nothing was moved."


class FileBusy(TryAgainLater):
    """Another program still has the file open for writing."""

    title = "File is in use"
    advice = "Close the program that writes the file, then try again."


class HalfReturned(TryAgainLater):
    """A withdrawn file stands in its folder again, but the folder could not be flushed or cleaned."""

    title = "On its way back"
    advice = "It is finished by itself at the next refresh. Check the folder's disk."


class SignInUnderWay(TryAgainLater):
    """Somebody is signing in to a drive; one attempt at a time."""

    title = "A sign-in is under way"
    advice = "Finish it in the browser, or cancel it."


class PairingFailed(TryAgainLater):
    """The pairing service gave no code that can be trusted; nothing was changed."""

    title = "No code for the phone"
    advice = "Phones that were paired before keep working. Try again in a while."


class TooManyTries(TryAgainLater):
    """Too many wrong passwords in a row; `after` says for how many seconds none is looked at."""

    title = "Too many wrong passwords"
    advice = "Wait, then try again, or ask an administrator to set a new password."

    def __init__(self, detail: str = "", *, after: float = 0.0) -> None:
        super().__init__(detail)
        self.after = after


class SignInAgain(MessageCentreError):
    """A secret is missing; it has to be given again."""

    title = "Sign-in needed"
    advice = "Sign in, or set the password again."


class NotSignedIn(SignInAgain):
    """Operators of this practice have passwords, and this one has not given theirs."""

    title = "Sign in first"
    advice = "Sign in with your password."


class WrongPassword(SignInAgain):
    """Operator and password do not belong together; which of them is wrong is not told."""

    title = "Wrong password"
    advice = "Type it again. Mind capitals."


class VaultLocked(SignInAgain):
    """The keeping place of this workstation's secrets does not open."""

    title = "Vault is locked"
    advice = "Unlock the system's store of passwords and try again, or set the password again."


class SignInNeeded(SignInAgain):
    """A drive has no sign-in, or does not take ours any more."""

    title = "Sign-in needed"
    advice = "Sign in to the drive again, or check its key in Setup."


class ListChanged(MessageCentreError):
    """The world moved on between listing and saving."""

    title = "The list has changed"
    advice = "Refresh with F5 and look again."


class FileGone(ListChanged):
    """The file is no longer at its source."""

    title = "File is gone"


class FileChanged(ListChanged):
    """The file is not the one that was seen."""

    title = "File has changed"
    advice = "Refresh with F5, look at the new content, then save it."


class AlreadyImported(ListChanged):
    """These bytes are already on this patient's record."""

    title = "Already filed"
    advice = "Nothing needs to be done; the earlier record is linked."

    def __init__(self, detail: str = "", *, record_id: str = "") -> None:
        super().__init__(detail)
        self.record_id = record_id


class BeingFiled(ListChanged):
    """Somebody else is filing this file at this moment, or has just done so."""

    title = "Being filed"
    advice = "Refresh with F5 to see who filed it."


class FixTheInput(MessageCentreError):
    """The request has to be different."""

    title = "Please check"
    advice = "Correct what is named and try again."


class IncompleteOrder(FixTheInput):
    """Something the order needs is missing or not allowed."""

    title = "Not complete"


class UnknownPatient(FixTheInput):
    """No such patient in the register."""

    title = "Unknown patient"
    advice = "Search the patient again."


class UnknownRecord(FixTheInput):
    """No such record, or it has been withdrawn."""

    title = "Unknown record"


class MixedDestinations(FixTheInput):
    """Images and documents were selected together."""

    title = "Images and documents together"
    advice = "Save the images first, then the documents."


class DuplicateOnOtherPatient(FixTheInput):
    """The same bytes are on another patient's record."""

    title = "On another patient's record"
    advice = "Make sure which patient it is; one of the two may be wrong."

    def __init__(self, detail: str = "", *, record_id: str = "", patient_id: str = "") -> None:
        super().__init__(detail)
        self.record_id = record_id
        self.patient_id = patient_id


class FiledBefore(FixTheInput):
    """The same bytes were on this patient's record and have been withdrawn."""

    title = "Withdrawn before"
    advice = "Read why it was withdrawn; save again only if that was wrong."

    def __init__(self, detail: str = "", *, record_id: str = "") -> None:
        super().__init__(detail)
        self.record_id = record_id


class NeedsYes(FixTheInput):
    """An alert needs a deliberate yes."""

    title = "Please confirm"
    advice = "Read the alert and confirm it."


class DoubtfulContent(FixTheInput):
    """The content is damaged, or not what the file's name says; nobody looked at it yet."""

    title = "Doubtful content"
    advice = "Look at it, and save it by hand if it is right."


class UnreadablePicture(FixTheInput):
    """The picture cannot be decoded."""

    title = "Cannot be shown"
    advice = "It can still be saved as it is."


class PictureTooLarge(UnreadablePicture):
    """The picture is larger than the decoder's limits."""

    title = "Too large to show"


class BadSetting(FixTheInput):
    """A settings key or value is wrong; the detail names the nearest right one."""

    title = "Setting refused"


class BadRegisterFile(FixTheInput):
    """The register file cannot be read as CSV, FHIR R4 bundle or NDJSON."""

    title = "Register file refused"


class NotPermitted(FixTheInput):
    """The operator lacks the right for this provider."""

    title = "Not permitted"
    advice = "Ask an administrator for the right."


class WeakPassword(FixTheInput):
    """A new password would be guessed too soon."""

    title = "Choose another password"
    advice = "Nothing was changed."


class FixTheComputer(MessageCentreError):
    """A disk, a permission or a file of this computer."""

    title = "This computer needs attention"
    advice = "Ask whoever looks after this computer."


class StoreFull(FixTheComputer):
    """No room left where the bytes must go."""

    title = "Disk is full"
    advice = "Free some space on the store's disk, then try again. The file is still at its source."


class AccessDenied(FixTheComputer):
    """The operating system refuses access."""

    title = "Access denied"
    advice = "Ask for the right to read and delete files in this folder."


class SettingsUnreadable(FixTheComputer):
    """The settings file was damaged and set aside."""

    title = "Settings were unreadable"
    advice = "The damaged file was kept beside the new one. Check the settings."


class LogUnwritable(FixTheComputer):
    """The log folder takes no log; the program files all the same."""

    title = "No log in the log folder"
    advice = "The log lies in the home folder for now. Check the log folder and its setting."


class DatabaseOnShare(FixTheComputer):
    """An embedded record on a network file system would lose data."""

    title = "Record on a network share"
    advice = "Put the home folder on a local disk, or use PostgreSQL for several workstations."


class DatabaseRefused(FixTheComputer):
    """The record's server answers, but not to this user, password or database name."""

    title = "Record server refuses"
    advice = "Check database.url and its password, or ask whoever looks after the server."

    def __init__(self, detail: str = "", *, wants_password: bool = False) -> None:
        super().__init__(detail)
        self.wants_password = wants_password


class NotAllowedHere(FixTheComputer):
    """This kind of drive may not be used on this workstation."""

    title = "Not allowed here"
    advice = "Use another workstation, or ask whoever looks after this one."


class CallSupport(MessageCentreError):
    """Something that should not happen; nothing was repaired by itself."""

    title = "Needs a closer look"
    advice = "Do not delete anything. Run the integrity check and call support."


class RecordWithoutFile(CallSupport):
    """A record's stored file is missing or its bytes are not the recorded ones."""

    title = "Stored file is missing or damaged"


class DatabaseDamaged(CallSupport):
    """The record cannot be read."""

    title = "Record is damaged or unreachable"


class NewerDatabase(CallSupport):
    """The record was written by a newer program."""

    title = "Record is newer than this program"
    advice = "Install the newer version of the Message Centre on this workstation."


class BackupDamaged(CallSupport):
    """A backup does not hold what its list says."""

    title = "Backup is damaged"
    advice = "Use another backup. Nothing was changed."
