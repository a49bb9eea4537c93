"""The global options, which may stand before or after the command."""

from collections.abc import Iterable, Sequence

from typer import BadParameter

WITH_VALUE = frozenset({"--home", "--operator"})
FLAGS = frozenset({"--json", "--verbose", "--version", "--password-stdin"})


def global_first(arguments: Sequence[str], taking_value: Iterable[str]) -> list[str]:
    """Move the global options to the front, where the parser looks for them.

    `taking_value` names the other options that take a value: what follows one of them is never an
    option, and after `--` nothing is.

    Raises:
        BadParameter: a global option lacks its value.
    """
    front: list[str] = []
    rest: list[str] = []
    with_value = WITH_VALUE | frozenset(taking_value)
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += ["--", *waiting]
            break
        name = argument.partition("=")[0]
        side = front if name in WITH_VALUE or argument in FLAGS else rest
        side.append(argument)
        if argument in with_value:
            value = next(waiting, None)
            if value is not None:
                side.append(value)
            elif side is front:
                raise BadParameter("a value is wanted", param_hint=argument)
    return front + rest


def check_text(arguments: Sequence[str], taking_value: Iterable[str]) -> None:
    """Refuse what is no text in this system's encoding: the record could not hold it.

    A home and the names of files may be any bytes.

    Raises:
        BadParameter
    """
    of_text = frozenset(taking_value)
    before, names_follow = "", False
    for argument in arguments:
        is_value = before in of_text or argument.startswith("--")
        may_be_bytes = before == "--home" or (names_follow and not is_value)
        if not may_be_bytes and not _is_text(argument):
            raise BadParameter("a value holds bytes that are no text in this system's encoding")
        names_follow = names_follow or argument in {"save", "bulk-import"}
        before = argument


def _is_text(argument: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in argument)
