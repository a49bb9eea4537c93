"""A person at a browser: opens a page of a drive's sign-in, presses a button, and is sent back to us.

As a program of its own it takes the address and the buttons: `BROWSER` may name it.
"""

import sys
import threading
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

_PAGES = 5


class _Form:
    """What a form sends, and its named buttons by their values."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.hidden: dict[str, str] = {}
        self.buttons: dict[str, str] = {}

    def sent(self, presses: tuple[str, ...]) -> dict[str, str] | None:
        """Its fields if it offers one of these: a button, or a person to sign in as."""
        pressed = next((one for one in presses if one in self.buttons), "")
        if pressed:
            return self.hidden | {self.buttons[pressed]: pressed}
        return self.hidden if set(presses) & set(self.hidden.values()) else None


class _Forms(HTMLParser):
    """Every form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(_Form(given["action"]))
        if tag == "input" and given.get("type") == "hidden":
            self.found[-1].hidden[given["name"]] = given.get("value", "")
        if tag == "button" and "value" in given:
            self.found[-1].buttons[given["value"]] = given["name"]


class ScriptedBrowser:
    """Chooses the first of these that a page offers; follows forms and redirects to the end."""

    def __init__(self, *presses: str) -> None:
        self._presses = presses
        self._threads: list[threading.Thread] = []
        self.last = ""

    def open(self, address: str) -> bool:
        """Take the address and come back at once, as the desktop does."""
        self._threads.append(threading.Thread(target=self.browse, args=(address,)))
        self._threads[-1].start()
        return True

    def join(self) -> None:
        """Wait until every page has been gone through."""
        for thread in self._threads:
            thread.join()

    def browse(self, address: str) -> None:
        """Go through every page."""
        with requests.Session() as session:
            shown = session.get(address, timeout=10)
            for _ in range(_PAGES):
                forms = _Forms(shown.text).found
                if not forms:
                    break
                form = next((one for one in forms if one.sent(self._presses)), forms[0])
                data = form.sent(self._presses) or form.hidden
                shown = session.post(urljoin(shown.url, form.action), data=data, timeout=10)
            self.last = shown.text


def as_program(*presses: str) -> str:
    """What `BROWSER` says, so that any program opens its pages here and goes on at once."""
    return f"{sys.executable} -m {__name__} %s {' '.join(presses)} &"


if __name__ == "__main__":
    person = ScriptedBrowser(*sys.argv[2:])
    person.open(sys.argv[1])
    person.join()
