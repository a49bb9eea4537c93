"""Text as a person may safely read it: the characters, and nothing that they could do."""

from message_centre.domain.names import shown

#: How much of a text is shown.
TEXT_BYTES = 64 * 1024
_TAB = 4


def plain_text(data: bytes) -> str:
    """The first `TEXT_BYTES` as plain lines, control and bidirectional characters as escapes.

    Markup stays as it is written. Never raises.
    """
    text = _decoded(data[:TEXT_BYTES], is_cut=len(data) > TEXT_BYTES)
    return "\n".join(shown(line.expandtabs(_TAB)) for line in text.splitlines())


def _decoded(data: bytes, *, is_cut: bool) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if is_cut and error.start > len(data) - 4:
            return data[: error.start].decode("utf-8-sig")
    # What is not Unicode was written by an older program of this part of the world.
    return data.decode("cp1252", "replace")
