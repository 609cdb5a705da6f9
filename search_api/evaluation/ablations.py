"""What each part of the search is worth: the same queries with a part taken out, or with one part alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.build import lexical_bank, lexical_indexes, passage_terms
from indexer.encoders.base import Encoder
from indexer.snapshot.read import Snapshot
from indexer.text.lexicon import Lexicon
from search_api.core.engine import HYBRID, SearchEngine, Weights
from search_api.evaluation.judged import JudgedQuery
from search_api.evaluation.run import Comparison, EngineFigures, compare_engines, figures_of

WHOLE = "混合"
"""The engine that everything is compared with."""

_NO_WORDS = Lexicon()


@dataclass(frozen=True)
class Variant:
    """A search with something taken out: its name, what it looks into, and how much each ranking counts."""

    name: str
    snapshot: Snapshot
    weights: Weights


@dataclass(frozen=True)
class Ablation:
    """How a variant fares; `comparison` says what the whole search gains over it."""

    name: str
    figures: EngineFigures
    comparison: Comparison


def variants(snapshot: Snapshot) -> tuple[Variant, ...]:
    """Return every variant of the search over `snapshot`."""
    return (
        Variant("查询时不认概念", replace(snapshot, lexicon=_NO_WORDS), HYBRID),
        Variant("建索引时不用概念词典", _indexed_without_lexicon(snapshot), HYBRID),
        Variant("不用情形库", snapshot, _weights(lambda engine: engine != "bank")),
        Variant("只用词", snapshot, _weights(lambda engine: engine == "words")),
        Variant("只用向量", snapshot, _weights(lambda engine: engine == "dense")),
        Variant("只用情形库", snapshot, _weights(lambda engine: engine == "bank")),
    )


def ablate(
    tried: Sequence[Variant], encoder: Encoder, queries: Sequence[JudgedQuery], whole: EngineFigures
) -> Iterator[Ablation]:
    """Yield how each of `tried` fares on answerable `queries`; `whole` are the full search's figures on them."""
    for variant in tried:
        found = figures_of(SearchEngine(variant.snapshot, encoder, variant.weights), queries)
        comparison = compare_engines({WHOLE: whole, variant.name: found}, WHOLE, variant.name)
        yield Ablation(variant.name, found, comparison)


def _weights(keeps: Callable[[str], bool]) -> Weights:
    return {part: weight for part, weight in HYBRID.items() if keeps(part[0])}


def _indexed_without_lexicon(snapshot: Snapshot) -> Snapshot:
    """Return `snapshot` as if its cases and situations had been indexed by their words alone."""
    terms = [passage_terms(passage.text, _NO_WORDS) for passage in snapshot.passages]
    lexical, lexical_cases = lexical_indexes(snapshot.cases, snapshot.passages, terms)
    bank = replace(snapshot.bank, lexical=lexical_bank(snapshot.bank.situations, _NO_WORDS))
    return replace(snapshot, lexical=lexical, lexical_cases=lexical_cases, bank=bank)
