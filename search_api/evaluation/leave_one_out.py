"""Does each line of `asked_as` find its own case when that line itself is not in the index?"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indexer.build import lexical_indexes, passage_terms
from indexer.encoders.base import Encoder
from indexer.snapshot.read import Snapshot
from indexer.stores.base import build_store
from search_api.core.engine import SearchEngine

FOLDS = 8
"""In how many rounds the lines are left out: as many as a case may have, so that none loses two in one round."""

WITHIN = 3
"""A line finds its case when the case is among so many."""


@dataclass(frozen=True)
class LineResult:
    """Where one line's own case stood without the line: `place` counts from 1, None when it was not found.

    `ahead` are the ids of the cases before it, at most WITHIN.
    """

    case_id: str
    line: str
    place: int | None
    ahead: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether the case is among the first WITHIN."""
        return self.place is not None and self.place <= WITHIN


@dataclass(frozen=True)
class LeaveOneOut:
    """The results of all lines, in order of case id and line."""

    lines: tuple[LineResult, ...]

    @property
    def missed(self) -> tuple[LineResult, ...]:
        """The lines that did not find their case."""
        return tuple(line for line in self.lines if not line.found)

    @property
    def share(self) -> float:
        """How many of the lines find their case, 0 to 1; 1 in a library without lines."""
        return 1 - len(self.missed) / len(self.lines) if self.lines else 1.0


def leave_one_out(
    snapshot: Snapshot, encoder: Encoder, progress: Callable[[int, int], None] = lambda done, total: None
) -> LeaveOneOut:
    """Ask every `asked_as` line of an index without that line: neither its words nor its vector are there.

    In each of FOLDS rounds one line of about every other case is left out and the rest of the index is as it
    was, the situations among it.
    """
    rounds = _rounds(snapshot)
    terms = [passage_terms(passage.text, snapshot.lexicon) for passage in snapshot.passages]
    results: dict[int, LineResult] = {}
    for done, rows in enumerate(rounds):
        progress(done, len(rounds))
        engine = SearchEngine(_without(snapshot, rows, terms), encoder)
        results |= {row: _ask(engine, snapshot, row) for row in rows}
    progress(len(rounds), len(rounds))
    return LeaveOneOut(tuple(results[row] for row in sorted(results)))


def _rounds(snapshot: Snapshot) -> tuple[tuple[int, ...], ...]:
    """Return the rows of the lines, each in one round, a case at most once in each unless it has more lines."""
    rounds: defaultdict[int, list[int]] = defaultdict(list)
    for number, rows in enumerate(_rows_by_case(snapshot)):
        for place, row in enumerate(rows):
            rounds[(number + place) % FOLDS].append(row)
    return tuple(tuple(rows) for _, rows in sorted(rounds.items()))


def _rows_by_case(snapshot: Snapshot) -> Iterator[list[int]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, passage in enumerate(snapshot.passages):
        if passage.section == "asked_as":
            rows[passage.case_id].append(row)
    yield from rows.values()


def _without(snapshot: Snapshot, rows: Sequence[int], terms: Sequence[list[str]]) -> Snapshot:
    """Return `snapshot` as if the passages at `rows` had never been written."""
    gone = set(rows)
    kept = [row for row in range(len(snapshot.passages)) if row not in gone]
    passages = tuple(snapshot.passages[row] for row in kept)
    lexical, lexical_cases = lexical_indexes(snapshot.cases, passages, [terms[row] for row in kept])
    store = build_store("numpy", snapshot.store.vectors()[np.array(kept, np.int64)])
    return replace(snapshot, passages=passages, store=store, lexical=lexical, lexical_cases=lexical_cases)


def _ask(engine: SearchEngine, snapshot: Snapshot, row: int) -> LineResult:
    passage = snapshot.passages[row]
    ids = [case_id for case_id, _ in engine.rank(passage.text)]
    place = ids.index(passage.case_id) + 1 if passage.case_id in ids else None
    ahead = tuple(ids[: min(WITHIN, (place or len(ids) + 1) - 1)])
    return LineResult(passage.case_id, passage.text, place, ahead)
