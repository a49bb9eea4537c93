"""Which words of a file name may be somebody's NHI or number; a hint for an alert, never for filing.

Cameras and scanners name files with counters and dates that look like identifiers: those are left out.
"""

import re

from message_centre.domain import nhi
from message_centre.domain.kinds import extension_of

_SHORTEST_NUMBER = 3
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MOMENT = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[0-2][0-9][0-5][0-9][0-5][0-9]\d*)?"
)
_CLOCK = re.compile(r"[0-2][0-9][0-5][0-9][0-5][0-9]")
_INTOUCH = re.compile(r"INTOUCH_P([0-9]+)_D[0-9]+_", re.IGNORECASE)
#: Words beside which a number is a counter.
_COUNTED = frozenset(
    "capture clip copy doc document dsc dscf dscn fax file frame gopr image img mov mvi page pano pht"
    " photo pic picture pxl scan screenshot scn untitled vid video wa whatsapp".split()
)


def identifiers_in(name: str) -> frozenset[str]:
    """Whole words of `name` that have the shape of an identifier and are not plainly a counter or date."""
    intouch = _INTOUCH.match(name)
    if intouch:
        return frozenset({intouch.group(1)})
    return identifiers_among(name[: len(name) - len(extension_of(name))])


def identifiers_among(text: str) -> frozenset[str]:
    """The same of any text, such as a folder's name, which has no extension."""
    words = re.findall(r"[^\W_]+", text)
    is_counted = any(word.lower().rstrip("0123456789") in _COUNTED for word in words)
    nhis = {nhi.normalise(word) for word in words if _is_nhi(word)}
    numbers = {word for word in words if _is_number(word) and not is_counted}
    return frozenset(nhis | numbers)


def _is_nhi(word: str) -> bool:
    return nhi.is_valid(word) and not nhi.is_device_name(word)


def _is_number(word: str) -> bool:
    if len(word) < _SHORTEST_NUMBER or not any(character.isdigit() for character in word):
        return False
    return not any(form.fullmatch(word) for form in (_YEAR, _MOMENT, _CLOCK))
