"""The search report (检索报告): what was asked, what was found and what was set aside, for the file of a matter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexer.case.model import Case
from indexer.text.normalize import normalize
from indexer.text.personal import Masked, mask
from search_api.core.engine import SearchEngine
from search_api.core.outcome import Match, SearchOutcome
from search_api.core.query import Query

NEXT = 10
"""How many of the cases that were ranked but not shown are named."""


@dataclass(frozen=True)
class Found:
    """A case that was shown: which words spoke for it, and the sentence quoted from which section."""

    match: Match
    because: tuple[str, ...]
    quoted: str
    section: str


@dataclass(frozen=True)
class Report:
    """A search, for the record.

    `asked` and `within` are masked. `filters` are (field, value) in words. `left_out` counts the cases that the
    filters and `within` left out. `chosen` are the cases taken for the sheet, None when that is not known.
    """

    asked: Masked
    within: str
    on: date
    snapshot: str
    considered: int
    left_out: int
    filters: tuple[tuple[str, str], ...]
    outcome: SearchOutcome
    found: tuple[Found, ...]
    set_aside: tuple[Match, ...]
    chosen: tuple[Case, ...] | None = None

    @property
    def not_chosen(self) -> tuple[Case, ...]:
        """The cases that were shown and not taken."""
        taken = {case.id for case in self.chosen or ()}
        return tuple(found.match.case for found in self.found if found.match.case.id not in taken)


def draw_report(
    engine: SearchEngine,
    query: Query,
    today: date,
    language: str = "zh",
    chosen: Sequence[Case] | None = None,
) -> Report:
    """Return the report on `query`, searched anew in the library as it is now."""
    outcome = engine.search(query, language)
    shown = {match.case.id for match in outcome.results}
    deeper = engine.search(replace(query, top_k=query.top_k + NEXT), language).results
    asked = mask(query.text)
    return Report(
        asked=asked,
        within=mask(query.within).text,
        on=today,
        snapshot=outcome.snapshot,
        considered=outcome.considered,
        left_out=engine.cases({}).total - outcome.considered,
        filters=_filters(outcome),
        outcome=outcome,
        found=tuple(_found(match, query.text, asked.text) for match in outcome.results),
        set_aside=tuple(match for match in deeper if match.case.id not in shown)[:NEXT],
        chosen=None if chosen is None else tuple(chosen),
    )


def _filters(outcome: SearchOutcome) -> tuple[tuple[str, str], ...]:
    return tuple(
        (facet.label, value.label) for facet in outcome.facets for value in facet.values if value.chosen
    )


def _found(match: Match, asked: str, shown: str) -> Found:
    # A word of the question that was masked must not come back as a reason.
    before, after = normalize(asked), normalize(shown)
    because = tuple(word for word in match.because if word not in before or word in after)
    evidence = match.passages[0] if match.passages else None
    if evidence is None:
        return Found(match, because, "", "")
    span = evidence.highlights[0] if evidence.highlights else None
    quoted = evidence.text[span.start : span.end] if span else evidence.text
    return Found(match, because, quoted.strip(), evidence.section)
