"""What the first bytes of a DICOM file tell without a library: whether it is one."""

import struct

_PREAMBLE, _MARK = 128, b"DICM"
#: A file begins with its meta data or with what identifies it; patient, device and picture follow.
_FIRST = frozenset({0x0002, 0x0008})
_FOLLOWING = _FIRST | {0x0010, 0x0018, 0x0020, 0x0028}
#: Elements that have to follow one another before bytes without the mark are believed.
_ELEMENTS = 3
_LONGEST_VALUE = 1024
_VALUE_KINDS = frozenset(b"AE AS CS DA DT IS LO LT PN SH ST TM UI UL US".split())
_LONG_KINDS = frozenset({b"OB", b"SQ", b"UN", b"UT"})
_HEAD, _LONG_HEAD = 8, 12


def is_dicom(head: bytes) -> bool:
    """Whether these bytes begin a DICOM file, with its mark or, as older devices write it, without."""
    return has_mark(head) or _is_bare(head)


def has_mark(head: bytes) -> bool:
    """Whether the mark of a DICOM file stands in its place, whatever lies before it."""
    return head[_PREAMBLE : _PREAMBLE + len(_MARK)] == _MARK


def _is_bare(head: bytes) -> bool:
    """The first elements stand in rising order, in the groups in which they belong."""
    at, last = 0, 0
    for _ in range(_ELEMENTS):
        try:
            group, element = struct.unpack_from("<HH", head, at)
            start, length = _value(head, at)
        except struct.error:
            return False
        tag = group << 16 | element
        is_next = group in (_FOLLOWING if at else _FIRST) and tag > last
        if not is_next or length > _LONGEST_VALUE or length % 2:
            return False
        at, last = start + length, tag
    return True


def _value(head: bytes, at: int) -> tuple[int, int]:
    """Where an element's value begins and how long it is, whether or not its kind is written."""
    kind = head[at + 4 : at + 6]
    if kind in _LONG_KINDS:
        return at + _LONG_HEAD, struct.unpack_from("<I", head, at + 8)[0]
    if kind in _VALUE_KINDS:
        return at + _HEAD, struct.unpack_from("<H", head, at + 6)[0]
    return at + _HEAD, struct.unpack_from("<I", head, at + 4)[0]
