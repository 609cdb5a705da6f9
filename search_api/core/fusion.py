"""Several rankings into one, by rank alone: scores of different engines cannot be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ranks = npt.NDArray[np.float64]

SMOOTHING = 10
"""How slowly a rank loses weight. 60, the usual value, is for rankings of thousands."""


_DECIMALS = 12
"""Sums are rounded to so many places: ranks 3 and 5 must be worth exactly as much as 5 and 3."""


@dataclass(frozen=True)
class Ranking:
    """Scores of one engine, float of shape (cases,), with its weight; a case at 0 or below is not found."""

    scores: npt.NDArray[np.floating]
    weight: float


def reciprocal_ranks(scores: npt.NDArray[np.floating]) -> Ranks:
    """Return 1 / (SMOOTHING + rank) for each case, 0 for one that is not found.

    Rank 1 is the highest score; equal scores rank in the order of the array, which is the order of case id.
    """
    order = np.argsort(-scores, kind="stable")
    ranks = np.empty(len(scores), np.float64)
    ranks[order] = np.arange(1, len(scores) + 1)
    return np.where(scores > 0, 1.0 / (SMOOTHING + ranks), 0.0)


def fuse(rankings: Sequence[Ranking]) -> Ranks:
    """Return the weighted reciprocal rank fusion (Cormack et al. 2009) of `rankings`, shape (cases,)."""
    parts = [ranking.weight * reciprocal_ranks(ranking.scores) for ranking in rankings]
    fused: Ranks = np.round(np.sum(parts, axis=0), _DECIMALS)
    return fused


def best_first(fused: Ranks) -> npt.NDArray[np.int64]:
    """Return the cases with a positive score, best first, equal scores in order of case id."""
    order = np.argsort(-fused, kind="stable")
    return order[fused[order] > 0]
