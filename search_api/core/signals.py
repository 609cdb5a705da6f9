"""What speaks for a case, as numbers between 0 and 1 that mean the same in every answer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.calibration import Calibration
from indexer.classifier import TextClassifier
from indexer.snapshot.read import Snapshot
from search_api.core.retrieve import Asked, Floats, Retrieved

NAMES = (
    "cosine",
    "whole",
    "coverage",
    "known",
    "agreement",
    "field",
    "wording",
    "situation",
    "expected",
)
"""The signals in the order of `Signals.values`; each speaks for a case the more, the higher it is."""

INSIDE, OUTSIDE = "inside", "outside"
"""The kinds of the classifier of wording."""

_FIRST = 5


@dataclass(frozen=True)
class Signals:
    """Signals of one case for one query, each between 0 and 1.

    `cosine`: with the case's best passage about facts. `whole`: the mean of its best passages. `coverage`:
    the part of the query's terms, weighed by rarity, that the case has. `known`: the part that any case has.
    `agreement`: how many of the first five by vectors are among the first five by words. `field` and
    `wording`: how much the query looks like something this library is about, by its vector and by its
    characters. `situation`: how near the nearest situation comes. `expected`: how much the case is expected to
    help in the situations that it may be.
    """

    cosine: float
    whole: float
    coverage: float
    known: float
    agreement: float
    field: float
    wording: float
    situation: float
    expected: float

    @property
    def values(self) -> tuple[float, ...]:
        """The signals in the order of NAMES."""
        return tuple(getattr(self, name) for name in NAMES)


@dataclass(frozen=True)
class Field:
    """What tells this field from everything else: a direction of vectors, and characters.

    `direction` are the weights of a query's vector, unit norm, and `offset` goes with them.
    """

    direction: Sequence[float]
    offset: float
    wording: TextClassifier

    def by_vector(self, vector: Floats) -> float:
        """Return the chance that `vector` belongs to this field."""
        return _logistic(float(np.dot(vector, np.array(self.direction, np.float32))) + self.offset)

    def by_wording(self, text: str) -> float:
        """Return the chance that `text` belongs to this field."""
        return self.wording.chances(text).get(INSIDE, 0.0)


def measure(retrieved: Retrieved, cases: Sequence[int], snapshot: Snapshot, field: Field) -> list[Signals]:
    """Return the signals of each of `cases`."""
    asked, crossing = retrieved.asked, retrieved.crossing
    weights = _weights(asked, snapshot)
    total = sum(weights.values()) or 1.0
    known = sum(weight for term, weight in weights.items() if asked.rarities[term] > 0) / total
    of_query = (
        known,
        _agreement(retrieved),
        field.by_vector(asked.vector),
        field.by_wording(asked.text),
        _within(crossing.cosine),
    )
    expected = crossing.expected["facts"] + crossing.expected["method"]
    held = _held(weights, asked, snapshot)
    return [
        Signals(
            _within(float(retrieved.best["dense", "facts"][case])),
            _within(float(retrieved.whole["dense"][case])),
            float(held[case]) / total,
            *of_query,
            _within(float(expected[case])),
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
