"""Which passages of a case made it match, and which sentence in each did most of it."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from indexer.case.model import Case
from indexer.encoders.base import Encoder
from indexer.passages import PassageKind, sentences
from indexer.snapshot.read import Snapshot
from indexer.text.normalize import normalize
from indexer.text.tokenize import index_terms
from search_api.core.contributions import Contributors
from search_api.core.outcome import Evidence, Highlight
from search_api.core.paragraphs import paragraph_of
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
        self._quotable = _quotable(snapshot)
        self._sentences = lru_cache(maxsize=_KEPT)(self._take_apart)

    def contributors(self, asked: Asked) -> Contributors:
        """Return the words of a query, to be given to `collect` for each of its cases."""
        return Contributors(asked, self._snapshot.lexical)

    def collect(
        self, retrieved: Retrieved, contributors: Contributors, case: int, kind: PassageKind
    ) -> tuple[Evidence, ...]:
        """Return the best passages of the case's own text, by vectors and by words, once if they are the same."""
        quotable = self._quotable.get((case, kind))
        if quotable is None:
            return ()
        # The first of equals, since rows rise.
        rows = dict.fromkeys(
            int(quotable[retrieved.passages[engine][quotable].argmax()]) for engine in ENGINES
        )
        found = self._snapshot.cases[case]
        return tuple(self._evidence(found, row, retrieved.asked, contributors) for row in rows)

    def _evidence(self, case: Case, row: int, asked: Asked, contributors: Contributors) -> Evidence:
        passage = self._snapshot.passages[row]
        paragraph = paragraph_of(case.section(passage.section), passage.text)
        carried = contributors.to(self._snapshot.store.vector(row), row)
        return Evidence(passage.section, passage.text, self._highlight(row, asked), carried, paragraph)

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


def _quotable(snapshot: Snapshot) -> dict[tuple[int, PassageKind], npt.NDArray[np.int64]]:
    """Return the rows of the passages that may be quoted, by case and kind; a title stands over the answer anyway."""
    numbers = {case.id: number for number, case in enumerate(snapshot.cases)}
    rows: defaultdict[tuple[int, PassageKind], list[int]] = defaultdict(list)
    for row, passage in enumerate(snapshot.passages):
        if passage.section != "title":
            rows[numbers[passage.case_id], passage.kind].append(row)
    return {key: np.array(found, np.int64) for key, found in rows.items()}


def _share(terms: frozenset[str], asked: Asked) -> float:
    """Return which part of the query's terms is among `terms`, each weighed by its rarity; 0 to 1."""
    whole = sum(asked.rarities.values()) or 1.0
    return sum(rarity for term, rarity in asked.rarities.items() if term in terms) / whole
