"""Signing in to the Message Centre: passwords, waits after wrong ones, lock, and who sits here."""

from dataclasses import dataclass

from message_centre.domain.errors import FixTheInput, NotPermitted, TooManyTries, WrongPassword
from message_centre.domain.passwords import check_new, normal, wait_after
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.domain.people_settings import PRACTICE_NAME
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.services.permitting import Permitting
from message_centre.services.ports import Hasher, Passwords, People, PracticeSettings, Trail


@dataclass(frozen=True)
class EnteringParts:
    """What signing in is made of."""

    people: People
    passwords: Passwords
    hasher: Hasher
    practice: PracticeSettings
    permitting: Permitting
    trail: Trail


class Entering:
    """Who may sit down at this program. Any thread but the GUI's: a hash is slow by design.

    Once one operator has a password, everybody needs one; until then nobody is asked.
    """

    def __init__(self, parts: EnteringParts) -> None:
        self._parts = parts

    @property
    def is_guarded(self) -> bool:
        """Whether a password is wanted from whoever sits down."""
        return self._parts.permitting.is_guarded

    def choices(self) -> tuple[Operator, ...]:
        """The active operators, without what they may do: a sign-in page is seen by anybody."""
        active = (one for one in self._parts.people.operators() if one.is_active)
        return tuple(Operator(one.id, one.name) for one in active)

    def holders(self) -> frozenset[str]:
        """Who has a password; for those who set up the practice.

        Raises:
            NotPermitted, NotSignedIn
        """
        self._parts.permitting.require_here(Right.SET_UP)
        return self._parts.passwords.holders()

    def sign_in(self, operator_id: str, password: Secret = NO_SECRET) -> Operator:
        """Let an operator sit down; without an id the usual one. What became of a password stands on the trail.

        Raises:
            WrongPassword: operator and password do not belong together.
            TooManyTries: no password of this operator is looked at now.
            NotPermitted: others have passwords and this operator has none yet; or there is none.
        """
        parts = self._parts
        is_guarded = parts.permitting.is_guarded
        if is_guarded:
            self._prove(operator_id or parts.permitting.operator("").id, password)
        operator = parts.permitting.operator(operator_id)
        parts.permitting.sit_down(operator.id)
        if is_guarded:
            self._tell(operator.id, "signed in")
        return operator

    def sign_out(self) -> None:
        """The one who sits here leaves; what they began is finished."""
        self._leave("sign-out", "signed out")

    def lock(self, why: str) -> None:
        """The window is locked; `why` goes on the trail. Who sits here is still the same."""
        self._leave("lock", why, gets_up=False)

    def change_password(self, operator_id: str, old: Secret, new: Secret) -> None:
        """Replace one's own password.

        Raises:
            WeakPassword: the new one would be guessed too soon; nothing was changed.
            WrongPassword, TooManyTries: the old one is not right.
            NotPermitted: there is no such operator, or none of theirs to replace.
        """
        operator = self._parts.permitting.operator(operator_id)
        self.check_new(operator, new)
        self._prove(operator.id, old)
        self._keep(operator, new, by=operator.id, words="changed their password")

    def set_password(self, operator_id: str, new: Secret, *, by: str) -> None:
        """Give an operator a password, or another one; for those who set up the practice.

        Raises:
            NotPermitted, NotSignedIn: `by` may not set up the practice.
            FixTheInput: no such operator; or it would be the practice's first password, and those
                who may set up the practice would be locked out.
            WeakPassword
        """
        parts = self._parts
        parts.permitting.require(by, Right.SET_UP, EVERY_PROVIDER)
        operator = next((one for one in parts.people.operators() if one.id == operator_id), None)
        if operator is None:
            raise FixTheInput(f"There is no operator {operator_id!r}.")
        self.check_new(operator, new)
        if not parts.permitting.is_guarded and not operator.may(Right.SET_UP, EVERY_PROVIDER):
            raise FixTheInput(
                "The first password is an administrator's: from then on everybody needs one."
            )
        self._keep(operator, new, by=by, words=f"set the password of {operator.id}")

    def check_new(self, operator: Operator, new: Secret) -> None:
        """See that a password would be taken.

        Raises:
            WeakPassword
        """
        practice = self._parts.practice.read().get(PRACTICE_NAME, "")
        check_new(new, operator, practice=practice)

    def _keep(self, operator: Operator, new: Secret, *, by: str, words: str) -> None:
        self._parts.passwords.keep(operator.id, self._parts.hasher.hash(normal(new)))
        if by == operator.id:
            # Whoever gives themselves the first password of the practice goes on working.
            self._parts.permitting.sit_down(by)
        self._parts.trail.add("settings", operator=by, detail=words)

    def _prove(self, operator_id: str, password: Secret) -> None:
        parts = self._parts
        is_known = any(one.id == operator_id and one.is_active for one in parts.people.operators())
        tried = parts.passwords.begin_try(operator_id, wait_after) if is_known else None
        if tried is None:
            self._refuse_unknown(operator_id if is_known else "", password)
            return
        if not tried.hashed:
            raise _waiting(tried.wait)
        given = normal(password)
        if not parts.hasher.fits(tried.hashed, given):
            words = f"wrong password, {tried.number} in a row"
            wait = wait_after(tried.number)
            self._tell(operator_id, f"{words}; waits {wait} s" if wait else words)
            if wait:
                raise _waiting(wait)
            raise WrongPassword("Operator and password do not belong together.")
        parts.passwords.forgive(operator_id)
        if parts.hasher.is_dated(tried.hashed):
            parts.passwords.keep(operator_id, parts.hasher.hash(given))

    def _refuse_unknown(self, operator_id: str, password: Secret) -> None:
        """Answer no sooner than for an operator who has a password: hashing takes as long as comparing."""
        self._parts.hasher.hash(normal(password))
        if operator_id:
            self._tell(operator_id, "refused: has no password yet")
            raise NotPermitted(
                f"Operator {operator_id} has no password yet. An administrator sets one."
            )
        # What was typed as an operator's id may be a password: it is not written down.
        self._tell("", "refused: unknown operator")
        raise WrongPassword("Operator and password do not belong together.")

    def _leave(self, action: str, words: str, *, gets_up: bool = True) -> None:
        operator = self._parts.permitting.sits
        if operator is None:
            return
        if gets_up:
            self._parts.permitting.get_up()
        self._parts.trail.add(action, operator=operator.id, detail=f"Message Centre: {words}")

    def _tell(self, operator_id: str, words: str) -> None:
        detail = f"Message Centre: {words}"
        self._parts.trail.add("sign-in", operator=operator_id, detail=detail)


def _waiting(seconds: float) -> TooManyTries:
    whole = max(1, round(seconds))
    return TooManyTries(
        f"Too many wrong passwords. The next one is looked at in {whole} seconds.", after=seconds
    )
