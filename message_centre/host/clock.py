"""The real clock behind the port."""

import time
from datetime import datetime


class SystemClock:
    """This computer's time."""

    def now(self) -> datetime:
        """The present moment in local time, with offset."""
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()
