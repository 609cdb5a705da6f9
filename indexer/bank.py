"""The situation bank in the form in which a query is compared with it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from indexer.case.model import Case
from indexer.case.situations import WAYS, Situation
from indexer.errors import SnapshotError
from indexer.lexical import LexicalIndex
from indexer.stores.base import VectorStore, load_store
from indexer.text.asking import asking
from indexer.text.normalize import normalize

_SITUATIONS = "situations.jsonl"
_LEXICAL = "lexical"
_SITUATION = TypeAdapter(Situation)

Matrix = npt.NDArray[np.float32]

HELPFULNESS = {"same": 1.0, "like": 0.5, "part": 0.15, "way": 0.15}
"""How much a case of each list helps who is in the situation, beside one that is the same thing."""


@dataclass(frozen=True)
class Bank:
    """Situations, the vectors of all that is said of them, and their terms.

    Row n of `store` belongs to `situations[owners[n]]`, `owners` int64 and rising; document n of `lexical` is
    all that is said of `situations[n]`.
    """

    situations: tuple[Situation, ...]
    owners: npt.NDArray[np.int64]
    store: VectorStore
    lexical: LexicalIndex

    @classmethod
    def load(cls, kind: str, folder: Path) -> "Bank":
        """Read what `save` wrote, with a store of `kind`. Raises SnapshotError when it cannot be used."""
        rows = (folder / _SITUATIONS).read_bytes().splitlines()
        situations = tuple(_SITUATION.validate_json(row) for row in rows)
        owners, store = owners_of(situations), load_store(kind, folder)
        if store.count != len(owners):
            raise SnapshotError(
                f"{folder} 有 {len(owners)} 句、{store.count} 个向量，对不上。请运行 casebook index 重建。"
            )
        return cls(situations, owners, store, LexicalIndex.load(folder / _LEXICAL, len(situations)))

    def save(self, folder: Path) -> None:
        """Write everything below the new folder `folder`."""
        folder.mkdir()
        rows = (json.dumps(asdict(one), ensure_ascii=False) for one in self.situations)
        (folder / _SITUATIONS).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        self.store.save(folder)
        self.lexical.save(folder / _LEXICAL)


@dataclass(frozen=True)
class Help:
    """How much each case helps in each situation, float32 (situations, cases), 0 to 1.

    `facts` for a trouble of this kind, `method` for a way of working that carries over.
    """

    facts: Matrix
    method: Matrix


def lines_of(situation: Situation) -> tuple[str, ...]:
    """Return what stands for `situation`: its name and all that is said."""
    return (situation.name, *situation.said)


def lines_of_all(situations: Sequence[Situation]) -> list[str]:
    """Return the lines of all `situations`, one after the other."""
    return [line for situation in situations for line in lines_of(situation)]


def needs_of(situations: Sequence[Situation]) -> tuple[Situation, ...]:
    """Return those of `situations` that are needs to know how, of each line only what asks for it."""
    return tuple(
        replace(one, said=tuple(asked for line in one.said if (asked := asking(normalize(line)))))
        for one in situations
        if one.category == WAYS
    )


def owners_of(situations: Sequence[Situation]) -> npt.NDArray[np.int64]:
    """Return for each line of each of `situations` the number of its situation."""
    return np.repeat(np.arange(len(situations)), [len(lines_of(situation)) for situation in situations])


def help_of(situations: Sequence[Situation], cases: Sequence[Case]) -> Help:
    """Return how much each of `cases` helps; ids that no case has are passed over."""
    shape = (len(situations), len(cases))
    found = Help(np.zeros(shape, np.float32), np.zeros(shape, np.float32))
    columns = {case.id: at for at, case in enumerate(cases)}
    rows = {situation.name: at for at, situation in enumerate(situations)}
    for row, situation in enumerate(situations):
        for name, case_id in _helpers(situation):
            if case_id in columns:
                _raise(found, situation, name, (row, columns[case_id]))
    for column, case in enumerate(cases):
        for name in case.situations:
            if name in rows:
                _raise(found, situations[rows[name]], "same", (rows[name], column))
    return found


def _helpers(situation: Situation) -> Iterator[tuple[str, str]]:
    for name, ids in situation.helpers.items():
        for case_id in ids:
            yield name, case_id


def _raise(found: Help, situation: Situation, name: str, place: tuple[int, int]) -> None:
    matrix = found.method if name == "way" or situation.category == WAYS else found.facts
    matrix[place] = max(matrix[place], HELPFULNESS[name])
