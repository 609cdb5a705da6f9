"""What a search gives back: frozen values that carry their evidence."""

from dataclasses import dataclass, field
from typing import Literal

from indexer.case.model import Case
from indexer.passages import PassageKind
from indexer.text.normalize import normalize
from indexer.text.redlines import RedLine
from search_api.core.comparison import Comparison
from search_api.core.likeness import Likeness

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
    """A passage that made the case match, with the sentence that did most of it, and the words that carried it.

    `paragraph` is its number in its section, by which the page of the case shows it; 0 outside sections.
    """

    section: str
    text: str
    highlights: tuple[Highlight, ...]
    carried: tuple[Contribution, ...] = ()
    paragraph: int = 0


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
    are the same, in what they differ, and what is still to be verified. `likeness` holds the case's community
    against the reader's, where the reader told of it.
    """

    case: Case
    match: PassageKind
    level: Level
    score: float
    closeness: float
    passages: tuple[Evidence, ...]
    because: tuple[str, ...] = ()
    comparison: Comparison = field(default_factory=Comparison)
    likeness: Likeness = field(default_factory=Likeness)

    @property
    def telling(self) -> tuple[str, ...]:
        """The words of `because` worth naming: a case that is at most an idea is not said to speak of what it lacks."""
        if self.level not in ("idea", "none"):
            return self.because
        said = normalize("\n".join(passage.text for passage in self.passages))
        return tuple(word for word in self.because if word in said)


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
class LeftOut:
    """What one filter costs: so many cases would be back without it. `field` is WITHIN for words to stand in them."""

    field: str
    values: tuple[str, ...]
    cases: int


@dataclass(frozen=True)
class Tally:
    """A name of the vocabulary and how many cases have it."""

    name: str
    cases: int


@dataclass(frozen=True)
class WaysOn:
    """Where to look when no precedent was found.

    `category` is the likeliest kind of dispute, with so many `cases`; `actors` are those who joined in most often
    there. `methods` are `borrowed` from what was found or, when nothing of it carries over, the most used in that
    category; each with the number of all cases that have it.
    """

    category: str
    cases: int
    borrowed: bool
    methods: tuple[Tally, ...]
    actors: tuple[Tally, ...]


@dataclass(frozen=True)
class SearchOutcome:
    """The answer to one query. `considered` is how many cases were left after the filters.

    `redlines` are the dangers that the query speaks of; they come before everything else. `left_out` says, when
    no case was left, what each filter alone costs; `ways_on`, when the verdict is `none`, where else to look.
    """

    redlines: tuple[RedLine, ...]
    verdict: Verdict
    results: tuple[Match, ...]
    facets: tuple[Facet, ...]
    considered: int
    snapshot: str
    took_ms: float
    left_out: tuple[LeftOut, ...] = ()
    ways_on: WaysOn | None = None


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
