"""Many questions at once, as a list of work orders has them: the closest cases of each, and what repeats itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from indexer.errors import QueryError
from indexer.text.normalize import has_words
from indexer.text.personal import mask
from search_api.core.engine import SearchEngine
from search_api.core.outcome import Level
from search_api.core.query import MAX_CHARACTERS
from search_api.core.verdict import judge

MAX_ROWS = 2000
TOP = 3
REPORT_EVERY = 20

ALIKE = 0.7
"""The cosine from which two rows are the same problem.

Of 40 situations told five times each among 200 told once, 94 of 100 rows put together belong together, and
half of what belongs together is; of 360 situations all told ten times, 83 of 100.
"""

_MASKED = re.compile("〔[^〔〕]{1,4}〕")

Reason = Literal["empty", "too_long", "not_text", "no_words"]


@dataclass(frozen=True)
class Row:
    """One order: its number in the sender's list, and its text."""

    number: int
    text: str


@dataclass(frozen=True)
class NearCase:
    """A case in a list: `category` is what people read for it."""

    case_id: str
    title: str
    level: Level
    category: str


@dataclass(frozen=True)
class Answered:
    """The closest cases to one row, and how close the best is."""

    number: int
    level: Level
    cases: tuple[NearCase, ...]


@dataclass(frozen=True)
class Skipped:
    """A row that cannot be answered."""

    number: int
    reason: Reason


@dataclass(frozen=True)
class Progress:
    """`done` rows of `of` are answered or skipped."""

    done: int
    of: int


@dataclass(frozen=True)
class Repeated:
    """Rows about the same problem, the one nearest to all others first: its words and its cases stand for them."""

    numbers: tuple[int, ...]
    said: str
    cases: tuple[NearCase, ...]


Result = Answered | Skipped | Progress | tuple[Repeated, ...]


class Batch:
    """Answers lists of rows over one engine; nothing of them is kept."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def answer(self, rows: Sequence[Row]) -> Iterator[Result]:
        """Yield what is found row by row, the progress in between, at the end what repeats itself.

        Raises QueryError, before anything is yielded, for no rows or too many.
        """
        if not 1 <= len(rows) <= MAX_ROWS:
            raise QueryError("rows", f"给了 {len(rows)} 行，应是 1 到 {MAX_ROWS} 行。太多请分几次。")
        return self._answers(rows)

    def _answers(self, rows: Sequence[Row]) -> Iterator[Result]:
        vectors = []
        answered: list[tuple[str, Answered]] = []
        for done, row in enumerate(rows, start=1):
            # Masked on the sender's device already; somebody may send rows without that page.
            text = mask(row.text).text if len(row.text) <= MAX_CHARACTERS else row.text
            # A word that stands for a telephone number is nothing that the order is about.
            matter = _MASKED.sub(" ", text)
            reason = _unfit(matter)
            if reason:
                yield Skipped(row.number, reason)
            else:
                answer = self._closest(row.number, matter)
                answered.append((text, answer))
                vectors.append(self._engine.vector(matter))
                yield answer
            if done % REPORT_EVERY == 0 or done == len(rows):
                yield Progress(done, len(rows))
        yield tuple(_repeated(group, answered) for group in groups(np.array(vectors, np.float32)))

    def _closest(self, number: int, text: str) -> Answered:
        found = self._engine.closest(text, TOP)
        vocabulary = self._engine.snapshot.vocabulary
        cases = tuple(
            NearCase(case.id, case.title, level, vocabulary.label("categories", case.category))
            for case, level in found
        )
        verdict = judge([case.level for case in cases], self._engine.calibration)
        return Answered(number, verdict.level, cases)


def groups(vectors: npt.NDArray[np.float32], alike: float = ALIKE) -> list[list[int]]:
    """Return rows that are alike, the largest group first and in each its centre, then the others in order.

    `vectors` is float32 (rows, dimensions), of unit norm or zero. Greedy: the row with most others near it and
    all that are near make a group and are gone; what is left is looked through again, until no two are near.
    """
    if len(vectors) == 0:
        return []
    near = vectors @ vectors.T >= alike
    counts = near.sum(axis=1)
    found = []
    while counts.max() > 1:
        centre = int(counts.argmax())
        members = np.flatnonzero(near[centre])
        found.append([centre, *(member for member in members.tolist() if member != centre)])
        counts -= near[:, members].sum(axis=1)
        near[members, :] = False
        near[:, members] = False
        counts[members] = 0
    return found


def _repeated(group: Sequence[int], answered: Sequence[tuple[str, Answered]]) -> Repeated:
    said, centre = answered[group[0]]
    return Repeated(tuple(answered[row][1].number for row in group), said, centre.cases)


def _unfit(text: str) -> Reason | None:
    """Return why `text` cannot be answered, None if it can."""
    if not text.strip():
        return "empty"
    if len(text) > MAX_CHARACTERS:
        return "too_long"
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return "not_text"
    return None if has_words(text) else "no_words"
