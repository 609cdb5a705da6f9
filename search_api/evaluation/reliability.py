"""Whether the chance that the engine works with is the share of cases that do help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from search_api.core.engine import SearchEngine
from search_api.core.signals import chance
from search_api.evaluation.judged import JudgedQuery
from search_api.evaluation.metrics import HELPFUL

BINS = 10
"""Into how many stretches of equal width the chances from 0 to 1 are cut."""


@dataclass(frozen=True)
class Bin:
    """The cases whose chance is at least `low` and below `high` (the last bin holds 1, too).

    `expected` is their mean chance, 0 to 1; `helpful` of the `cases` have a grade of HELPFUL or more.
    """

    low: float
    high: float
    expected: float
    cases: int
    helpful: int

    @property
    def share(self) -> float:
        """How many of the cases help, 0 to 1."""
        return self.helpful / self.cases


def reliability(
    engine: SearchEngine,
    queries: Sequence[JudgedQuery],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Bin, ...] | None:
    """Return the bins that hold something, rising, over the first cases of all `queries`.

    None without a calibration for this engine.
    """
    if engine.calibration is None or engine.field is None:
        return None
    judged = []
    for done, query in enumerate(queries):
        progress(done, len(queries))
        judged += _judged(engine, query)
    progress(len(queries), len(queries))
    return tabulate(judged)


def tabulate(judged: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Return the bins of pairs of a chance, 0 to 1, and whether the case helps; empty ones are left out."""
    members: dict[int, list[tuple[float, bool]]] = {}
    for value, helps in judged:
        members.setdefault(min(BINS - 1, int(value * BINS)), []).append((value, helps))
    return tuple(_bin(number, members[number]) for number in sorted(members))


def mean_gap(bins: Sequence[Bin]) -> float:
    """Return the mean distance between expected and found, each case weighing the same (0 without any)."""
    cases = sum(found.cases for found in bins)
    return sum(found.cases * abs(found.expected - found.share) for found in bins) / cases if cases else 0.0


def _judged(engine: SearchEngine, query: JudgedQuery) -> list[tuple[float, bool]]:
    calibration = engine.calibration
    if calibration is None or engine.field is None:
        return []
    first = engine.signals(query.text, engine.field)
    return [
        (chance(signals, calibration), query.grades.get(case_id, 0) >= HELPFUL) for case_id, signals in first
    ]


def _bin(number: int, members: Sequence[tuple[float, bool]]) -> Bin:
    expected = sum(value for value, _ in members) / len(members)
    helpful = sum(helps for _, helps in members)
    return Bin(number / BINS, (number + 1) / BINS, expected, len(members), helpful)
