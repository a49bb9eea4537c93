"""Asks for secrets: at the terminal, unseen, or as one line of standard input; never as an argument."""

import sys

from message_centre.domain.secrets import Secret


def asked_password(whose: str) -> Secret:
    """The password of `whose`; an empty one if there is none to be had."""
    return asked_secret(f"Password of {whose}")


def asked_secret(what: str) -> Secret:
    """A secret, named to the person as `what`; an empty one if there is none to be had."""
    if not sys.stdin.isatty():
        return Secret(sys.stdin.readline().rstrip("\r\n"))
    import getpass  # noqa: PLC0415 - only a person at a terminal waits for it

    return Secret(getpass.getpass(f"{what}: "))
