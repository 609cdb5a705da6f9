"""Logistic regression, small and without surprises."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

ROUNDS = 4000


@dataclass(frozen=True)
class Fit:
    """`chance = 1 / (1 + exp(-(features @ weights + bias)))`; `weights` float64 (features,)."""

    weights: Array
    bias: float


def fit_logistic(
    features: Array, labels: Array, importance: Array, *, penalty: float, rising: bool = False
) -> Fit:
    """Minimise the weighted log loss plus `penalty` / 2 · |weights|², by gradient steps (Nesterov 1983).

    `features` is float64 (rows, features), `labels` 0 or 1, `importance` positive; both of shape (rows,). With
    `rising`, no weight is negative: the chance never falls when a feature rises.
    """
    share = importance / importance.sum()
    spread = np.sqrt((share[:, None] * features**2).sum(axis=0))
    # A feature that is always 0 says nothing, and must not make the steps of the others small.
    scale = np.where(spread > 0, spread, 1.0)
    scaled = features / scale
    weights, bias = np.zeros(features.shape[1]), 0.0
    ahead, ahead_bias = weights.copy(), bias
    # An upper bound of the curvature makes every step safe: the loss of one row bends at most by |row|² / 4.
    step = 1 / (
        0.25 * float((share * ((scaled**2).sum(axis=1) + 1)).sum()) + penalty / float(scale.min()) ** 2
    )
    for turn in range(ROUNDS):
        error = share * (_logistic(scaled @ ahead + ahead_bias) - labels)
        fresh = ahead - step * (scaled.T @ error + penalty * ahead / scale**2)
        fresh = np.maximum(fresh, 0.0) if rising else fresh
        fresh_bias = ahead_bias - step * float(error.sum())
        momentum = turn / (turn + 3)
        ahead, ahead_bias = fresh + momentum * (fresh - weights), fresh_bias + momentum * (fresh_bias - bias)
        weights, bias = fresh, fresh_bias
    return Fit(weights / scale, bias)


def _logistic(values: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(values, -60, 60)))
