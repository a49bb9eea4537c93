"""What a password must be, and how long wrong ones make a person wait: pure rules."""

import unicodedata

from message_centre.domain.errors import WeakPassword
from message_centre.domain.people import Operator
from message_centre.domain.secrets import Secret

#: As NIST SP 800-63B has it: length counts, and which kinds of characters does not.
LEAST, MOST = 8, 128
#: So many wrong passwords in a row are free; each one after that doubles the wait, up to the longest.
FREE_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 30, 900
#: Others that come first in every guesser's list are built from these.
_COMMON = frozenset(
    "password passw0rd passwort welcome letmein qwerty qwertyuiop asdfghjkl administrator admin"
    " iloveyou sunshine princess football baseball superman dragon monkey trustno1 changeme secret"
    " default computer internet whatever starwars master michael jordan hospital practice medical"
    " nurse reception receptionist clinic surgery summer winter autumn spring".split()
)
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_SPRINKLES = "0123456789!?.,*#$@-_+ "


def normal(password: Secret) -> Secret:
    """The same password however its accents were typed."""
    return Secret(unicodedata.normalize("NFC", password.reveal()))


def check_new(password: Secret, operator: Operator, *, practice: str = "") -> None:
    """See that a new password would not be guessed first.

    Raises:
        WeakPassword: the detail says why, never what was typed.
    """
    text = normal(password).reveal()
    if len(text) < LEAST:
        raise WeakPassword(
            f"A password has {LEAST} characters or more. A few words make a good one."
        )
    if len(text) > MOST:
        raise WeakPassword(f"A password has {MOST} characters at most.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise WeakPassword("A password has no control characters.")
    if _is_common(text.casefold()):
        raise WeakPassword("This password is among the first that anybody would try.")
    if _is_about(text, operator.id, *operator.name.split(), *practice.split()):
        raise WeakPassword("A password is more than a name: yours, or the practice's.")


def wait_after(wrong_tries: int) -> int:
    """For how many seconds no further password is looked at after so many wrong ones in a row."""
    if wrong_tries < FREE_TRIES:
        return 0
    # Bounded before it is raised: somebody may have tried for years.
    doublings = min(wrong_tries - FREE_TRIES, 10)
    return min(_FIRST_WAIT << doublings, _LONGEST_WAIT)


def _is_common(text: str) -> bool:
    if len(set(text)) <= 2:  # noqa: PLR2004 - the same one or two characters again and again
        return True
    bare = text.strip(_SPRINKLES)
    return bare in _COMMON or not bare or _is_run(text) or _is_run(bare)


def _is_run(text: str) -> bool:
    return any(text in run * 2 or text[::-1] in run * 2 for run in _RUNS)


def _is_about(text: str, *names: str) -> bool:
    """Whether nothing but digits and marks is left beside one of the names."""
    # Not `folding.fold`, which remembers what it folded: no password is kept anywhere.
    bare = text.casefold().strip(_SPRINKLES)
    return any(bare == name.casefold() for name in names)
