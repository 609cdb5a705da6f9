"""The search engine: finished parts in, outcomes out."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from indexer.calibration import Calibration
from indexer.case.model import Case
from indexer.encoders.base import Encoder
from indexer.errors import NotFoundError
from indexer.passages import PassageKind
from indexer.snapshot.read import Snapshot, current_folder, open_snapshot
from indexer.text.elements import Mentions
from search_api.core.bridge import NEAREST, SPEAKERS, TEMPERATURE, WORDS
from search_api.core.comparison import Comparer
from search_api.core.contributions import Contributors, telling
from search_api.core.evidence import EvidenceFinder
from search_api.core.facets import count_facets, left_out_by, passes
from search_api.core.fusion import SMOOTHING, Ranking, best_first, fuse
from search_api.core.likeness import likeness, likest_first
from search_api.core.outcome import CasePage, Facet, LeftOut, Level, Match, SearchOutcome, WaysOn
from search_api.core.picture import LibraryPicture, draw_picture
from search_api.core.query import Filters, Query
from search_api.core.retrieve import (
    ASKED_WORDS,
    CONCEPT_PULL,
    CONCEPT_WEIGHT,
    TOGETHER,
    Engine,
    Mask,
    Retrieved,
    Retriever,
)
from search_api.core.signals import Field, Signals, answerable, chance, measure
from search_api.core.verdict import judge, level_of
from search_api.core.ways_on import ways_on
from search_api.core.within import Within, words_of

FilterItems = tuple[tuple[str, tuple[str, ...]], ...]
Part = PassageKind | Literal["case"]
Weights = dict[tuple[Engine | Literal["bank"], Part], float]
"""How much each ranking counts: by the best passage of a kind, by the whole case, or by what the situations say."""

HYBRID: Weights = {
    ("dense", "case"): 1.0,
    ("dense", "facts"): 0.25,
    ("dense", "method"): 0.2,
    ("words", "case"): 0.8,
    ("words", "method"): 0.2,
    ("bank", "case"): 2.5,
    ("bank", "method"): 3.0,
}
"""How much each ranking counts; set on the development queries (`casebook eval`)."""


BRIDGE = (SPEAKERS, TEMPERATURE, WORDS, NEAREST, ASKED_WORDS)
"""What else the order of cases depends on."""

JUDGED_TOGETHER = 5
"""How many of the first cases decide whether the library has anything for a query."""

FIRST = 10
"""Among so many of the first cases those from a community like the reader's come forward; without a precedent the
kind of dispute is guessed from as many."""

WITHIN = "within"
"""What a LeftOut calls the words that must stand in a case."""


class SearchEngine:
    """Answers queries over one snapshot. Safe to share between threads: nothing changes after construction."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, weights: Weights = HYBRID) -> None:
        self.snapshot = snapshot
        self._weights = weights
        self.rankings = _rankings_digest(weights)
        """What the order of cases depends on besides the snapshot; a calibration holds for one such setting."""
        fitted = snapshot.calibration
        self.calibration = fitted if fitted is not None and fitted.rankings == self.rankings else None
        self.field = _field(self.calibration, snapshot)
        """What tells this field from everything else; None without a calibration."""
        self._retriever = Retriever(snapshot, encoder)
        self._evidence = EvidenceFinder(snapshot, encoder)
        self._comparer = Comparer(snapshot.elements)
        self._numbers = {case.id: number for number, case in enumerate(snapshot.cases)}
        self._within = Within(snapshot.cases)
        self._everything = np.array([not case.withdrawn for case in snapshot.cases], np.bool_)
        self._live = tuple(case for case in snapshot.cases if not case.withdrawn)
        # Cases do not change, so neither do the counts behind one choice of filters.
        self._facets = lru_cache(maxsize=256)(self._count_facets)
        self.picture = lru_cache(maxsize=2)(self._draw_picture)
        """The picture of the library, by language."""

    @classmethod
    def open(cls, index: Path, encoder: Encoder) -> "SearchEngine":
        """Open the snapshot in force below `index`. Raises the errors of `current_folder` and `open_snapshot`."""
        return cls(open_snapshot(current_folder(index), encoder.identity), encoder)

    def search(self, query: Query, language: str = "zh") -> SearchOutcome:
        """Return the cases closest to `query`, best first, equal ones in order of id."""
        started = time.perf_counter()
        holding = self._everything & self._within.holding(words_of(query.within))
        allowed = self._under(query, holding)
        results = self._likest(query, allowed)
        # Asking for more cases must not change whether there is a precedent.
        verdict = judge([match.level for match in results[:JUDGED_TOGETHER]], self.calibration)
        return SearchOutcome(
            redlines=self.snapshot.redlines.crossed(query.text),
            verdict=verdict,
            results=results,
            facets=self._facets_among(query, holding, language),
            considered=int(allowed.sum()),
            snapshot=self.snapshot.manifest.id,
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            left_out=() if allowed.any() else self._left_out(query, holding),
            ways_on=self._ways_on(query, allowed) if verdict.level == "none" else None,
        )

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return all cases with a positive score for `text` as (id, fused score), best first."""
        fused = fuse(self._rankings(self._retrieve(text, self._everything)))
        return [(self.snapshot.cases[case].id, float(fused[case])) for case in best_first(fused)]

    def confidence(self, text: str) -> float:
        """Return the chance that the library has anything for `text`, 0 to 1.

        Without a calibration it is the highest cosine between `text` and any facts passage; 0 without cases.
        """
        retrieved = self._retrieve(text, self._everything)
        if self.calibration is None:
            return float(retrieved.best["dense", "facts"].max(initial=0.0))
        first = best_first(fuse(self._rankings(retrieved)))[:JUDGED_TOGETHER]
        return self._chances(retrieved, first.tolist()).answerable

    def signals(self, text: str, field: Field) -> list[tuple[str, Signals]]:
        """Return the first cases for `text` with their signals, for fitting a calibration."""
        retrieved = self._retrieve(text, self._everything)
        first = best_first(fuse(self._rankings(retrieved)))[:JUDGED_TOGETHER].tolist()
        found = measure(retrieved, first, self.snapshot, field)
        return [(self.snapshot.cases[case].id, signals) for case, signals in zip(first, found, strict=True)]

    def vector(self, text: str) -> npt.NDArray[np.float32]:
        """Return the vector that `text` is compared by, float32 (dimensions,), unit norm or zero."""
        return self._retriever.ask(text).vector

    def case(self, case_id: str) -> Case:
        """Return the case called `case_id`, withdrawn ones too. Raises NotFoundError."""
        if case_id not in self._numbers:
            raise NotFoundError(f"没有编号为「{case_id[:80]}」的案例。请从全部案例里找。")
        return self.snapshot.cases[self._numbers[case_id]]

    def similar(self, case_id: str, top_k: int = 5) -> tuple[Match, ...]:
        """Return the cases closest to the summary of `case_id`, itself left out. Raises NotFoundError."""
        case = self.case(case_id)
        allowed = self._allowed(lambda other: other.id != case_id)
        return self._matches(case.summary or case.title, allowed, top_k)

    def cases(self, filters: Filters, page: int = 1, page_size: int = 20, language: str = "zh") -> CasePage:
        """Return one page of the cases that pass `filters`, in order of id; pages count from 1."""
        found = [case for case in self._live if passes(case, filters)]
        start = (page - 1) * page_size
        facets = self._facets(tuple(filters.items()), language)
        return CasePage(tuple(found[start : start + page_size]), facets, len(found), page, page_size)

    def _draw_picture(self, language: str = "zh") -> LibraryPicture:
        snapshot = self.snapshot
        return draw_picture(snapshot.cases, snapshot.vocabulary, snapshot.bank.situations, language)

    def _count_facets(self, filters: FilterItems, language: str) -> tuple[Facet, ...]:
        return count_facets(self._live, dict(filters), self.snapshot.vocabulary, language)

    def _facets_among(self, query: Query, holding: Mask, language: str) -> tuple[Facet, ...]:
        if not query.within:
            return self._facets(tuple(query.filters.items()), language)
        # Not kept: what somebody looked for is nobody else's business.
        return count_facets(self._chosen(holding), query.filters, self.snapshot.vocabulary, language)

    def _under(self, query: Query, holding: Mask) -> Mask:
        if not query.filters:
            return holding
        return holding & self._allowed(lambda case: passes(case, query.filters))

    def _left_out(self, query: Query, holding: Mask) -> tuple[LeftOut, ...]:
        """Return what each filter alone costs, and what the words do."""
        by_filters = left_out_by(self._chosen(holding), query.filters)
        back = sum(passes(case, query.filters) for case in self._live) if query.within else 0
        by_words = (LeftOut(WITHIN, (query.within,), back),) if back else ()
        return tuple(sorted((*by_words, *by_filters), key=lambda one: -one.cases))

    def _ways_on(self, query: Query, allowed: Mask) -> WaysOn | None:
        return ways_on(self._matches(query.text, allowed, FIRST), self._live)

    def _chosen(self, mask: Mask) -> tuple[Case, ...]:
        return tuple(self.snapshot.cases[number] for number in np.flatnonzero(mask).tolist())

    def _likest(self, query: Query, allowed: Mask) -> tuple[Match, ...]:
        """Return the first cases, those from a community like the reader's first among equally close ones."""
        if query.community is None:
            return self._matches(query.text, allowed, query.top_k)
        mine = query.community
        found = self._matches(query.text, allowed, max(query.top_k, FIRST))
        rated = [replace(match, likeness=likeness(mine, match.case)) for match in found]
        ordered = likest_first([(match.level, match.likeness, match) for match in rated])
        return tuple(ordered[: query.top_k])

    def _allowed(self, test: Callable[[Case], bool]) -> Mask:
        return np.array([not case.withdrawn and test(case) for case in self.snapshot.cases], np.bool_)

    def _retrieve(self, text: str, allowed: Mask) -> Retrieved:
        return self._retriever.retrieve(self._retriever.ask(text), allowed)

    def _rankings(self, retrieved: Retrieved) -> list[Ranking]:
        rankings = []
        for (engine, part), weight in self._weights.items():
            rankings.append(Ranking(_scores(retrieved, engine, part), weight))
        return rankings

    def _matches(self, text: str, allowed: Mask, top_k: int) -> tuple[Match, ...]:
        retrieved = self._retrieve(text, allowed)
        fused = fuse(self._rankings(retrieved))
        first = best_first(fused)[:top_k].tolist()
        chances = self._chances(retrieved, first)
        reader = _Reader(self._evidence.contributors(retrieved.asked), self._comparer.asked(text))
        return tuple(
            self._match(retrieved, reader, case, float(fused[case]), chances, at)
            for at, case in enumerate(first)
        )

    def _chances(self, retrieved: Retrieved, cases: Sequence[int]) -> "_Chances":
        """Return what chances `cases` have; 0 without a calibration."""
        calibration = self.calibration
        if calibration is None or self.field is None or not cases:
            return _Chances(0.0, (0.0,) * len(cases))
        found = measure(retrieved, cases, self.snapshot, self.field)
        helps = tuple(chance(signals, calibration) for signals in found)
        return _Chances(answerable(found[0], calibration), helps)

    def _match(
        self, retrieved: Retrieved, reader: "_Reader", case: int, score: float, chances: "_Chances", at: int
    ) -> Match:
        kind = _kind(retrieved, case)
        closeness = float(retrieved.best["dense", kind][case])
        evidence = self._evidence.collect(retrieved, reader.contributors, case, kind)
        found = self.snapshot.cases[case]
        level = level_of(chances.helps[at], chances.answerable, kind, self.calibration)
        because = telling(evidence[0].carried) if evidence else ()
        comparison = self._comparer.compare(reader.mentions, found)
        return Match(found, kind, level, score, closeness, evidence, because, comparison)

    def closest(self, text: str, top_k: int) -> tuple[tuple[Case, Level], ...]:
        """Return the cases closest to `text` with their levels, without what explains them: for many at once."""
        retrieved = self._retrieve(text, self._everything)
        first = best_first(fuse(self._rankings(retrieved)))[:top_k].tolist()
        chances = self._chances(retrieved, first)
        return tuple(
            (
                self.snapshot.cases[case],
                level_of(chances.helps[at], chances.answerable, _kind(retrieved, case), self.calibration),
            )
            for at, case in enumerate(first)
        )


