"""BM25 over search terms, computed by bm25s."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from indexer.errors import SnapshotError

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """The occurrences of some terms: number of the term, document, and what the term adds to its score.

    The three arrays have the shape (occurrences,); `count` is how many terms there are.
    """

    terms: npt.NDArray[np.int64]
    documents: npt.NDArray[np.integer[Any]]
    scores: Scores
    count: int

    def of(self, document: int) -> npt.NDArray[np.float64]:
        """Return what each term adds to the score of `document`, float64 (terms,)."""
        held = self.documents == document
        added = np.bincount(self.terms[held], self.scores[held], minlength=self.count)
        return added.astype(np.float64)


class LexicalIndex:
    """Term weights of documents: Lucene's BM25 (Kamphuis et al. 2020), k1 = 1.2, b = 0.75."""

    def __init__(self, index: Any, documents: int) -> None:
        self._index = index
        self._documents = documents

    @classmethod
    def build(cls, documents: Sequence[list[str]]) -> "LexicalIndex":
        """Index `documents`, each given as its terms; an empty document is never found."""
        index = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        # bm25s cannot hold a corpus without a single term; one that nobody asks for stands in.
        filled = [terms or ["∅"] for terms in documents] or [["∅"]]
        # Numbered here, since bm25s would number them in the order of a set, another one in each process.
        numbers = {
            term: number for number, term in enumerate(sorted({term for terms in filled for term in terms}))
        }
        ids = [[numbers[term] for term in terms] for terms in filled]
        index.index((ids, numbers), create_empty_token=False, show_progress=False)
        return cls(index, len(documents))

    @classmethod
    def load(cls, folder: Path, documents: int) -> "LexicalIndex":
        """Read what `save` wrote for `documents` documents. Raises SnapshotError if it cannot be read."""
        try:
            return cls(bm25s.BM25.load(folder, show_progress=False), documents)
        except (OSError, ValueError, KeyError) as error:
            raise SnapshotError(
                f"词项索引 {folder} 读不出来：{error}。请运行 casebook index 重建。"
            ) from error

    def save(self, folder: Path) -> None:
        """Write the index to `folder` as numpy arrays and JSON, without pickle."""
        self._index.save(folder, show_progress=False)

    def scores(self, terms: Sequence[str]) -> Scores:
        """Return float32 of shape (documents,): the BM25 score of each, 0 where no term occurs."""
        known = [term for term in terms if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._documents, np.float32)
        return np.asarray(self._index.get_scores(known), np.float32)[: self._documents]

    def postings(self, terms: Sequence[str]) -> "Postings":
        """Return where each of `terms` occurs and what it adds to the score there."""
        numbers = [self._index.vocab_dict.get(term) for term in terms]
        starts, held = self._index.scores["indptr"], self._index.scores
        slices = [slice(0, 0) if at is None else slice(starts[at], starts[at + 1]) for at in numbers]
        lengths = [span.stop - span.start for span in slices]
        documents, scores = (
            np.concatenate([held[name][span] for span in slices] or [np.zeros(0)])
            for name in ("indices", "data")
        )
        return Postings(np.repeat(np.arange(len(terms)), lengths), documents, scores, len(terms))

    def documents_with(self, term: str) -> npt.NDArray[np.int64]:
        """Return the numbers of the documents that have `term`, int64, each once."""
        number = self._index.vocab_dict.get(term)
        if number is None:
            return np.zeros(0, np.int64)
        starts = self._index.scores["indptr"]
        found = self._index.scores["indices"][starts[number] : starts[number + 1]]
        return np.asarray(found, np.int64)

    def rarity(self, term: str) -> float:
        """Return ln(1 + N/df) of `term`, 0 when no document has it: how much sharing it says."""
        document_frequency = len(self.documents_with(term))
        return float(np.log1p(self._documents / document_frequency)) if document_frequency else 0.0
