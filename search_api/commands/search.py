"""`casebook search` and `casebook show`."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import typer

from indexer.case.serialize import serialize
from indexer.case.vocabulary import Vocabulary
from indexer.encoders.base import open_encoder
from indexer.errors import QueryError
from search_api.core.answer import search_answer
from search_api.core.engine import SearchEngine
from search_api.core.outcome import Match, SearchOutcome
from search_api.core.query import Query
from search_api.core.wording import MATCH_NAMES, place_name, section_name
from search_api.settings import Settings


def run_search(
    text: str, top_k: int, as_json: bool, filters: Sequence[str], index: Path, settings: Settings
) -> None:
    """Print the answer to `text`. Raises QueryError and the errors of `SearchEngine.open`."""
    engine = SearchEngine.open(index, open_encoder(settings.encoder))
    vocabulary = engine.snapshot.vocabulary
    outcome = engine.search(Query.checked(text, top_k, _filters(filters), vocabulary=vocabulary))
    if as_json:
        typer.echo(json.dumps(search_answer(outcome, vocabulary), ensure_ascii=False))
    else:
        typer.echo(_as_text(outcome, vocabulary))


def run_show(case_id: str, index: Path, settings: Settings) -> None:
    """Print the case called `case_id` as its file. Raises NotFoundError."""
    engine = SearchEngine.open(index, open_encoder(settings.encoder))
    typer.echo(serialize(engine.case(case_id)), nl=False)


def _filters(pairs: Sequence[str]) -> dict[str, list[str]]:
    filters: defaultdict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not value:
            raise QueryError("filters", f"--filter「{pair}」应写成 键=值，如 category=water-leak。")
        filters[key.strip()].append(value.strip())
    return filters


def _as_text(outcome: SearchOutcome, vocabulary: Vocabulary) -> str:
    redlines = [f"！{line.name}。{line.message}\n  {line.call}" for line in outcome.redlines]
    return "\n\n".join([*redlines, _cases_text(outcome, vocabulary)])


def _cases_text(outcome: SearchOutcome, vocabulary: Vocabulary) -> str:
    if not outcome.results:
        return f"{outcome.verdict.label}。{outcome.verdict.reason}\n没有列出案例（筛选后剩 {outcome.considered} 个）。"
    matches = [_match(number, match, vocabulary) for number, match in enumerate(outcome.results, start=1)]
    return "\n\n".join([f"{outcome.verdict.label}。{outcome.verdict.reason}", *matches])


def _match(number: int, match: Match, vocabulary: Vocabulary) -> str:
    case = match.case
    facts = [
        vocabulary.label("categories", case.category),
        place_name(case.place),
        case.date,
        vocabulary.label("outcomes", case.outcome.status),
    ]
    lines = [
        f"{number}. {case.title}",
        f"   {case.summary}",
        f"   {' · '.join(fact for fact in facts if fact)}",
    ]
    for passage in match.passages[:1]:
        shown = "".join(passage.text[span.start : span.end] for span in passage.highlights) or passage.text
        lines.append(f"   {MATCH_NAMES[match.match]}（{section_name(passage.section)}）：{shown}")
    if match.because:
        lines.append(f"   起作用最大的：{'、'.join(match.because)}")
    return "\n".join([*lines, f"   casebook show {case.id}"])
