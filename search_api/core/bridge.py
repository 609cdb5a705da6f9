"""From a query over the situations it may be about to the cases that help there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.bank import Bank, help_of
from indexer.case.model import Case
from indexer.passages import PassageKind

Floats = npt.NDArray[np.float32]

SPEAKERS = 3
"""How many lines of a situation speak for it: one may fit by chance."""

TEMPERATURE = 0.09
"""By how much the cosine must be higher for a situation to be e times as likely."""

WORDS = 4.0
"""What the best situation by words is worth, in the same measure as the cosine over TEMPERATURE."""

NEAREST = 60
"""So many situations are thought of; the others are no matter."""


@dataclass(frozen=True)
class Crossing:
    """What the bank says to a query.

    `nearest` are the numbers of the likeliest situations, int64, falling, and `likely` the chance of each,
    float64, together 1; `cosine` is how near the best comes. `expected` says by kind how much each case is
    expected to help, float32 (cases,), 0 to 1.
    """

    nearest: npt.NDArray[np.int64]
    likely: npt.NDArray[np.float64]
    cosine: float
    expected: dict[PassageKind, Floats]

    @property
    def helps(self) -> Floats:
        """How much each case is expected to help in either way, float32 (cases,)."""
        return self.expected["facts"] + self.expected["method"]


class Bridge:
    """Leads from queries to cases over a bank of situations; `words` is what the best one by words is worth."""

    def __init__(self, bank: Bank, cases: Sequence[Case], words: float = WORDS) -> None:
        self._bank = bank
        self._words = words
        self._help = help_of(bank.situations, cases)
        self._table, self._counts = _table(bank)

    def cross(self, vector: Floats, terms: Sequence[str]) -> Crossing:
        """Return what the bank says to a query of `vector`, unit norm, and `terms`."""
        count = len(self._bank.situations)
        if count == 0:
            nothing = np.zeros(self._help.facts.shape[1], np.float32)
            return Crossing(np.zeros(0, np.int64), np.zeros(0), 0.0, {"facts": nothing, "method": nothing})
        cosines = self._cosines(vector)
        closeness = cosines / TEMPERATURE + self._by_words(terms)
        nearest = np.argsort(-closeness, kind="stable")[:NEAREST]
        likely = np.exp(closeness[nearest] - closeness[nearest[0]])
        likely /= likely.sum()
        return Crossing(nearest, likely, float(cosines.max()), self._expected(nearest, likely))

    def _by_words(self, terms: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return what the words are worth for each situation, float64 (situations,): the best one has it all."""
        if not self._words:
            return np.zeros(len(self._bank.situations))
        scores = self._bank.lexical.scores(terms).astype(np.float64)
        worth: npt.NDArray[np.float64] = self._words * scores / max(float(scores.max()), 1e-9)
        return worth

    def _cosines(self, vector: Floats) -> npt.NDArray[np.float64]:
        """Return for each situation the mean cosine of its SPEAKERS nearest lines, float64 (situations,)."""
        cosines = np.append(self._bank.store.scores(vector), np.float32(-np.inf))[self._table]
        nearest = np.partition(cosines, -SPEAKERS, axis=1)[:, -SPEAKERS:].astype(np.float64)
        means: npt.NDArray[np.float64] = np.where(np.isfinite(nearest), nearest, 0.0).sum(axis=1)
        return means / self._counts

    def _expected(
        self, nearest: npt.NDArray[np.int64], likely: npt.NDArray[np.float64]
    ) -> dict[PassageKind, Floats]:
        return {
            "facts": (likely @ self._help.facts[nearest]).astype(np.float32),
            "method": (likely @ self._help.method[nearest]).astype(np.float32),
        }


def _table(bank: Bank) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows of each situation's lines, filled up with a row behind the last, and how many speak for it.

    The first is int64 (situations, most), the second int64 (situations,).
    """
    counts = np.bincount(bank.owners, minlength=len(bank.situations))
    table = np.full((len(counts), max(SPEAKERS, int(counts.max(initial=0)))), len(bank.owners), np.int64)
    starts = np.cumsum(counts) - counts
    table[bank.owners, np.arange(len(bank.owners)) - starts[bank.owners]] = np.arange(len(bank.owners))
    return table, np.minimum(counts, SPEAKERS)
