"""Whose address key is whose, and which folders a MedImage Server fills for a provider."""

import hmac
from collections.abc import Mapping
from types import MappingProxyType

from message_centre.domain import medimage_settings
from message_centre.domain.files import SourceKind
from message_centre.domain.medimage_settings import guids_in
from message_centre.domain.people import EVERY_PROVIDER, Right
from message_centre.services.configuring import Configuring
from message_centre.services.permitting import Permitting

#: In the place of an address key: everything that belongs to none.
EVERYTHING_ELSE = "*"


class MedImageKeys:
    """Reads the settings anew each time: what another workstation pairs counts at once."""

    def __init__(self, configuring: Configuring, permitting: Permitting) -> None:
        self._configuring = configuring
        self._permitting = permitting

    def active(self, provider: str) -> str:
        """The provider's address key, or empty. One that was replaced is none, whatever else is set."""
        guid = self._value(medimage_settings.GUID, provider)
        return "" if guid in self.retired(provider) else guid

    def retired(self, provider: str) -> tuple[str, ...]:
        """The provider's address keys that were replaced."""
        return guids_in(self._value(medimage_settings.RETIRED, provider))

    def all(self) -> Mapping[str, str]:
        """Every address key of the practice, replaced ones too, and its provider."""
        return MappingProxyType(
            {
                guid: number
                for number in self._permitting.providers()
                for guid in (*self.retired(number), self._value(medimage_settings.GUID, number))
                if guid
            }
        )

    def provider_of(self, guid: str) -> str:
        """The provider whose address key this is now, or empty; how long it takes tells nothing of a key."""
        asked, found = guid.encode("utf-8", "backslashreplace"), ""
        for number in self._permitting.providers():
            known = self.active(number).encode()
            if known and hmac.compare_digest(known, asked):
                found = number
        return found

    def sources(self, operator_id: str, provider: str) -> tuple[str, ...]:
        """The source ids of what is delivered for a provider.

        What belongs to no address key is seen by those who set the practice up.
        """
        root = self._configuring.value(medimage_settings.ROOT)
        if not root or not self.all():
            return ()
        active = self.active(provider)
        found = [f"{SourceKind.MEDIMAGE}:{root}/{active}"] if active else []
        found += [f"{SourceKind.QUARANTINE}:{root}/{guid}" for guid in self.retired(provider)]
        if self._permitting.operator(operator_id).may(Right.SET_UP, EVERY_PROVIDER):
            found.append(f"{SourceKind.QUARANTINE}:{root}/{EVERYTHING_ELSE}")
        return tuple(found)

    def _value(self, key: str, provider: str) -> str:
        return self._configuring.value(key.replace(".N.", f".{provider}."))
