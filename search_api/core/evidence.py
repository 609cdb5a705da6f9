"""Which passages of a case made it match, and which sentence in each did most of it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import Encoder
from indexer.passages import PassageKind, sentences
from indexer.snapshot.read import Snapshot
from indexer.text.normalize import normalize
from indexer.text.tokenize import index_terms
from search_api.core.contributions import contributions
from search_api.core.outcome import Evidence, Highlight
from search_api.core.retrieve import ENGINES, Asked, Retrieved

_KEPT = 4096
"""How many passages are kept taken apart: the same few are quoted again and again."""


@dataclass(frozen=True)
class _Sentences:
    """The sentences of a passage: where they stand, their terms, their vectors (float32, unit norm)."""

    spans: tuple[tuple[int, int], ...]
    terms: tuple[frozenset[str], ...]
    vectors: npt.NDArray[np.float32]


class EvidenceFinder:
    """Quotes the passages of a snapshot. Safe to share between threads: what is kept does not change."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._sentences = lru_cache(maxsize=_KEPT)(self._take_apart)

    def collect(self, retrieved: Retrieved, case: int, kind: PassageKind) -> tuple[Evidence, ...]:
        """Return the best passages of the case's own text, by vectors and by words, once if they are the same."""
        rows = dict.fromkeys(int(retrieved.best[engine, kind].rows[case]) for engine in ENGINES)
        return tuple(self._evidence(row, retrieved.asked) for row in rows if row >= 0)

    def _evidence(self, row: int, asked: Asked) -> Evidence:
        passage = self._snapshot.passages[row]
        carried = contributions(asked, self._snapshot.store.vector(row), self._snapshot.lexical, row)
        return Evidence(passage.section, passage.text, self._highlight(row, asked), carried)

    def _highlight(self, row: int, asked: Asked) -> tuple[Highlight, ...]:
        """Return the sentence of the passage that shares most with the query; the first of equals."""
        found = self._sentences(row)
        if not found.spans:
            return ()
        cosines = found.vectors @ asked.vector
        shares = [
            _share(terms, asked) + float(cosine) for terms, cosine in zip(found.terms, cosines, strict=True)
        ]
        return (Highlight(*found.spans[shares.index(max(shares))]),)

    def _take_apart(self, row: int) -> _Sentences:
        text = self._snapshot.passages[row].text
        spans = tuple(sentences(text))
        plain = [normalize(text[start:end]) for start, end in spans]
        terms = tuple(
            frozenset((*index_terms(part), *self._snapshot.lexicon.terms_in(part))) for part in plain
        )
        return _Sentences(spans, terms, self._encoder.encode(plain))


def _share(terms: frozenset[str], asked: Asked) -> float:
    """Return which part of the query's terms is among `terms`, each weighed by its rarity; 0 to 1."""
    whole = sum(asked.rarities.values()) or 1.0
    return sum(rarity for term, rarity in asked.rarities.items() if term in terms) / whole
