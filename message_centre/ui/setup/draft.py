"""What the forms of Setup show: what is stored, and what was changed and not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from message_centre.domain.errors import BadSetting
from message_centre.domain.secrets import Secret
from message_centre.domain.setting_values import checked
from message_centre.domain.settings import (
    AZURE_ACCOUNT,
    AZURE_ENDPOINT,
    AZURE_KEY,
    ValueKind,
    drive_folder,
    locate,
)
from message_centre.services.configuring import KEPT
from message_centre.services.examining import AzureTrial


@dataclass(frozen=True, slots=True)
class Change:
    """One setting to be saved, by its full key; a secret has no `value`."""

    key: str
    value: str = ""
    secret: Secret | None = None


def of_operator(key: str, operator: str) -> str:
    """The full key of an operator's setting."""
    return locate(key, operator=operator).full_key


def of_provider(key: str, provider: str) -> str:
    """The full key of a provider's setting."""
    return key.replace(".N.", f".{provider}.", 1)


class Draft:
    """Plain values by full key, so that whose page is shown can change while nothing is lost."""

    def __init__(self) -> None:
        self._stored: dict[str, str] = {}
        self._edits: dict[str, str] = {}
        self._secrets: dict[str, Secret] = {}
        self._refused: dict[str, str] = {}

    @property
    def is_dirty(self) -> bool:
        """Whether anything is unsaved."""
        return bool(self._edits or self._secrets)

    @property
    def is_sound(self) -> bool:
        """Whether everything unsaved may be saved, as far as one can tell here."""
        return not any(self.problem(key) for key in self._edits)

    def is_changed(self, key: str) -> bool:
        """Whether this setting is unsaved."""
        return key in self._edits or key in self._secrets

    def take(self, stored: Mapping[str, str]) -> None:
        """Know what is stored; what was changed here stays."""
        self._stored.update(stored)
        for key in tuple(self._edits):
            self.edit(key, self._edits[key])

    def value(self, key: str) -> str:
        """What the form shows: as typed, or as stored."""
        return self._edits.get(key, self._stored.get(key, ""))

    def is_on(self, key: str) -> bool:
        """Whether a flag is set."""
        return self.value(key) == "true"

    def edit(self, key: str, text: str) -> None:
        """Something was typed; typing what is stored takes the change back."""
        self._refused.pop(key, None)
        if text == self._stored.get(key, ""):
            self._edits.pop(key, None)
        else:
            self._edits[key] = text

    def give_secret(self, key: str, secret: Secret | None) -> None:
        """A secret to be kept, an empty one to keep none, or None to leave it as it is."""
        self._refused.pop(key, None)
        if secret is None:
            self._secrets.pop(key, None)
        else:
            self._secrets[key] = secret

    def new_secret(self, key: str) -> Secret | None:
        """The secret that is not saved yet; an empty one stands for its removal."""
        return self._secrets.get(key)

    def has_kept(self, key: str) -> bool:
        """Whether a secret is kept already."""
        return self._stored.get(key) == KEPT

    def trouble(self, key: str) -> str:
        """Why nobody can tell whether a secret is kept, such as a locked vault; or empty."""
        told = self._stored.get(key, "")
        return "" if told == KEPT else told.strip("()")

    def refuse(self, key: str, words: str) -> None:
        """What the practice said to a change that was not saved; goes with the next edit."""
        self._refused[key] = words

    def problem(self, key: str) -> str:
        """Why the value cannot be saved, with the key where the form has its caption; or empty."""
        if key in self._refused:
            return self._refused[key]
        if key not in self._edits:
            return ""
        try:
            checked(locate(key, operator="").setting, self._edits[key])
        except BadSetting as error:
            return error.detail
        return ""

    def kept_as(self, key: str) -> str:
        """The spelling in which a value will be kept, where it is another than the one typed."""
        typed = self._edits.get(key, "")
        kept = self._normal(key, typed)
        return kept if kept is not None and kept != typed.strip() else ""

    def changes(self) -> tuple[Change, ...]:
        """Everything that is unsaved, in the order in which it was changed."""
        edits = tuple(Change(key, value) for key, value in self._edits.items())
        return edits + tuple(Change(key, secret=one) for key, one in self._secrets.items())

    def saved(self, change: Change, now: str) -> None:
        """One change is stored; `now` is the value that counts."""
        self._stored[change.key] = now
        if change.secret is None and self._edits.get(change.key) == change.value:
            del self._edits[change.key]
        if change.secret is not None and self._secrets.get(change.key) is change.secret:
            del self._secrets[change.key]

    def azure_trial(self, container: str, path: str) -> AzureTrial:
        """A folder of the account as the forms hold it; the keys of container and path."""
        path_text = self.value(path) if path else ""
        return AzureTrial(
            account=self.value(AZURE_ACCOUNT).strip(),
            endpoint=self.value(AZURE_ENDPOINT).strip(),
            container=self.value(container).strip() if container else "",
            path=path_text,
            key=self._secrets.get(AZURE_KEY),
        )

    def folder(self, drive: str, operator: str) -> str:
        """The folder that the operator sees of a drive, in the spelling in which it will be kept."""
        key = of_operator(drive_folder(drive), operator)
        return self._normal(key, self.value(key)) or ""

    def _normal(self, key: str, text: str) -> str | None:
        setting = locate(key, operator="").setting
        if setting.kind is ValueKind.SECRET:
            return None
        try:
            return checked(setting, text)
        except BadSetting:
            return None
