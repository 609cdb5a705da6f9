"""Where to look when there is no precedent: methods and helpers, counted from cases, never advised."""

from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.case.model import Case
from search_api.core.outcome import Match, Tally, WaysOn

MOST = 6


def ways_on(found: Sequence[Match], cases: Sequence[Case]) -> WaysOn | None:
    """Return the ways on from `found`, the first cases for a question, by counting in `cases`.

    None when nothing was found.
    """
    category = _most_frequent(match.case.category for match in found)
    if category is None:
        return None
    akin = [case for case in cases if case.category == category]
    borrowed = [method for match in found if match.match == "method" for method in match.case.methods]
    methods = Counter(borrowed or [method for case in akin for method in case.methods])
    return WaysOn(
        category=category,
        cases=len(akin),
        borrowed=bool(borrowed),
        methods=tuple(
            Tally(method, sum(method in case.methods for case in cases)) for method in _first(methods)
        ),
        actors=_tallies(Counter(actor for case in akin for actor in case.actors)),
    )


def _most_frequent(names: Iterable[str]) -> str | None:
    return next((name for name, _ in Counter(names).most_common(1)), None)


def _first(counts: Counter[str]) -> list[str]:
    """Return the most frequent names; of equally frequent ones those that were met first."""
    return [name for name, _ in counts.most_common(MOST)]


def _tallies(counts: Counter[str]) -> tuple[Tally, ...]:
    return tuple(Tally(name, count) for name, count in counts.most_common(MOST))
