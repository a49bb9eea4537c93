"""Which documents another program may be asked to open."""

import pytest

from message_centre.domain.kinds import DEFAULT_LISTED, IMAGE_EXTENSIONS
from message_centre.ui.record.safe_opening import Opening, opening_of


@pytest.mark.parametrize("extension", sorted(IMAGE_EXTENSIONS | {".pdf", ".docx", ".mp4", ".txt"}))
def test_pictures_papers_and_videos_may_be_opened(extension: str) -> None:
    assert opening_of(extension) is Opening.ALLOWED


@pytest.mark.parametrize("extension", [".doc", ".xls", ".rtf"])
def test_what_can_carry_macros_is_opened_only_after_a_warning(extension: str) -> None:
    assert opening_of(extension) is Opening.RISKY


@pytest.mark.parametrize(
    "extension",
    (
        ".exe .com .bat .cmd .ps1 .vbs .js .jar .msi .scr .lnk .url .desktop .sh .py .html .htm"
        " .xhtml .svg .xml .xsl .hta .docm .xlsm .iso .zip .app"
    ).split(),
)
def test_whatever_could_run_or_is_not_known_is_never_opened(extension: str) -> None:
    assert opening_of(extension) is Opening.NEVER
    assert opening_of("") is Opening.NEVER


def test_no_listed_extension_is_opened_by_accident() -> None:
    opened = {e for e in DEFAULT_LISTED if opening_of(e) is not Opening.NEVER}
    assert opened.isdisjoint({".html", ".htm", ".xml", ".xsl", ".svg", ".wmf", ".ani", ".fax"})
