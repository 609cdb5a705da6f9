"""What speaks for a case, as numbers between 0 and 1 that mean the same in every answer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.calibration import Calibration
from indexer.snapshot.read import Snapshot
from search_api.core.retrieve import Asked, Retrieved

NAMES = ("cosine", "whole", "coverage", "known", "agreement", "field")
"""The signals in the order of `Signals.values`; each speaks for a case the more, the higher it is."""

_FIRST = 5


@dataclass(frozen=True)
class Signals:
    """Signals of one case for one query, each between 0 and 1.

    `cosine`: with the case's best passage about facts. `whole`: the mean of its best passages. `coverage`:
    the part of the query's terms, weighed by rarity, that the case has. `known`: the part that any case has.
    `agreement`: how many of the first five by vectors are among the first five by words. `field`: how much
    the query looks like something this library is about.
    """

    cosine: float
    whole: float
    coverage: float
    known: float
    agreement: float
    field: float

    @property
    def values(self) -> tuple[float, ...]:
        """The signals in the order of NAMES."""
        return (self.cosine, self.whole, self.coverage, self.known, self.agreement, self.field)


def measure(
    retrieved: Retrieved, cases: Sequence[int], snapshot: Snapshot, direction: Sequence[float], offset: float
) -> list[Signals]:
    """Return the signals of each of `cases`; `direction` and `offset` are those of a calibration."""
    asked = retrieved.asked
    weights = _weights(asked, snapshot)
    total = sum(weights.values()) or 1.0
    known = sum(weight for term, weight in weights.items() if asked.rarities[term] > 0) / total
    agreement = _agreement(retrieved)
    field = (
        _logistic(float(np.dot(asked.vector, np.array(direction, np.float32))) + offset) if direction else 0.0
    )
    held = _held(weights, asked, snapshot)
    return [
        Signals(
            _within(float(retrieved.best["dense", "facts"].scores[case])),
            _within(float(retrieved.whole["dense"][case])),
            float(held[case]) / total,
            known,
            agreement,
            field,
        )
        for case in cases
    ]


def chance(signals: Signals, calibration: Calibration) -> float:
    """Return the chance that the case helps, 0 to 1; it never falls when a signal rises."""
    told = zip(NAMES, signals.values, strict=True)
    return _logistic(calibration.bias + sum(calibration.weights[name] * value for name, value in told))


def _weights(asked: Asked, snapshot: Snapshot) -> dict[str, float]:
    """Return how much each term says; one that no case has says as much as one that a single passage has."""
    rarest = math.log1p(len(snapshot.passages))
    return {term: asked.rarities[term] or rarest for term in dict.fromkeys(asked.terms)}


def _held(
    weights: dict[str, float], asked: Asked, snapshot: Snapshot
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return for each case, float64 (cases,), the summed weight of the query's terms that it has."""
    held = np.zeros(len(snapshot.cases))
    for term, weight in weights.items():
        if asked.rarities[term] > 0:
            held[snapshot.lexical_cases.documents_with(term)] += weight
    return held


def _agreement(retrieved: Retrieved) -> float:
    first = [
        set(np.argsort(-retrieved.whole[engine], kind="stable")[:_FIRST]) for engine in ("dense", "words")
    ]
    return len(first[0] & first[1]) / _FIRST


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(60.0, max(-60.0, value))))
