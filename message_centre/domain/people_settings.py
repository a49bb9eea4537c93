"""What the settings about the practice and its people may hold, and how each is kept."""

from message_centre.domain.assignments import TITLE_LIMIT
from message_centre.domain.errors import BadSetting

PRACTICE_NAME = "system.practice_name"
LOCK_AFTER = "system.lock_after_minutes"
FIRST_START_DONE = "system.first_start_done"
TITLE_PRESETS = "operator.title_presets"

#: Key, kind, scope, line and default, as `settings.Setting` takes them.
ROWS = (
    (PRACTICE_NAME, "text", "practice", "The practice's name.", ""),
    (
        LOCK_AFTER,
        "minutes",
        "practice",
        "After how many minutes without a key or click the window locks; 0 for never. It does so only"
        " where operators have passwords.",
        "10",
    ),
    (
        FIRST_START_DONE,
        "flag",
        "practice",
        "Whether the assistant for the first start has been finished or is not wanted.",
        "false",
    ),
    (
        TITLE_PRESETS,
        "titles",
        "operator",
        "Titles that Ctrl+1 to Ctrl+9 choose while a file is saved, separated by |.",
        "",
    ),
)

_LONGEST_NAME, _LONGEST_WAIT = 200, 240
#: As many as there are keys for them.
MOST_TITLES = 9
TITLES_APART = "|"


def plain_text(key: str, text: str) -> str:
    """One line of printable text.

    Raises:
        BadSetting
    """
    one_line = " ".join(text.split())
    if not one_line.isprintable() or len(one_line) > _LONGEST_NAME:
        raise BadSetting(f"{key} is one line of at most {_LONGEST_NAME} printable characters.")
    return one_line


def minutes(key: str, text: str) -> str:
    """Whole minutes; 0 stands for never.

    Raises:
        BadSetting
    """
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_LONGEST_WAIT)):
        raise BadSetting(f"{key} is a number of minutes, or 0 for never. Perhaps '10'?")
    if int(text) > _LONGEST_WAIT:
        raise BadSetting(f"{key} is {_LONGEST_WAIT} minutes at most. Perhaps '{_LONGEST_WAIT}'?")
    return str(int(text))


def titles(key: str, text: str) -> str:
    """Titles for the keys 1 to 9; a place between two may be empty, so that the others keep theirs.

    Raises:
        BadSetting
    """
    found = [" ".join(part.split()) for part in text.split(TITLES_APART)]
    while found and not found[-1]:
        found.pop()
    if len(found) > MOST_TITLES:
        raise BadSetting(f"{key} holds {MOST_TITLES} titles at most, separated by {TITLES_APART}.")
    for title in found:
        if len(title) > TITLE_LIMIT or not title.isprintable():
            raise BadSetting(f"{key}: a title is at most {TITLE_LIMIT} printable characters.")
    return f" {TITLES_APART} ".join(found)


def titles_in(value: str) -> tuple[str, ...]:
    """The titles of a stored value, by place; a place may be empty."""
    return tuple(part.strip() for part in value.split(TITLES_APART)) if value else ()
