"""What pictures say about themselves, heard beside the copying of the next ones."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from message_centre.services.ports import CaptureFacts, Imager
from message_centre.services.work import CancelToken

#: Heads in one question: most of its price is paid once, and their bytes still fit into memory.
_TOGETHER = 16


class Hearing:
    """Asks the imager on a thread of its own. `ask` may be called on any thread."""

    def __init__(self, imager: Imager) -> None:
        self._imager = imager
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="facts")
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._asked: list[Future[None]] = []
        self._heard: dict[str, CaptureFacts] = {}

    def ask(self, name: str, head: bytes) -> None:
        """Wish to hear what this head of a file says; `all_heard` tells it under this name."""
        self._waiting.append((name, head))
        self._asked.append(self._pool.submit(self._ask_those_waiting))

    def all_heard(self, token: CancelToken) -> dict[str, CaptureFacts]:
        """Everything that was asked, by name; waits for it.

        Raises:
            Cancelled
        """
        for asked in self._asked:
            asked.result()
            token.check()
        return self._heard

    def close(self) -> None:
        """Ask no more."""
        self._pool.shutdown(cancel_futures=True)

    def _ask_those_waiting(self) -> None:
        """Whoever comes late finds that an earlier question took its head along."""
        together = [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]
        if together:
            self._note([name for name, _ in together], [head for _, head in together])

    def _note(self, names: Sequence[str], heads: Sequence[bytes]) -> None:
        self._heard.update(zip(names, self._imager.facts_of_all(heads), strict=True))
