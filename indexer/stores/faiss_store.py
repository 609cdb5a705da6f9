"""FAISS: exact inner product over a flat index."""

import os
from pathlib import Path

# One query on two threads is about twice as slow as on one, and FAISS reads this only when it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import faiss
import numpy as np

from indexer.stores.base import Hits, Rows, Vectors

_FILE = "dense.faiss"


class FaissStore:
    """`IndexFlatIP`: no training, no loss; right up to about 50,000 vectors."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "FaissStore":
        """Index `vectors`, float32 of shape (n, d), rows of unit norm."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "FaissStore":
        """Read what `save` wrote; FAISS raises RuntimeError when it cannot."""
        return cls(faiss.read_index(str(folder / _FILE)))

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> Hits:
        """Return the best `k` rows for `query`; see `VectorStore.search`."""
        available = self.count if allowed is None else len(allowed)
        if min(k, available) == 0:
            return Hits(np.empty(0, np.float32), np.empty(0, np.int64))
        fetched = min(k + 1, available)
        hits = self._nearest(query, fetched, allowed)
        # Which of several equal rows FAISS keeps is its own affair, so all that equal the last are fetched.
        while len(hits.rows) == fetched < available and hits.scores[-1] == hits.scores[k - 1]:
            fetched = min(2 * fetched, available)
            hits = self._nearest(query, fetched, allowed)
        return Hits(hits.scores[:k], hits.rows[:k])

    def _nearest(self, query: Vectors, k: int, allowed: Rows | None) -> Hits:
        parameters = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]  # SWIG accepts it, the stubs do not say so
        scores, rows = self._index.search(query[np.newaxis, :], k, params=parameters)
        # FAISS fills up with row -1, which numpy would take for the last one.
        found = rows[0] >= 0
        order = np.lexsort((rows[0][found], -scores[0][found]))
        return Hits(scores[0][found][order], rows[0][found][order])

    def scores(self, query: Vectors) -> Vectors:
        """Return the cosine of every vector with `query`; see `VectorStore.scores`.

        Read where FAISS keeps the vectors: a search for all of them would sort them, too, which takes longer.
        """
        if self.count == 0:
            return np.empty(0, np.float32)
        flat = faiss.rev_swig_ptr(self._index.get_xb(), self.count * self._index.d)  # type: ignore[attr-defined]  # of flat indexes
        cosines: Vectors = flat.reshape(self.count, self._index.d) @ query
        return cosines

    def vector(self, row: int) -> Vectors:
        """Return the vector in `row`, float32 of shape (dimensions,)."""
        return np.asarray(self._index.reconstruct(row), np.float32)

    def vectors(self) -> Vectors:
        """Return all vectors, float32 of shape (count, dimensions)."""
        return np.asarray(self._index.reconstruct_n(0, self.count), np.float32)

    def save(self, folder: Path) -> None:
        """Write the index below `folder`."""
        faiss.write_index(self._index, str(folder / _FILE))
