"""Which folder of which account a source of a virtual drive is, and which log tells of it."""

from dataclasses import dataclass

from message_centre.domain.files import SourceKind

_LOGS = {
    SourceKind.AZURE: "MailCenter_Azure.log",
    SourceKind.DROPBOX: "MailCenter_Dropbox.log",
    SourceKind.ONEDRIVE: "MailCenter_OneDrive.log",
}


def log_of(kind: SourceKind) -> str:
    """The name of the log that tells of this kind of drive; empty for whatever is no drive."""
    return _LOGS.get(kind, "")


@dataclass(frozen=True, slots=True)
class AzureFolder:
    """A folder of a container; `folder` has no slash at its ends and is empty for the root."""

    account: str
    container: str
    folder: str = ""

    @property
    def source_id(self) -> str:
        """The same on every workstation."""
        return f"{SourceKind.AZURE}:{self.account}/{self.container}/{self.folder}"

    @classmethod
    def set_as(cls, account: str, container: str, path: str) -> "AzureFolder":
        """As it is set: `container` may be `container/folder`, `path` is the operator's inside it."""
        name, _, folder = container.partition("/")
        parts = (folder.strip("/"), path.strip("/"))
        return cls(account, name, "/".join(part for part in parts if part))

    @classmethod
    def parse(cls, source_id: str) -> "AzureFolder":
        """Read back what `source_id` wrote."""
        account, _, rest = source_id.removeprefix(f"{SourceKind.AZURE}:").partition("/")
        container, _, folder = rest.partition("/")
        return cls(account, container, folder)
