"""Asks for secrets: at the terminal, unseen, or as one line of standard input; never as an argument."""

import sys

from message_centre.domain.errors import FixTheInput
from message_centre.domain.secrets import Secret


def asked_password(whose: str) -> Secret:
    """The password of `whose`; an empty one if there is none to be had."""
    return asked_secret(f"Password of {whose}")


def asked_secret(what: str) -> Secret:
    """A secret, named to the person as `what`; an empty one if there is none to be had."""
    if not sys.stdin.isatty():
        return line_of_input()
    import getpass  # noqa: PLC0415 - only a person at a terminal waits for it

    return Secret(getpass.getpass(f"{what}: "))


def asked_twice(what: str) -> Secret:
    """A new secret; at a terminal it is typed twice, since nobody sees it.

    Raises:
        FixTheInput: the two are not the same.
    """
    first = asked_secret(what)
    if sys.stdin.isatty() and asked_secret(f"{what}, once more") != first:
        raise FixTheInput("The two are not the same. Nothing was changed.")
    return first


def line_of_input() -> Secret:
    """The next line of standard input, without its end."""
    return Secret(sys.stdin.readline().rstrip("\r\n"))
