"""Whom a case is related to: where it learned, who learned from it, and which cases are like it."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from indexer.case.model import Case, Reuse
from search_api.core.engine import SearchEngine
from search_api.core.outcome import Match

NEAREST = 4

_FOUND: WeakKeyDictionary[SearchEngine, dict[str, tuple[Match, ...]]] = WeakKeyDictionary()
"""The nearest of each case asked for. A snapshot does not change, and to keep all cases offline asks for all of them."""


@dataclass(frozen=True)
class Relatives:
    """What a case borrowed from and what borrowed from it, the places that report having used it, the nearest cases.

    A case stands in one of these only; the nearest come without those that already stand before.
    """

    borrowed_from: tuple[Case, ...] = ()
    borrowed_by: tuple[Case, ...] = ()
    places: tuple[Reuse, ...] = ()
    nearest: tuple[Match, ...] = ()

    def __len__(self) -> int:
        return len(self.borrowed_from) + len(self.borrowed_by) + len(self.places) + len(self.nearest)


def relatives_of(case: Case, engine: SearchEngine) -> Relatives:
    """Return the relatives of `case`. A withdrawn case is no model, so nothing is near it."""
    others = [other for other in engine.snapshot.cases if other.id != case.id]
    origins = tuple(other for other in others if other.id in case.borrowed_from)
    heirs = tuple(other for other in others if case.id in other.borrowed_from and other not in origins)
    named = {other.id for other in (*origins, *heirs)}
    return Relatives(origins, heirs, case.reuse, _nearest(case, engine, named))


def _nearest(case: Case, engine: SearchEngine, but: set[str]) -> tuple[Match, ...]:
    if case.withdrawn:
        return ()
    found = _FOUND.setdefault(engine, {})
    if case.id not in found:
        matches = engine.similar(case.id, NEAREST + len(but))
        found[case.id] = tuple(match for match in matches if match.case.id not in but)[:NEAREST]
    return found[case.id]
