"""Where each case lies in the plane: like cases by each other, drawn once for a snapshot."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, TypeAdapter

from indexer.passages import Passage
from indexer.stores.base import Vectors

NEAREST = 3
"""How many neighbours of a case are named."""

_PERPLEXITY = 12.0
_FEWEST = 5
"""Fewer cases than this have no neighbourhoods to speak of and stand in a ring."""

_Points = npt.NDArray[np.float64]


class Spot(BaseModel):
    """A case, its place with both coordinates from 0 to 1, and the cases most like it, nearest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: str
    x: float
    y: float
    near: tuple[str, ...] = ()


Spots = tuple[Spot, ...]
_SPOTS = TypeAdapter(Spots)


def draw_map(passages: Sequence[Passage], vectors: Vectors) -> Spots:
    """Return the spot of every case that has passages, in their order; row n of `vectors` is `passages[n]`.

    The same vectors give the same map.
    """
    ids, means = _means(passages, vectors)
    places = _within_one(_laid_out(means))
    near = _nearest(means)
    return tuple(
        Spot(case_id=case_id, x=round(x, 4), y=round(y, 4), near=tuple(ids[other] for other in others))
        for case_id, (x, y), others in zip(ids, places.tolist(), near, strict=True)
    )


def map_to_json(spots: Spots) -> bytes:
    """Return `spots` as a file of the snapshot."""
    return _SPOTS.dump_json(spots)


def map_from_json(content: bytes) -> Spots:
    """Return what `map_to_json` wrote. Raises ValueError for anything else."""
    return _SPOTS.validate_json(content)


def _means(passages: Sequence[Passage], vectors: Vectors) -> tuple[list[str], Vectors]:
    """Return the ids of the cases and the mean direction of each one's passages, of unit norm or zero."""
    rows: dict[str, list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault(passage.case_id, []).append(row)
    means = np.array([vectors[own].mean(axis=0) for own in rows.values()], np.float32)
    means = means.reshape(len(rows), vectors.shape[1])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return list(rows), np.divide(means, lengths, out=means, where=lengths > 0)


def _laid_out(means: Vectors) -> _Points:
    if len(means) < _FEWEST or np.ptp(means, axis=0).max(initial=0) == 0:
        return _ring(len(means))
    # Both are slow to import, and only a build needs them.
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(_PERPLEXITY, (len(means) - 1) / 3)
    method = TSNE(2, init="pca", perplexity=perplexity, random_state=0)
    with threadpool_limits(1):  # sums over several threads differ from run to run
        return np.asarray(method.fit_transform(means), np.float64)


def _ring(count: int) -> _Points:
    angles = 2 * np.pi * np.arange(count) / max(1, count)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _within_one(points: _Points) -> _Points:
    if not len(points):
        return points
    low, wide = points.min(axis=0), np.ptp(points, axis=0)
    spread: _Points = np.where(wide > 0, (points - low) / np.where(wide > 0, wide, 1), 0.5)
    return spread


def _nearest(means: Vectors) -> list[list[int]]:
    """Return for each case the numbers of those most like it; equal ones in their order."""
    likeness = means @ means.T
    np.fill_diagonal(likeness, -np.inf)
    found = np.argsort(-likeness, axis=1, kind="stable")[:, :NEAREST]
    return [row[: len(means) - 1] for row in found.tolist()]
