"""The queries that fare worst, with what was returned and what should have been."""

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.core.engine import SearchEngine
from search_api.core.outcome import Level
from search_api.core.query import Query
from search_api.evaluation.judged import JudgedQuery

WORST = 20
"""How many queries are shown."""

SHOWN = 5
"""How many cases are shown of those returned, and of those that should have been."""


@dataclass(frozen=True)
class Returned:
    """A case that was returned; `grade` is None when none is written down for this query: it counts as 0."""

    case_id: str
    title: str
    level: Level
    grade: int | None


@dataclass(frozen=True)
class Wanted:
    """A case of the best grade there is; `place` counts from 1, None when it was not returned at all."""

    case_id: str
    title: str
    grade: int
    place: int | None


@dataclass(frozen=True)
class WorstQuery:
    """A query with its nDCG@10, its first SHOWN cases, and the best graded ones in the order they came.

    `more` is how many cases of the best grade are not shown.
    """

    query: JudgedQuery
    ndcg: float
    returned: tuple[Returned, ...]
    wanted: tuple[Wanted, ...]
    more: int


def worst(
    engine: SearchEngine, queries: Sequence[JudgedQuery], ndcg: Sequence[float]
) -> tuple[WorstQuery, ...]:
    """Return the WORST of answerable `queries`, lowest `ndcg` first, equal ones in order of id."""
    scored = sorted(zip(ndcg, queries, strict=True), key=lambda pair: (pair[0], pair[1].id))
    return tuple(_shown(engine, query, value) for value, query in scored[:WORST])


def _shown(engine: SearchEngine, query: JudgedQuery, ndcg: float) -> WorstQuery:
    wanted = _wanted(engine, query)
    return WorstQuery(query, ndcg, _returned(engine, query), wanted[:SHOWN], len(wanted[SHOWN:]))


def _returned(engine: SearchEngine, query: JudgedQuery) -> tuple[Returned, ...]:
    matches = engine.search(Query(query.text, SHOWN)).results
    return tuple(
        Returned(match.case.id, match.case.title, match.level, query.grades.get(match.case.id))
        for match in matches
    )


def _wanted(engine: SearchEngine, query: JudgedQuery) -> tuple[Wanted, ...]:
    places = {case_id: place for place, (case_id, _) in enumerate(engine.rank(query.text), start=1)}
    best = max(query.grades.values())
    ids = [case_id for case_id, grade in query.grades.items() if grade == best]
    ids.sort(key=lambda case_id: (places.get(case_id, len(places) + 1), case_id))
    return tuple(Wanted(case_id, engine.case(case_id).title, best, places.get(case_id)) for case_id in ids)
