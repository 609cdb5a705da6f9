"""The contract of a vector store, and the one place that chooses between stores."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import SnapshotError

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hits:
    """The best rows for one query: cosines, falling, and row numbers; equal cosines in order of row.

    `scores` is float32 and `rows` int64, both of shape (found,) with found <= k.
    """

    scores: Vectors
    rows: Rows


class VectorStore(Protocol):
    """Unit vectors that can be searched exactly by inner product."""

    @property
    def count(self) -> int:
        """How many vectors there are."""
        ...

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> Hits:
        """Return the best `k` for `query`, float32 of shape (dimensions,), unit norm.

        With `allowed`, row numbers in rising order, only those rows are looked at.
        """
        ...

    def scores(self, query: Vectors) -> Vectors:
        """Return the cosine of every vector with `query`, float32 of shape (count,), in order of row."""
        ...

    def vector(self, row: int) -> Vectors:
        """Return the vector in `row`, float32 of shape (dimensions,)."""
        ...

    def vectors(self) -> Vectors:
        """Return all vectors, float32 of shape (count, dimensions), in order of row."""
        ...

    def save(self, folder: Path) -> None:
        """Write the store below `folder`."""
        ...


def build_store(kind: str, vectors: Vectors) -> VectorStore:
    """Return a store of `kind` (`faiss` or `numpy`) over `vectors`, float32 (n, d), rows of unit norm."""
    if kind == "faiss":
        from indexer.stores.faiss_store import FaissStore

        return FaissStore.build(vectors)
    if kind == "numpy":
        from indexer.stores.numpy_store import NumpyStore

        return NumpyStore(vectors)
    raise SnapshotError(f"不认识的向量库「{kind}」。可用：faiss、numpy。")


def load_store(kind: str, folder: Path) -> VectorStore:
    """Read the store of `kind` from `folder`. Raises SnapshotError if it cannot be read."""
    try:
        if kind == "faiss":
            from indexer.stores.faiss_store import FaissStore

            return FaissStore.load(folder)
        if kind == "numpy":
            from indexer.stores.numpy_store import NumpyStore

            return NumpyStore.load(folder)
    except (OSError, ValueError, RuntimeError) as error:
        raise SnapshotError(f"向量库 {folder} 读不出来：{error}。请运行 casebook index 重建。") from error
    raise SnapshotError(f"不认识的向量库「{kind}」。可用：faiss、numpy。")
