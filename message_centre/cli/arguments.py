"""The global options, which may stand before or after the command."""

from collections.abc import Iterable, Sequence

from typer import BadParameter

WITH_VALUE = frozenset({"--home", "--operator"})
FLAGS = frozenset({"--json", "--verbose", "--version"})


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
