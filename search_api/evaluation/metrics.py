"""Figures for one ranking, by their textbook formulas."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

HELPFUL = 2
"""The grade from which a case counts as found: the same kind of trouble."""


@dataclass(frozen=True)
class Scores:
    """nDCG@10, success at 1 and 5, and reciprocal rank, each between 0 and 1."""

    ndcg_10: float
    success_1: float
    success_5: float
    reciprocal_rank: float


def score(ranking: Sequence[str], grades: Mapping[str, int]) -> Scores:
    """Score a `ranking` of case ids, best first, against `grades`.

    Success and reciprocal rank look for a case of grade HELPFUL or, where no case has it, of the best grade
    there is.
    """
    wanted = min(HELPFUL, max(grades.values(), default=0))
    good = [grades.get(case_id, 0) >= max(wanted, 1) for case_id in ranking]
    first = good.index(True) + 1 if True in good else 0
    return Scores(
        ndcg(ranking, grades, 10), float(first == 1), float(any(good[:5])), 1 / first if first else 0.0
    )


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return nDCG with linear gains and log2 discount (Järvelin & Kekäläinen 2002); 0 without grades."""
    ideal = _dcg(sorted(grades.values(), reverse=True)[:depth])
    return _dcg([grades.get(case_id, 0) for case_id in ranking[:depth]]) / ideal if ideal else 0.0


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Return the chance that a positive scores above a negative, ties counting half; NaN without either."""
    if not positives or not negatives:
        return math.nan
    above = np.array(positives)[:, np.newaxis] - np.array(negatives)[np.newaxis, :]
    return float(np.mean(np.where(above > 0, 1.0, np.where(above == 0, 0.5, 0.0))))


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, equal values sharing their mean rank; NaN where one never changes."""
    ranks = [_mean_ranks(np.array(values, np.float64)) for values in (first, second)]
    deviations = [values - values.mean() for values in ranks]
    size = math.sqrt(float(np.sum(deviations[0] ** 2) * np.sum(deviations[1] ** 2)))
    return float(np.sum(deviations[0] * deviations[1])) / size if size else math.nan


def _mean_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + 1 + ends) / 2)[places]


def paired_p_value(first: Sequence[float], second: Sequence[float], rounds: int = 20_000) -> float:
    """Return the two-sided p-value of a paired randomisation test on the mean difference (Fisher 1935).

    Signs are flipped at random `rounds` times with a fixed seed, so that the figure can be repeated.
    """
    differences: npt.NDArray[np.float64] = np.array(first, np.float64) - np.array(second, np.float64)
    signs = np.random.default_rng(20261121).choice((-1.0, 1.0), (rounds, len(differences)))
    flipped = np.abs(signs @ differences)
    observed = abs(float(differences.sum()))
    # The observed labelling is one of the possible ones, hence the ones.
    return float((np.sum(flipped >= observed - 1e-12) + 1) / (rounds + 1))


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
