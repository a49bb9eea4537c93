"""How many pages a TIFF has: its chain of directories, followed without reading what they hold."""

import struct

#: Pages further behind are not offered.
MOST_PAGES = 5000

_BIG = 43
#: Layout of header offset, count of entries, bytes of an entry, layout of an offset.
_CLASSIC = (4, "H", 12, "I")
_BIG_LAYOUT = (8, "Q", 20, "Q")


def page_count(data: bytes) -> int:
    """The pages in a chain that is sound; 1 where not even the first one is. Never raises."""
    order = "<" if data.startswith(b"II") else ">"
    try:
        return max(1, _walk(data, order))
    except struct.error:
        return 1


def _walk(data: bytes, order: str) -> int:
    version = struct.unpack_from(order + "H", data, 2)[0]
    start, counts, entry, offsets = _BIG_LAYOUT if version == _BIG else _CLASSIC
    at = struct.unpack_from(order + offsets, data, start)[0]
    seen: set[int] = set()
    # A chain that bites its tail ends where it would begin anew.
    while at and at not in seen and len(seen) < MOST_PAGES:
        try:
            entries = struct.unpack_from(order + counts, data, at)[0]
            at_next = at + struct.calcsize(order + counts) + entries * entry
            following = struct.unpack_from(order + offsets, data, at_next)[0]
        except struct.error:
            break
        seen.add(at)
        at = following
    return len(seen)
