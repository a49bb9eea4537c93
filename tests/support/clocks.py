"""A clock that stands still until it is told to go on."""

from datetime import datetime, timedelta


class StandingClock:
    """Implements `services.ports.Clock`."""

    def __init__(self) -> None:
        self._now = datetime.now().astimezone()
        self._seconds = 1000.0

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._now

    def monotonic(self) -> float:
        """The seconds it stands at."""
        return self._seconds

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds
