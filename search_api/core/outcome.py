"""What a search gives back: frozen values that carry their evidence."""

from dataclasses import dataclass, field
from typing import Literal

from indexer.case.model import Case
from indexer.passages import PassageKind
from indexer.text.redlines import RedLine
from search_api.core.comparison import Comparison

Level = Literal["close", "method", "idea", "none", "uncalibrated"]


@dataclass(frozen=True)
class Highlight:
    """Characters `start` (inclusive) to `end` (exclusive) of a passage's text."""

    start: int
    end: int


@dataclass(frozen=True)
class Contribution:
    """What a word of the query, or a concept it speaks of, adds to its likeness to a passage.

    `by_vectors` is its part of the cosine, `by_words` its part of the BM25 score; either may be negative or 0.
    """

    term: str
    by_vectors: float
    by_words: float


@dataclass(frozen=True)
class Evidence:
    """A passage that made the case match, with the sentence that did most of it, and the words that carried it."""

    section: str
    text: str
    highlights: tuple[Highlight, ...]
    carried: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """How close the best precedent is, or that there is none. Label and reason are for people."""

    level: Level
    label: str
    reason: str


@dataclass(frozen=True)
class Match:
    """One case in an answer.

    `match` says whether it is the same kind of dispute (`facts`) or only a way of working that carries over
    (`method`). `score` is the fused rank score: it orders one answer and means nothing outside it.
    `closeness` is the best cosine between the query and a passage of the matching kind, from -1 to 1.
    `because` names the words and concepts of the query that spoke most for it; `comparison` says in what the two
    are the same, in what they differ, and what is still to be verified.
    """

    case: Case
    match: PassageKind
    level: Level
    score: float
    closeness: float
    passages: tuple[Evidence, ...]
    because: tuple[str, ...] = ()
    comparison: Comparison = field(default_factory=Comparison)


@dataclass(frozen=True)
class FacetValue:
    """A value that cases can be filtered by, and how many there are under the other filters in force."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A field that cases can be filtered by."""

    field: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class SearchOutcome:
    """The answer to one query. `considered` is how many cases were left after the filters.

    `redlines` are the dangers that the query speaks of; they come before everything else.
    """

    redlines: tuple[RedLine, ...]
    verdict: Verdict
    results: tuple[Match, ...]
    facets: tuple[Facet, ...]
    considered: int
    snapshot: str
    took_ms: float


@dataclass(frozen=True)
class CasePage:
    """One page of the cases that pass the filters, in order of id."""

    cases: tuple[Case, ...]
    facets: tuple[Facet, ...]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.page_size))
