"""The scans of a progressive JPEG: rough first, then finer and finer over the whole picture."""

import re
import struct

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_MARK, _SOS = 0xFF, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_SCAN = b"\xff\xda"
_SEQUENTIAL = frozenset({0xC0, 0xC1})
#: Tables, remarks and what programs add.
_USUAL = _SEQUENTIAL | {0xC4, 0xDB, 0xDD, 0xFE} | set(range(0xE0, 0xF0))
#: Among the bits of a scan, what is neither a stuffed byte nor a restart mark ends it.
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def has_one_scan(data: bytes) -> bool:
    """Whether a decoder reads one scan of this JPEG and no other, whatever follows it.

    That is so where no scan refines another and the first holds every colour. Only a head without
    anything unusual is believed.
    """
    colours, place = 0, len(_SOI)
    try:
        while data[place] == _MARK and data[place + 1] in _USUAL:
            if data[place + 1] in _SEQUENTIAL:
                if colours:
                    return False
                colours = data[place + 9]
            place += 2 + struct.unpack_from(">H", data, place + 2)[0]
        return data[place : place + 2] == _SCAN and 0 < data[place + 4] == colours
    except (IndexError, struct.error):
        return False


def first_scan(data: bytes) -> bytes | None:
    """The JPEG with its first scan alone; None where that one does not hold every colour's mean values.

    Those are what a decoder needs that shows an eighth of the size.
    """
    colours, place = 0, len(_SOI)
    try:
        while data[place] == _MARK and data[place + 1] != _SOS:
            if data[place + 1] in _FRAMES:
                colours = data[place + 9]
            place += 2 + struct.unpack_from(">H", data, place + 2)[0]
        if data[place] != _MARK or not _has_all_means(data, place + 4, colours):
            return None
    except (IndexError, struct.error):
        return None
    end = _END_OF_SCAN.search(data, place + 2 + struct.unpack_from(">H", data, place + 2)[0])
    return data[: end.start()] + _EOI if end else None


def _has_all_means(data: bytes, start: int, colours: int) -> bool:
    """Whether a scan holds coefficient 0 of all colours, and no other."""
    told = data[start]
    first, last = data[start + 1 + 2 * told], data[start + 2 + 2 * told]
    return 0 < told == colours and first == last == 0
