"""Pairs phones with the practice: a code for an hour, and the address key on record before it is shown."""

from dataclasses import dataclass
from datetime import timedelta

from message_centre.domain.errors import BadSetting, PairingFailed
from message_centre.domain.medimage_pairing import CODE_SECONDS, PhoneCode, understood
from message_centre.domain.medimage_settings import GUID, PAIRING_SERVICE, RETIRED, SERVER, masked
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.configuring import Configuring
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.permitting import Permitting
from message_centre.services.ports import Clock, PairingLine, Trail


@dataclass(frozen=True)
class PairingParts:
    """What pairing is made of."""

    configuring: Configuring
    keys: MedImageKeys
    permitting: Permitting
    line: PairingLine
    trail: Trail
    clock: Clock


@dataclass(frozen=True, slots=True)
class KeyState:
    """A provider's address key as it is shown, masked, and how many were replaced before it."""

    provider: str
    key: str
    retired: int
    server: str


class Pairing:
    """Every call may wait for the network; any thread. Only who sets the practice up may."""

    def __init__(self, parts: PairingParts) -> None:
        self._parts = parts

    def state(self, provider: str) -> KeyState:
        """What is known of a provider's key; nothing secret."""
        keys = self._parts.keys
        server = self._parts.configuring.value(SERVER)
        return KeyState(
            provider, masked(keys.active(provider)), len(keys.retired(provider)), server
        )

    def pair(self, operator: Operator, provider: str, *, replace: bool = False) -> PhoneCode:
        """A code for the provider's phones; with `replace` under a new address key.

        The key stands in the record before this returns. A key that is replaced counts no more: what
        still arrives under it waits for a person.

        Raises:
            NotPermitted: the operator may not set up the practice.
            BadSetting: no server address is set, or there is no such provider.
            PairingFailed: there is no code; nothing was changed.
        """
        parts = self._parts
        self._check(operator, provider)
        server = parts.configuring.value(SERVER)
        if not server:
            raise BadSetting(
                f"{SERVER} is not set: the address at which phones reach the practice."
            )
        known = "" if replace else parts.keys.active(provider)
        service = parts.configuring.value(PAIRING_SERVICE)
        reply = understood(
            parts.line.ask(service, guid=known, server=server), guid=known, server=server
        )
        if not known:
            self._keep(operator, provider, reply.guid)
        what = "new key" if not known else "same key"
        self._tell(operator, "medimage-pair", f"provider {provider}, {what} {masked(reply.guid)}")
        until = parts.clock.now() + timedelta(seconds=CODE_SECONDS)
        return PhoneCode(reply.code, until, provider, server, reply.label, is_new_key=not known)

    def retire(self, operator: Operator, provider: str) -> KeyState:
        """Let the provider's address key count no more, without a new one.

        Raises:
            NotPermitted, BadSetting: as for `pair`, or there is no key.
        """
        self._check(operator, provider)
        if not self._parts.keys.active(provider):
            raise BadSetting(f"Provider {provider} has no address key.")
        self._retire(operator, provider)
        self._tell(operator, "medimage-retire", f"provider {provider}")
        return self.state(provider)

    def reveal(self, operator: Operator, provider: str) -> str:
        """The address key in clear, for a phone that is set up by hand; told to the trail.

        Raises:
            NotPermitted, BadSetting: as for `retire`.
        """
        self._check(operator, provider)
        guid = self._parts.keys.active(provider)
        if not guid:
            raise BadSetting(f"Provider {provider} has no address key.")
        self._tell(operator, "medimage-reveal", f"provider {provider}, {masked(guid)}")
        return guid

    def _check(self, operator: Operator, provider: str) -> None:
        self._parts.permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)
        if provider not in self._parts.permitting.providers():
            raise BadSetting(f"There is no provider {provider!r}.")

    def _keep(self, operator: Operator, provider: str, guid: str) -> None:
        taken = {known.casefold() for known in self._parts.keys.all()}
        if guid.casefold() in taken:
            raise PairingFailed("The pairing service gave an address key that is known already.")
        if self._parts.keys.active(provider):
            self._retire(operator, provider)
        self._set(GUID, provider, guid, operator)

    def _retire(self, operator: Operator, provider: str) -> None:
        """First among the replaced ones: a stop in between leaves a key that does not count."""
        keys = self._parts.keys
        retired = (*keys.retired(provider), keys.active(provider))
        self._set(RETIRED, provider, " ".join(retired), operator)
        self._set(GUID, provider, "", operator)

    def _set(self, key: str, provider: str, value: str, operator: Operator) -> None:
        full = key.replace(".N.", f".{provider}.")
        self._parts.configuring.set(full, value, operator=operator)

    def _tell(self, operator: Operator, action: str, detail: str) -> None:
        self._parts.trail.add(action, operator=operator.id, detail=detail)
