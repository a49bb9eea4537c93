"""What the settings about the practice and its people may hold, and how each is kept."""

from message_centre.domain.errors import BadSetting

PRACTICE_NAME = "system.practice_name"
LOCK_AFTER = "system.lock_after_minutes"
FIRST_START_DONE = "system.first_start_done"

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
)

_LONGEST_NAME, _LONGEST_WAIT = 200, 240


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
