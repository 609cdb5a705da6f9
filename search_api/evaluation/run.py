"""BM25, vectors and hybrid side by side on the judged queries."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

from indexer.encoders.base import Encoder
from indexer.snapshot.read import Snapshot
from search_api.core.engine import HYBRID, SearchEngine, Weights
from search_api.core.outcome import Level
from search_api.core.query import Query
from search_api.core.verdict import ORDER
from search_api.evaluation.judged import JudgedQuery
from search_api.evaluation.metrics import HELPFUL, Scores, auroc, paired_p_value, score

ENGINES: dict[str, Weights] = {
    "BM25": {part: weight for part, weight in HYBRID.items() if part[0] == "words"},
    "向量": {part: weight for part, weight in HYBRID.items() if part[0] == "dense"},
    "混合": HYBRID,
}
"""The engines compared; BM25 and the vectors alone are the hybrid with the other half taken out."""

METRICS = {"ndcg_10": "nDCG@10", "success_1": "前1命中", "success_5": "前5命中", "reciprocal_rank": "MRR"}


@dataclass(frozen=True)
class EngineFigures:
    """Means over the answerable queries, and the same by style; `ndcg` is query by query, in their order."""

    means: dict[str, float]
    by_style: dict[str, float]
    ndcg: tuple[float, ...]


@dataclass(frozen=True)
class Comparison:
    """A paired randomisation test of nDCG@10: the mean gain of `better` over `base`, and its p-value."""

    better: str
    base: str
    gain: float
    p_value: float


@dataclass(frozen=True)
class LevelFigures:
    """How often a level was given to the first case, and how often that case helps (grade 2 or 3)."""

    level: Level
    given: int
    helpful: int


@dataclass(frozen=True)
class VerdictFigures:
    """How far the verdict can be trusted.

    `kept` is the part of the answerable queries that are not told that there is nothing, `false_answers` the
    same part of the unanswerable ones; `levels` say what the words are worth.
    """

    kept: float
    false_answers: float
    levels: tuple[LevelFigures, ...]


@dataclass(frozen=True)
class Evaluation:
    """The account of one run.

    `auroc` says how well the engine's confidence tells answerable from unanswerable queries, `closeness` gives
    its mean for both. `verdict` is None without a calibration.
    """

    snapshot: str
    split: str
    answerable: int
    unanswerable: int
    ungraded: int
    engines: dict[str, EngineFigures]
    comparisons: tuple[Comparison, ...]
    auroc: float
    closeness: dict[str, float]
    verdict: VerdictFigures | None

    def as_json(self) -> dict[str, object]:
        """Return the account as plain values, for `--format json`."""
        return asdict(self)


def evaluate(
    snapshot: Snapshot,
    encoder: Encoder,
    queries: Sequence[JudgedQuery],
    split: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Run every engine on `queries`; those not graded yet are counted and left out."""
    graded = [query for query in queries if query.graded]
    answerable = [query for query in graded if query.answerable]
    unanswerable = [query for query in graded if not query.answerable]
    engines = {name: SearchEngine(snapshot, encoder, weights) for name, weights in ENGINES.items()}
    figures = {}
    for done, (name, engine) in enumerate(engines.items()):
        progress(done, len(engines))
        figures[name] = figures_of(engine, answerable)
    hybrid = engines["混合"]
    closeness = {
        group: [hybrid.confidence(query.text) for query in members]
        for group, members in (("answerable", answerable), ("unanswerable", unanswerable))
    }
    progress(len(engines), len(engines))
    return Evaluation(
        snapshot=snapshot.manifest.id,
        split=split,
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        ungraded=len(queries) - len(graded),
        engines=figures,
        comparisons=tuple(compare_engines(figures, "混合", base) for base in ("BM25", "向量")),
        auroc=auroc(closeness["answerable"], closeness["unanswerable"]),
        closeness={group: fmean(values) if values else 0.0 for group, values in closeness.items()},
        verdict=_verdicts(hybrid, graded) if hybrid.calibration else None,
    )


def _verdicts(engine: SearchEngine, queries: Sequence[JudgedQuery]) -> VerdictFigures:
    outcomes = [engine.search(Query(query.text)) for query in queries]
    answered = [outcome.verdict.level != "none" for outcome in outcomes]
    groups: dict[bool, list[bool]] = {True: [], False: []}
    for query, given in zip(queries, answered, strict=True):
        groups[query.answerable].append(given)
    first = [
        (outcome.results[0].level, query.grades.get(outcome.results[0].case.id, 0) >= HELPFUL)
        for query, outcome in zip(queries, outcomes, strict=True)
        if outcome.results
    ]
    levels = tuple(
        LevelFigures(
            level,
            sum(found == level for found, _ in first),
            sum(helps for found, helps in first if found == level),
        )
        for level in ORDER
    )
    kept, false_answers = (fmean(groups[kind]) if groups[kind] else 0.0 for kind in (True, False))
    return VerdictFigures(kept, false_answers, levels)


def figures_of(engine: SearchEngine, queries: Sequence[JudgedQuery]) -> EngineFigures:
    """Return how `engine` fares on answerable `queries`; zeros without any."""
    scores = [score([case_id for case_id, _ in engine.rank(query.text)], query.grades) for query in queries]
    styles = sorted({query.style for query in queries})
    by_style = {
        style: _mean(
            [found for found, query in zip(scores, queries, strict=True) if query.style == style], "ndcg_10"
        )
        for style in styles
    }
    means = {metric: _mean(scores, metric) for metric in METRICS}
    return EngineFigures(means, by_style, tuple(found.ndcg_10 for found in scores))


def _mean(scores: Sequence[Scores], metric: str) -> float:
    return fmean(getattr(found, metric) for found in scores) if scores else 0.0


def compare_engines(figures: dict[str, EngineFigures], better: str, base: str) -> Comparison:
    """Return what `better` gains over `base`, both measured on the same queries; p is 1 without any."""
    first, second = figures[better].ndcg, figures[base].ndcg
    gain = figures[better].means["ndcg_10"] - figures[base].means["ndcg_10"]
    return Comparison(better, base, gain, paired_p_value(first, second) if first else 1.0)
