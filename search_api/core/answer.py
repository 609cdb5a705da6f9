"""An outcome as the plain values that travel: the same in the API and on the command line."""

from typing import Any

from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from search_api.core.comparison import Row
from search_api.core.duration import Duration, duration_of
from search_api.core.outcome import Facet, Match, SearchOutcome
from search_api.core.paragraphs import anchor
from search_api.core.standing import standing_name, standing_of
from search_api.core.steps import first_steps
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
            "anchor": anchor(passage.section, passage.paragraph),
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
        **_acting_answer(match.case),
        "match": match.match,
        "level": match.level,
        "passages": passages,
        "comparison": {
            "same": [_row_answer(row) for row in match.comparison.same],
            "different": [_row_answer(row) for row in match.comparison.different],
            "ask": [{**_row_answer(row), "question": row.element.question()} for row in match.comparison.ask],
        },
    }


def _acting_answer(case: Case) -> dict[str, Any]:
    """Return what helps to act on the case: the first steps, who and which law, how long, how well borne out."""
    standing = standing_of(case)
    return {
        "steps": [
            {"number": step.number, "when": step.when, "text": step.text, "anchor": step.anchor}
            for step in first_steps(case)
        ],
        "actors": list(case.actors),
        "law": [{"name": law.name, "article": law.article} for law in case.law],
        "duration": _duration_answer(duration_of(case)),
        "standing": {
            "code": standing.code,
            "name": standing_name(standing.code),
            "sources": standing.sources,
        },
        "sources": [
            {"title": source.title, "publisher": source.publisher, "date": source.date, "url": source.url}
            for source in case.sources[:1]
        ],
    }


def _duration_answer(duration: Duration | None) -> dict[str, Any] | None:
    if duration is None:
        return None
    quoted = duration.days is None
    return {"text": duration.text if quoted else f"{duration.days}天", "quoted": quoted}


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
