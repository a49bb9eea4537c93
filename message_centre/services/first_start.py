"""The first start of a fresh home, a step at a time; each step stands by itself and may be done again."""

from dataclasses import dataclass, replace

from message_centre.domain.people import ALL_RIGHTS, EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.people_settings import FIRST_START_DONE, PRACTICE_NAME
from message_centre.domain.secrets import Secret
from message_centre.domain.settings import DOCUMENTS_STORE, IMAGES_STORE
from message_centre.services.configuring import Configuring
from message_centre.services.entering import Entering
from message_centre.services.permitting import Permitting
from message_centre.services.ports import People
from message_centre.services.registering import Register
from message_centre.services.staffing import Staffing

_UNNAMED_PROVIDER = "Provider 1"


@dataclass(frozen=True)
class FirstStartParts:
    """The services that the steps go through."""

    people: People
    permitting: Permitting
    configuring: Configuring
    staffing: Staffing
    entering: Entering
    register: Register


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the first start has come, read from the record itself."""

    operator: Operator
    provider: Provider
    practice: str = ""
    images: str = ""
    documents: str = ""
    patients: int = 0
    has_password: bool = False

    @property
    def next_step(self) -> int:
        """The first step that is not done: practice, operator, provider, stores, register."""
        done = (
            bool(self.practice),
            self.has_password,
            self.provider.name != _UNNAMED_PROVIDER,
        )
        return done.index(False) if False in done else len(done)


class FirstStart:
    """Any thread. Whoever carries it out has to hold the right to set up the practice."""

    def __init__(self, parts: FirstStartParts) -> None:
        self._parts = parts

    def is_due(self) -> bool:
        """Whether nobody has set up this home yet, finished this, or put it away for good.

        A practice that has patients, several people, or folders that are watched, needs no leading.
        """
        parts = self._parts
        operator = parts.permitting.sits
        if operator is None or not operator.holds(Right.SET_UP):
            return False
        if parts.configuring.value(FIRST_START_DONE) == "true" or parts.register.count():
            return False
        active = [one for one in parts.people.operators() if one.is_active]
        is_alone = len(active) == 1 and len(parts.people.providers()) == 1
        return is_alone and not parts.configuring.image_folders(operator.id)

    def standing(self) -> Standing:
        """How far it has come.

        Raises:
            NotPermitted, NotSignedIn
        """
        parts = self._parts
        operator = parts.permitting.require_here(Right.SET_UP)
        value = parts.configuring.value
        return Standing(
            operator,
            parts.people.providers()[0],
            practice=value(PRACTICE_NAME),
            images=value(IMAGES_STORE),
            documents=value(DOCUMENTS_STORE),
            patients=parts.register.count(),
            has_password=operator.id in parts.entering.holders(),
        )

    def name_practice(self, name: str) -> None:
        """The first step.

        Raises:
            BadSetting, NotPermitted, NotSignedIn
        """
        self._set(PRACTICE_NAME, name)

    def name_operator(self, operator_id: str, name: str, password: Secret) -> Operator:
        """The second step: who sets this up gets a name and a password, and goes on under both.

        Under another id it is a new operator, and the one of the fresh home may no longer sign in.

        Raises:
            FixTheInput, WeakPassword, NotPermitted, NotSignedIn: nobody is locked out by it.
        """
        parts = self._parts
        before = parts.permitting.require_here(Right.SET_UP)
        is_same = before.id == operator_id
        new = replace(before, name=name) if is_same else Operator(operator_id, name)
        new = replace(new, rights=ALL_RIGHTS)
        parts.entering.check_new(new, password)
        parts.staffing.save_operator(new, by=before.id)
        parts.entering.set_password(new.id, password, by=before.id)
        parts.entering.sign_in(new.id, password)
        if not is_same:
            parts.staffing.save_operator(replace(before, is_active=False), by=new.id)
        return new

    def name_provider(self, name: str) -> Provider:
        """The third step; the provider's number names folders of the store and stays.

        Raises:
            FixTheInput, NotPermitted, NotSignedIn
        """
        by = self._parts.permitting.require_here(Right.SET_UP)
        first = self._parts.people.providers()[0]
        return self._parts.staffing.save_provider(replace(first, name=name), by=by.id)

    def place_stores(self, images: str, documents: str) -> None:
        """The fourth step; what is as it was is left alone.

        Raises:
            BadSetting, NotPermitted, NotSignedIn
        """
        for key, value in ((IMAGES_STORE, images), (DOCUMENTS_STORE, documents)):
            if value != self._parts.configuring.value(key):
                self._set(key, value)

    def finish(self) -> None:
        """Done, or not wanted: it is not offered again."""
        self._set(FIRST_START_DONE, "true")

    def _set(self, key: str, value: str) -> None:
        operator = self._parts.permitting.require_here(Right.SET_UP)
        self._parts.permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)
        self._parts.configuring.set(key, value, operator=operator)
