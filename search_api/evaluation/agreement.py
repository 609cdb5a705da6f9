"""How far two readers who judged the same queries independently agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.errors import JudgedSetError
from search_api.evaluation.judged import JudgedQuery

GRADES = 4
"""0, not relevant, to 3, follow it."""


@dataclass(frozen=True)
class Agreement:
    """The account of two readers.

    `table[a][b]` is how many pairs of query and case the first reader graded a and the second b. `kappa` is
    Cohen's with quadratic weights (Cohen 1968): 1 is agreement, 0 what chance gives.
    """

    queries: int
    table: tuple[tuple[int, ...], ...]

    @property
    def pairs(self) -> int:
        """How many pairs both have judged."""
        return int(self._counts.sum())

    @property
    def exact(self) -> float:
        """The share of pairs with the same grade."""
        return float(np.trace(self._counts) / max(self.pairs, 1))

    @property
    def within_one(self) -> float:
        """The share of pairs whose grades differ by one at most."""
        near = np.abs(np.subtract.outer(np.arange(GRADES), np.arange(GRADES))) <= 1
        return float(self._counts[near].sum() / max(self.pairs, 1))

    @property
    def kappa(self) -> float:
        """Cohen's kappa with quadratic weights; NaN when both gave one grade only."""
        observed = self._counts / max(self.pairs, 1)
        expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
        weights = np.subtract.outer(np.arange(GRADES), np.arange(GRADES)) ** 2
        by_chance = float((weights * expected).sum())
        return 1 - float((weights * observed).sum()) / by_chance if by_chance else float("nan")

    @property
    def _counts(self) -> npt.NDArray[np.int64]:
        return np.array(self.table, np.int64)


def compare(first: Sequence[JudgedQuery], second: Sequence[JudgedQuery]) -> Agreement:
    """Compare two readers on what the second judged; what the first did not list is a 0.

    Raises JudgedSetError when the second judged a query that the first does not have.
    """
    known = {query.id: query for query in first}
    counts = np.zeros((GRADES, GRADES), np.int64)
    for query in second:
        if query.id not in known:
            raise JudgedSetError(f"第二份判分里的问句「{query.id}」不在第一份里。请照抄编号。")
        for case_id, grade in query.grades.items():
            counts[known[query.id].grades.get(case_id, 0), grade] += 1
    return Agreement(len(second), tuple(tuple(int(number) for number in row) for row in counts))
