"""numpy: the oracle for the other stores, and enough for a library of this size."""

from pathlib import Path

import numpy as np

from indexer.stores.base import Hits, Rows, Vectors

_FILE = "dense.npy"


class NumpyStore:
    """A matrix of unit vectors, float32 of shape (n, d)."""

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = np.ascontiguousarray(matrix, np.float32)

    @classmethod
    def load(cls, folder: Path) -> "NumpyStore":
        """Read what `save` wrote; numpy raises ValueError or OSError when it cannot."""
        return cls(np.load(folder / _FILE, allow_pickle=False))

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return len(self._matrix)

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> Hits:
        """Return the best `k` rows for `query`; see `VectorStore.search`."""
        rows = np.arange(self.count) if allowed is None else allowed
        scores = self._matrix[rows] @ query
        order = np.lexsort((rows, -scores))[:k]
        return Hits(scores[order], rows[order])

    def scores(self, query: Vectors) -> Vectors:
        """Return the cosine of every vector with `query`; see `VectorStore.scores`."""
        cosines: Vectors = self._matrix @ query
        return cosines

    def vector(self, row: int) -> Vectors:
        """Return the vector in `row`, float32 of shape (dimensions,)."""
        row_vector: Vectors = self._matrix[row]
        return row_vector

    def vectors(self) -> Vectors:
        """Return all vectors, float32 of shape (count, dimensions)."""
        return self._matrix

    def save(self, folder: Path) -> None:
        """Write the matrix below `folder`."""
        np.save(folder / _FILE, self._matrix, allow_pickle=False)
