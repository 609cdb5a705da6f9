"""What has to be judged: the best cases of every engine, in an order that does not give the engines away."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from indexer.encoders.base import Encoder
from indexer.snapshot.read import Snapshot
from search_api.core.engine import SearchEngine
from search_api.evaluation.judged import JudgedQuery
from search_api.evaluation.run import ENGINES

DEPTH = 10


@dataclass(frozen=True)
class Pool:
    """A query and the ids of its candidates: the union of the first DEPTH of every engine."""

    query: JudgedQuery
    candidates: tuple[str, ...]


def pool(
    snapshot: Snapshot,
    encoder: Encoder,
    queries: Sequence[JudgedQuery],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Pool]:
    """Yield the pool of each query, candidates in an order that depends on nothing but the names."""
    engines = [SearchEngine(snapshot, encoder, weights) for weights in ENGINES.values()]
    for done, query in enumerate(queries):
        progress(done, len(queries))
        found = {case_id for engine in engines for case_id, _ in engine.rank(query.text)[:DEPTH]}
        yield Pool(query, tuple(sorted(found, key=lambda case_id: _shuffled(query.id, case_id))))
    progress(len(queries), len(queries))


def _shuffled(query_id: str, case_id: str) -> str:
    return hashlib.sha256(f"{query_id} {case_id}".encode()).hexdigest()
