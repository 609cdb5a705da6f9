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
    "ways",
)
"""The signals in the order of `Signals.values`; each speaks for a case the more, the higher it is."""

OF_QUERY = ("known", "agreement", "field", "wording", "situation")
"""Those that are the same for every case of an answer: they say whether there is anything for the query."""

INSIDE, OUTSIDE = "inside", "outside"
"""The kinds of the classifier of wording."""

_WIDEST = 12.0
"""Beyond these log odds nothing is more certain."""

_FIRST = 5


@dataclass(frozen=True)
class Signals:
    """Signals of one case for one query, each between 0 and 1.

    `cosine`: with the case's best passage about facts. `whole`: the mean of its best passages. `coverage`:
    the part of the query's terms, weighed by rarity, that the case has. `known`: the part that any case has.
    `agreement`: how many of the first five by vectors are among the first five by words. `field` and
    `wording`: how much the query looks like something this library is about, by its vector and by its
    characters. `situation`: how near the nearest situation comes. `expected`: how much the case is expected to
    help in the situations that it may be, `ways`: with what the query asks how to do.
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
    ways: float

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
        """Return how much `vector` looks like this field, 0 to 1: its log odds, evenly spread."""
        return _spread(float(np.dot(vector, np.array(self.direction, np.float32))) + self.offset)

    def by_wording(self, text: str) -> float:
        """Return how much `text` looks like this field, 0 to 1: its log odds, evenly spread."""
        chance = min(max(self.wording.chances(text).get(INSIDE, 0.0), 1e-9), 1 - 1e-9)
        return _spread(math.log(chance / (1 - chance)))


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
    expected = crossing.helps
    held = _held(weights, asked, snapshot)
    return [
        Signals(
            _within(float(retrieved.best["dense", "facts"][case])),
            _within(float(retrieved.whole["dense"][case])),
            float(held[case]) / total,
            *of_query,
            _within(float(expected[case])),
            _within(float(retrieved.ways[case])),
        )
        for case in cases
    ]


def chance(signals: Signals, calibration: Calibration) -> float:
    """Return the chance that the case helps, 0 to 1; it never falls when a signal rises."""
    told = zip(NAMES, signals.values, strict=True)
    return _logistic(calibration.bias + sum(calibration.weights[name] * value for name, value in told))


def answerable(signals: Signals, calibration: Calibration) -> float:
    """Return the chance that the library has anything for the query, 0 to 1; it never falls when a signal rises."""
    told = (calibration.answer_weights[name] * getattr(signals, name) for name in OF_QUERY)
    return _logistic(calibration.answer_bias + sum(told))


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


def _spread(odds: float) -> float:
    """Return log odds as a number from 0 to 1; a chance would be 0 or 1 for nearly every text."""
    return _within(odds / (2 * _WIDEST) + 0.5)


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(60.0, max(-60.0, value))))