@dataclass(frozen=True)
class _Chances:
    """The chance that the library has anything for a query, and for each case the chance that it helps."""

    answerable: float
    helps: tuple[float, ...]


@dataclass(frozen=True)
class _Reader:
    """A query as it is held against each of its cases: its words, and what it says of each element."""

    contributors: Contributors
    mentions: Mentions


def _rankings_digest(weights: Weights) -> str:
    settings = (sorted(weights.items()), SMOOTHING, CONCEPT_WEIGHT, CONCEPT_PULL, TOGETHER, *BRIDGE)
    return hashlib.sha256(repr(settings).encode()).hexdigest()


def _field(calibration: Calibration | None, snapshot: Snapshot) -> Field | None:
    if calibration is None or snapshot.wording is None:
        return None
    return Field(calibration.direction, calibration.offset, snapshot.wording)


def _scores(retrieved: Retrieved, engine: Engine | Literal["bank"], part: Part) -> npt.NDArray[np.float32]:
    if engine == "bank":
        return retrieved.crossing.helps if part == "case" else retrieved.ways
    return retrieved.whole[engine] if part == "case" else retrieved.best[engine, part]


def _kind(retrieved: Retrieved, case: int) -> PassageKind:
    """Return what the case is good for: the same kind of trouble, or a way of working.

    The situations decide where they speak for the case; otherwise the passages do, method only when both words
    and vectors say so.
    """
    facts = float(retrieved.crossing.expected["facts"][case])
    method = float(retrieved.crossing.expected["method"][case] + retrieved.ways[case])
    if facts or method:
        return "method" if method > facts else "facts"
    cosines = {kind: float(retrieved.best["dense", kind][case]) for kind in ("facts", "method")}
    words = {kind: float(retrieved.best["words", kind][case]) for kind in ("facts", "method")}
    return "method" if cosines["method"] > cosines["facts"] and words["method"] > words["facts"] else "facts"
