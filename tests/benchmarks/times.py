"""How long something takes, for several who do the same in turn."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

_Asked = ParamSpec("_Asked")
_Result = TypeVar("_Result")


@dataclass
class Times:
    """Milliseconds of one contender: by the clock, and of the processor, which a busy machine stretches less."""

    name: str
    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def measure(
        self, work: Callable[_Asked, _Result], *args: _Asked.args, **kwargs: _Asked.kwargs
    ) -> _Result:
        """Do it, and note how long it took."""
        start, start_work = time.perf_counter(), time.thread_time()
        result = work(*args, **kwargs)
        self.worked.append((time.thread_time() - start_work) * 1000)
        self.taken.append((time.perf_counter() - start) * 1000)
        return result

    def add(self, other: "Times") -> None:
        """Take over what another one measured."""
        self.taken += other.taken
        self.worked += other.worked

    @classmethod
    def middle(cls, rounds: "Sequence[Times]") -> "Times":
        """Of several rounds of the same questions in the same order: for each question the median."""
        return cls(
            rounds[0].name,
            [statistics.median(asked) for asked in zip(*(r.taken for r in rounds), strict=True)],
            [statistics.median(asked) for asked in zip(*(r.worked for r in rounds), strict=True)],
        )

    @property
    def p50(self) -> float:
        """The middle."""
        return statistics.median(self.taken)

    @property
    def p95(self) -> float:
        """Exceeded by one in twenty."""
        return _p95(self.taken)

    @property
    def p95_worked(self) -> float:
        """The processor's time that one in twenty exceeds."""
        return _p95(self.worked)

    @property
    def line(self) -> str:
        """Name, count, p50, p95, worst, and the processor's p95."""
        return (
            f"{self.name:22}{len(self.taken):7}{self.p50:9.2f}{self.p95:8.2f}"
            f"{max(self.taken):8.2f}{self.p95_worked:8.2f}"
        )


#: What stands above such lines.
HEADING = f"{'':22}{'asked':>7}{'p50':>9}{'p95':>8}{'worst':>8}{'p95 cpu':>8}"


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * 95 // 100)]
