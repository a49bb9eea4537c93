"""The content pane lays out what changed, and nothing for the many changes of other rows."""

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from message_centre.ui.preview.preview_pane import PreviewPane, Shown

PHOTO = Shown("IMG 1.jpg", "Ready to save", "good", (("Type", "JPG image"), ("Size", "3 KB")))
LETTER = Shown("Letter.pdf", "Held", "warning", (("Type", "PDF document"),))

Facts = tuple[tuple[str, str], ...]


def test_the_same_facts_are_laid_out_once_and_others_at_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane = PreviewPane(QAction("Save"))
    qtbot.addWidget(pane)
    filled: list[Facts] = []
    fill = PreviewPane._fill

    def counted(pane: PreviewPane, facts: Facts) -> None:
        filled.append(facts)
        fill(pane, facts)

    monkeypatch.setattr(PreviewPane, "_fill", counted)
    for shown in (PHOTO, PHOTO, LETTER, LETTER):
        pane.show_facts(shown)

    assert filled == [PHOTO.facts, LETTER.facts]
    assert (pane.fact("Type"), pane.fact("Size")) == ("PDF document", "")
    pane.show_nothing()
    assert pane.fact("Type") == ""
    pane.show_facts(LETTER)
    assert pane.fact("Type") == "PDF document"
