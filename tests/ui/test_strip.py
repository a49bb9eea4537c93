"""The strip tells every state in words and by symbol."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from message_centre.domain.files import FileState, Listing, SourceKind, SourceState
from message_centre.ui.files.rows import short_source
from message_centre.ui.sources.source_words import STATES, count_words, state_words
from message_centre.ui.sources.strip import SourcesDialog, SourcesStrip
from tests.support.source_files import a_listing, a_source_file


@pytest.fixture
def strip(qtbot: QtBot) -> SourcesStrip:
    made = SourcesStrip()
    qtbot.addWidget(made)
    return made


def buttons(strip: SourcesStrip) -> list[QToolButton]:
    return strip.findChildren(QToolButton)


def test_every_state_has_words_and_a_symbol_of_its_own() -> None:
    assert set(STATES) == set(SourceState)
    assert len({look.words for look in STATES.values()}) == len(STATES)
    assert len({look.symbol for look in STATES.values()}) == len(STATES)


def test_a_connected_source_tells_when_it_was_listed() -> None:
    at = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
    words = state_words(replace(a_listing(), listed_at=at))
    assert words == f"Connected {at.astimezone():%H:%M}"
    assert state_words(a_listing(state=SourceState.OFFLINE)) == "Away"


def test_one_button_a_source_and_the_newest_state_counts(strip: SourcesStrip) -> None:
    strip.show_listing(a_listing())
    strip.show_listing(a_listing(source_id="folder:b"))
    strip.show_listing(a_listing(state=SourceState.ERROR, detail="See the log."))
    assert len(buttons(strip)) == 2
    assert "Error" in buttons(strip)[0].text()
    assert "See the log." in buttons(strip)[0].accessibleName()
    strip.keep_only({"folder:b"})
    assert [listing.source_id for listing in strip.listings] == ["folder:b"]


def test_names_are_never_read_as_markup_or_key_marks(strip: SourcesStrip, qtbot: QtBot) -> None:
    listing = replace(a_listing(), source_name="/in/<b>A&B</b>\u202e")
    strip.show_listing(listing)
    assert "<b>" not in buttons(strip)[0].toolTip()
    assert "\u202e" not in buttons(strip)[0].text()
    dialog = SourcesDialog((listing,))
    qtbot.addWidget(dialog)
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("<b>A&B</b>" in text for text in shown)


def test_counts_tell_what_waits_for_what() -> None:
    listing = a_listing(
        a_source_file("a.jpg"),
        a_source_file("b.jpg", state=FileState.SETTLING),
        a_source_file("c.jpg", state=FileState.HELD),
        a_source_file("d.exe", state=FileState.OTHER),
    )
    told = count_words(replace(listing, ignored=2))
    assert told == "1 file ready, 1 settling, 1 held, 3 others"


def a_drive(kind: SourceKind, state: SourceState = SourceState.CONNECTED) -> Listing:
    listed = a_listing(source_id=f"{kind}:a/", state=state, detail="What is wrong.")
    listed_at = listed.listed_at if state is SourceState.CONNECTED else None
    name = f"{kind.title()} /apps/intouch"
    return replace(listed, source_name=name, kind=kind, listed_at=listed_at)


def told(qtbot: QtBot, *listings: Listing) -> str:
    dialog = SourcesDialog(listings)
    qtbot.addWidget(dialog)
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_a_drive_is_called_by_its_own_name_and_a_folder_by_its_last() -> None:
    assert short_source("/srv/share/Images") == "Images"
    assert short_source(r"C:\Scans\Tower") == "Tower"
    assert short_source("Dropbox /apps/intouch") == "Dropbox /apps/intouch"


def test_a_drive_that_went_away_still_tells_when_it_was_listed(
    strip: SourcesStrip, qtbot: QtBot
) -> None:
    strip.show_listing(a_drive(SourceKind.DROPBOX))
    strip.show_listing(a_drive(SourceKind.DROPBOX, SourceState.OFFLINE))
    words = told(qtbot, *strip.listings)
    assert "not yet" not in words
    assert "files ready" not in words, "nothing is known of its files"
    assert "MailCenter_Dropbox.log" in words


def test_nobody_is_told_to_sign_in_to_azure_storage() -> None:
    assert state_words(a_drive(SourceKind.AZURE, SourceState.SIGN_IN_NEEDED)) == "Key needed"
    assert state_words(a_drive(SourceKind.DROPBOX, SourceState.SIGN_IN_NEEDED)) == "Sign-in needed"


def test_drives_that_are_switched_off_are_named(qtbot: QtBot) -> None:
    assert "Switched off: Dropbox, OneDrive, Azure Storage." in told(qtbot, a_listing())
    assert "Switched off: Azure Storage." in told(
        qtbot, a_drive(SourceKind.DROPBOX), a_drive(SourceKind.ONEDRIVE)
    )
    drives = map(a_drive, (SourceKind.DROPBOX, SourceKind.ONEDRIVE, SourceKind.AZURE))
    assert "Switched off" not in told(qtbot, *drives)


def test_many_sources_fit_on_a_small_screen(strip: SourcesStrip, qtbot: QtBot) -> None:
    listings = [a_listing(source_id=f"folder:{number}") for number in range(6)]
    listings += [a_drive(kind, SourceState.ERROR) for kind in SourceKind if kind.is_drive]
    for listing in listings:
        strip.show_listing(replace(listing, source_name=f"{listing.source_name} of the practice"))
    dialog = SourcesDialog(strip.listings)
    qtbot.addWidget(dialog)
    assert strip.minimumSizeHint().width() < 1024
    assert dialog.height() <= 640


def test_a_click_asks_for_the_details(strip: SourcesStrip, qtbot: QtBot) -> None:
    strip.show_listing(a_listing())
    with qtbot.waitSignal(strip.details_requested):
        buttons(strip)[0].click()
