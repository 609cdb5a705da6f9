"""Outside benchmarks: BEIR folders (corpus, queries, qrels) and pairs of texts, read and never kept."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import Encoder
from indexer.errors import JudgedSetError
from indexer.lexical import LexicalIndex
from indexer.text.normalize import normalize
from indexer.text.tokenize import index_terms, query_terms
from search_api.evaluation.metrics import ndcg, paired_p_value, spearman

DEPTH = 100
BATCH = 256

ENGINES = ("BM25", "向量", "混合")

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
"""The weights of the vectors beside the words that are tried; 0 is BM25 and 1 the vectors alone."""

Scores = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Retrieval:
    """Texts to be found: `relevant` gives for each query the grades of documents, both by their place."""

    name: str
    queries: tuple[str, ...]
    corpus: tuple[str, ...]
    relevant: tuple[Mapping[int, int], ...]


@dataclass(frozen=True)
class Pairs:
    """Pairs of texts, and for each how alike people found them."""

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    labels: tuple[float, ...]


@dataclass(frozen=True)
class RetrievalFigures:
    """Means over the queries for one engine; `p_value` against BM25 on nDCG@10 (1 for BM25 itself)."""

    ndcg_10: float
    reciprocal_rank_10: float
    recall_10: float
    recall_100: float
    p_value: float


@dataclass(frozen=True)
class BenchmarkReport:
    """What came of one set. `engines` is empty for pairs, `spearman` None for retrieval.

    `shares` is the weight of the vectors in the hybrid, 0 to 1, for the queries in even and in odd places: each
    half is asked with the weight that did best on the other.
    """

    name: str
    encoder: str
    queries: int
    documents: int
    engines: dict[str, RetrievalFigures]
    spearman: dict[str, float] | None
    shares: tuple[float, float] | None = None

    def as_json(self) -> str:
        """Return the report as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def load_benchmark(folder: Path) -> Retrieval | Pairs:
    """Read `folder`. Raises JudgedSetError when it holds neither a BEIR set nor pairs."""
    try:
        if (folder / "pairs.jsonl").is_file():
            return _pairs(folder)
        return _retrieval(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JudgedSetError(
            f"评测集 {folder} 读不了：{error!r}。应有 corpus.jsonl、queries.jsonl、qrels.tsv（BEIR），或 pairs.jsonl。"
        ) from error


def run_benchmark(
    benchmark: Retrieval | Pairs,
    encoder: Encoder,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BenchmarkReport:
    """Return the figures of BM25, vectors and both; for pairs those of the cosine and of shared terms (Jaccard)."""
    if isinstance(benchmark, Pairs):
        return _run_pairs(benchmark, encoder)
    return _run_retrieval(benchmark, encoder, progress)


def _pairs(folder: Path) -> Pairs:
    rows = list(_rows(folder / "pairs.jsonl"))
    labels = tuple(float(row["label"]) for row in rows)
    return Pairs(folder.name, tuple(row["s1"] for row in rows), tuple(row["s2"] for row in rows), labels)


def _retrieval(folder: Path) -> Retrieval:
    documents = list(_rows(folder / "corpus.jsonl"))
    places = {row["_id"]: place for place, row in enumerate(documents)}
    grades: dict[str, dict[int, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[places[document]] = int(grade)
    asked = [row for row in _rows(folder / "queries.jsonl") if row["_id"] in grades]
    return Retrieval(
        folder.name,
        tuple(row["text"] for row in asked),
        tuple(f"{row.get('title', '')} {row['text']}" for row in documents),
        tuple(grades[row["_id"]] for row in asked),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _run_pairs(pairs: Pairs, encoder: Encoder) -> BenchmarkReport:
    first, second = ([normalize(text) for text in side] for side in (pairs.first, pairs.second))
    cosines = np.sum(_encode(encoder, first) * _encode(encoder, second), axis=1)
    shared = [
        _shared(set(index_terms(one)), set(index_terms(two))) for one, two in zip(first, second, strict=True)
    ]
    figures = {"共有的词": spearman(shared, pairs.labels), "向量": spearman(cosines.tolist(), pairs.labels)}
    return BenchmarkReport(pairs.name, encoder.identity.name, len(pairs.labels), 0, {}, figures)


def _shared(one: set[str], two: set[str]) -> float:
    """Return the part of all terms that both have (Jaccard); 0 without any."""
    return len(one & two) / len(one | two) if one | two else 0.0


def _run_retrieval(
    benchmark: Retrieval, encoder: Encoder, progress: Callable[[int, int], None]
) -> BenchmarkReport:
    plain = [normalize(text) for text in benchmark.corpus]
    lexical = LexicalIndex.build([index_terms(text) for text in plain])
    vectors = _encode(encoder, plain)
    rankings: dict[float, list[list[int]]] = {share: [] for share in SHARES}
    for done, query in enumerate(benchmark.queries):
        progress(done, len(benchmark.queries))
        asked = normalize(query)
        words = lexical.scores(query_terms(asked))
        dense = vectors @ encoder.encode([asked])[0]
        for share in SHARES:
            rankings[share].append(_first(_mixed(words, dense, share)))
    progress(len(benchmark.queries), len(benchmark.queries))
    gains = {share: _gains(found, benchmark) for share, found in rankings.items()}
    shares = _fitted_shares(gains)
    both = [rankings[shares[place % 2]][place] for place in range(len(benchmark.queries))]
    base = gains[0.0]
    engines = {
        name: _figures(found, _gains(found, benchmark), base, benchmark)
        for name, found in zip(ENGINES, (rankings[0.0], rankings[1.0], both), strict=True)
    }
    return BenchmarkReport(
        benchmark.name,
        encoder.identity.name,
        len(benchmark.queries),
        len(benchmark.corpus),
        engines,
        None,
        shares,
    )


def _mixed(words: Scores, dense: Scores, share: float) -> Scores:
    """Return the sum of both in proportion to their highest score (Bruch et al. 2023), `share` for the vectors."""
    parts = ((words, 1 - share), (np.maximum(dense, 0.0), share))
    mixed: Scores = np.sum([weight * part / (part.max() or 1.0) for part, weight in parts], axis=0)
    return mixed


def _fitted_shares(gains: Mapping[float, Sequence[float]]) -> tuple[float, float]:
    """Return the share of the vectors for every other query, each fitted on the queries in between."""
    even, odd = (max(SHARES, key=lambda share: fmean(gains[share][at::2] or [0.0])) for at in (1, 0))
    return even, odd


def _first(scores: Scores) -> list[int]:
    """Return the places of the DEPTH highest scores above 0, highest first, equal ones in their order."""
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return [int(place) for place in order if scores[place] > 0]


def _gains(rankings: Sequence[Sequence[int]], benchmark: Retrieval) -> list[float]:
    return [
        ndcg([str(place) for place in ranking], {str(place): grade for place, grade in grades.items()}, 10)
        for ranking, grades in zip(rankings, benchmark.relevant, strict=True)
    ]


def _figures(
    rankings: Sequence[Sequence[int]], gains: Sequence[float], base: Sequence[float], benchmark: Retrieval
) -> RetrievalFigures:
    judged = list(zip(rankings, benchmark.relevant, strict=True))
    return RetrievalFigures(
        ndcg_10=fmean(gains),
        reciprocal_rank_10=fmean(_reciprocal_rank(ranking[:10], grades) for ranking, grades in judged),
        recall_10=fmean(_recall(ranking[:10], grades) for ranking, grades in judged),
        recall_100=fmean(_recall(ranking, grades) for ranking, grades in judged),
        p_value=1.0 if list(gains) == list(base) else paired_p_value(gains, base),
    )


def _reciprocal_rank(ranking: Sequence[int], grades: Mapping[int, int]) -> float:
    return next((1 / rank for rank, place in enumerate(ranking, start=1) if grades.get(place, 0) > 0), 0.0)


def _recall(ranking: Sequence[int], grades: Mapping[int, int]) -> float:
    relevant = {place for place, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking)) / len(relevant) if relevant else 0.0


def _encode(encoder: Encoder, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    parts = [encoder.encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, encoder.identity.dimensions), np.float32)
