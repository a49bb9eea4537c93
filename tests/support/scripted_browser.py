"""A person at a browser: opens a page of a drive's sign-in, presses a button, and is sent back to us.

As a program of its own it takes the address and the buttons: `BROWSER` may name it.
"""

import sys
import threading
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

_PAGES = 5


class _Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = self.action or found["action"]
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value", "")
        if tag == "button":
            self.buttons[found["value"]] = found["name"]


class ScriptedBrowser:
    """Presses the first of these buttons that a page has; follows forms and redirects to the end."""

    def __init__(self, *presses: str) -> None:
        self._presses = presses
        self._threads: list[threading.Thread] = []
        self.last = ""

    def open(self, address: str) -> bool:
        """Take the address and come back at once, as the desktop does."""
        self._threads.append(threading.Thread(target=self._browse, args=(address,)))
        self._threads[-1].start()
        return True

    def join(self) -> None:
        """Wait until every page has been gone through."""
        for thread in self._threads:
            thread.join()

    def _browse(self, address: str) -> None:
        with requests.Session() as session:
            shown = session.get(address, timeout=10)
            for _ in range(_PAGES):
                form = _Form(shown.text)
                if not form.action:
                    break
                pressed = next((one for one in self._presses if one in form.buttons), "")
                data = form.hidden | ({form.buttons[pressed]: pressed} if pressed else {})
                shown = session.post(urljoin(shown.url, form.action), data=data, timeout=10)
            self.last = shown.text


def as_program(*presses: str) -> str:
    """What `BROWSER` says, so that any program opens its pages here and goes on at once."""
    return f"{sys.executable} -m {__name__} %s {' '.join(presses)} &"


if __name__ == "__main__":
    person = ScriptedBrowser(*sys.argv[2:])
    person.open(sys.argv[1])
    person.join()
