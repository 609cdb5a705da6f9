"""An outcome as the plain values that travel: the same in the API and on the command line."""

from typing import Any

from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from search_api.core.comparison import Row
from search_api.core.outcome import Facet, Match, SearchOutcome
from search_api.core.wording import place_name


def search_answer(outcome: SearchOutcome, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the whole answer."""
    return {
        "redlines": [
            {"kind": line.kind, "name": line.name, "message": line.message, "call": line.call}
            for line in outcome.redlines
        ],
        "verdict": {
            "level": outcome.verdict.level,
            "label": outcome.verdict.label,
            "reason": outcome.verdict.reason,
        },
        "results": [match_answer(match, vocabulary) for match in outcome.results],
        "facets": facets_answer(outcome.facets),
        "considered": outcome.considered,
        "snapshot": outcome.snapshot,
        "took_ms": outcome.took_ms,
    }


def match_answer(match: Match, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return one result: the case in short, and why it matched."""
    passages = [
        {
            "section": passage.section,
            "text": passage.text,
            "highlights": [{"start": span.start, "end": span.end} for span in passage.highlights],
            "carried": [
                {"term": one.term, "by_vectors": one.by_vectors, "by_words": one.by_words}
                for one in passage.carried
            ],
        }
        for passage in match.passages
    ]
    return {
        **case_answer(match.case, vocabulary),
        "match": match.match,
        "level": match.level,
        "passages": passages,
        "comparison": {
            "same": [_row_answer(row) for row in match.comparison.same],
            "different": [_row_answer(row) for row in match.comparison.different],
            "ask": [{**_row_answer(row), "question": row.element.question()} for row in match.comparison.ask],
        },
    }


def _row_answer(row: Row) -> dict[str, Any]:
    return {
        "element": row.element.code,
        "name": row.element.label(),
        "query": list(row.asked),
        "case": [
            {"words": quote.words, "sentence": quote.sentence, "where": quote.where} for quote in row.told
        ],
    }


def case_answer(case: Case, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what a list shows of a case."""
    return {
        "case_id": case.id,
        "title": case.title,
        "summary": case.summary,
        "category": {"code": case.category, "name": vocabulary.label("categories", case.category)},
        "methods": list(case.methods),
        "place": place_name(case.place, full=True),
        "date": case.date,
        "outcome": {"status": case.outcome.status, "name": vocabulary.label("outcomes", case.outcome.status)},
        "redlines": list(case.redlines),
    }


def facets_answer(facets: tuple[Facet, ...]) -> list[dict[str, Any]]:
    """Return the facets with their counts."""
    return [
        {
            "field": facet.field,
            "label": facet.label,
            "values": [
                {"value": value.value, "label": value.label, "count": value.count, "chosen": value.chosen}
                for value in facet.values
            ],
        }
        for facet in facets
    ]
