"""Whose drive is which source, and that nothing is made or asked where a drive is not allowed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from message_centre.domain.errors import NotAllowedHere, SignInNeeded, VaultLocked
from message_centre.domain.files import SourceKind, SourceState
from message_centre.domain.secrets import Secret
from message_centre.services.work import CancelToken, silent
from message_centre.sources.allowed_drive import AllowedDrive
from message_centre.sources.drive import Drive, DriveFile
from message_centre.sources.drive_source import DriveSource
from message_centre.sources.signed_drives import SignedDrives, SignedParts
from tests.support.clocks import StandingClock

FILE = DriveFile("id:1", "a.jpg", 3, 0, "r1")


@dataclass
class Vault:
    """Holds sign-ins in memory, and may be locked."""

    held: dict[str, str] = field(default_factory=dict)
    is_locked: bool = False

    def read(self, name: str) -> Secret | None:
        if self.is_locked:
            raise VaultLocked
        return Secret(self.held[name]) if name in self.held else None

    def keep(self, name: str, secret: Secret) -> bool:
        raise NotImplementedError(name, secret)

    def forget(self, name: str) -> None:
        self.held.pop(name, None)


def allowed(_kind: SourceKind) -> None:
    """Everything is."""


def hosted(kind: SourceKind) -> None:
    raise NotAllowedHere(f"No {kind} here.")


def drives(vault: Vault, check: Callable[[SourceKind], None] = allowed) -> SignedDrives:
    return SignedDrives(
        SignedParts(
            vault,
            check,
            app_key=lambda: "key",
            app_id=lambda number: f"app-{number}",
            operators=lambda: ["ADM", "ANN"],
            providers=lambda: ["1", "2"],
        )
    )


def state(made: tuple[object, Drive], signed: SignedDrives) -> SourceState:
    del signed
    place, drive = made
    source = DriveSource(place, drive, StandingClock(), frozenset)  # type: ignore[arg-type] # a place
    return source.list_files(CancelToken(), silent).state


@pytest.fixture
def vault() -> Vault:
    dropbox = {who: json.dumps({"account": f"dbid:{who}", "token": "t"}) for who in ("ADM", "ANN")}
    onedrive = json.dumps({"cache": "{}", "drive_id": "b!7"})
    return Vault(
        {f"dropbox.{who}": held for who, held in dropbox.items()} | {"onedrive.2.tokens": onedrive}
    )


def test_a_source_is_named_after_the_account_not_after_who_opens_it(vault: Vault) -> None:
    signed = drives(vault)
    assert signed.dropbox_id("ADM", "/Apps/inTouch") == "dropbox:dbid:ADM/apps/intouch"
    assert signed.dropbox_id("ANN", "") == "dropbox:dbid:ANN/"
    assert signed.onedrive_id("2", "/Scans") == "onedrive:b!7/scans"
    place, _ = signed.onedrive_place("onedrive:b!7/Scans")
    assert (place.name, place.kind) == ("OneDrive /Scans", SourceKind.ONEDRIVE)


def test_each_account_is_opened_by_whoever_is_signed_in_to_it(vault: Vault) -> None:
    signed = drives(vault)
    vault.held["dropbox.ANN"] = json.dumps({"account": "dbid:ANN", "token": "hers"})
    assert signed._credentials("dbid:ANN") == ("key", Secret("hers"))
    del vault.held["dropbox.ANN"]
    with pytest.raises(SignInNeeded):
        signed._credentials("dbid:ANN")


@pytest.mark.parametrize("is_locked", [False, True])
def test_without_a_sign_in_the_source_is_there_and_says_what_it_needs(is_locked: bool) -> None:
    signed = drives(Vault(is_locked=is_locked))
    expected = SourceState.ERROR if is_locked else SourceState.SIGN_IN_NEEDED
    assert signed.dropbox_id("ADM", "/a") == "dropbox:/a"
    assert signed.onedrive_id("1", "/a") == "onedrive:/a"
    assert state(signed.dropbox_place("dropbox:/a"), signed) is expected
    assert state(signed.onedrive_place("onedrive:/a"), signed) is expected


def test_what_signs_in_and_what_lists_are_one(vault: Vault) -> None:
    signed = drives(vault)
    for kind in (SourceKind.DROPBOX, SourceKind.ONEDRIVE):
        make = signed.accesses[kind]
        assert make("1") is make("1")
        assert make("1") is not make("2")
        assert make("1").kind is kind


def test_where_a_drive_is_not_allowed_it_is_never_made(vault: Vault) -> None:
    signed = drives(vault, hosted)
    assert state(signed.dropbox_place("dropbox:dbid:ADM/"), signed) is SourceState.NOT_ALLOWED

    def make() -> Drive:
        raise AssertionError("made")

    drive = AllowedDrive(lambda: hosted(SourceKind.DROPBOX), make)
    asked: tuple[Callable[[], object], ...] = (
        lambda: drive.files(lambda _count: None),
        lambda: drive.find("id:1"),
        lambda: drive.read(FILE),
        lambda: drive.remove("id:1", "r1", ""),
    )
    for ask in asked:
        with pytest.raises(NotAllowedHere):
            ask()
