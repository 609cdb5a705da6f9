"""Scores of passages and of cases, by vectors and by words, facts and methods apart."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import Encoder
from indexer.passages import PassageKind
from indexer.snapshot.read import Snapshot
from indexer.text.normalize import normalize
from indexer.text.tokenize import query_terms

Engine = Literal["dense", "words"]
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

KINDS: tuple[PassageKind, ...] = ("facts", "method")
ENGINES: tuple[Engine, ...] = ("dense", "words")


@dataclass(frozen=True)
class Asked:
    """A query in the forms in which it is compared. `vector` is float32 (dimensions,), unit norm or zero."""

    text: str
    terms: tuple[str, ...]
    vector: Floats


@dataclass(frozen=True)
class Best:
    """For each case the score of its best passage and that passage's row; -inf and -1 where there is none."""

    scores: Floats
    rows: Rows


@dataclass(frozen=True)
class Retrieved:
    """The best passages by engine and kind."""

    asked: Asked
    best: dict[tuple[Engine, PassageKind], Best]


class Retriever:
    """Scores every passage of a snapshot for a query; exact, since a library of cases is small."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        numbers = {case.id: number for number, case in enumerate(snapshot.cases)}
        self._owners = np.array([numbers[passage.case_id] for passage in snapshot.passages], np.int64)
        self._rows = {
            kind: np.array(
                [row for row, passage in enumerate(snapshot.passages) if passage.kind == kind], np.int64
            )
            for kind in KINDS
        }

    def ask(self, text: str) -> Asked:
        """Return `text` normalised, cut into terms with its concepts, and embedded."""
        plain = normalize(text)
        terms = (*query_terms(plain), *self._snapshot.lexicon.terms_in(plain))
        return Asked(plain, terms, self._encoder.encode([plain])[0])

    def retrieve(self, asked: Asked, allowed: Mask) -> Retrieved:
        """Return the best passages of the cases that `allowed`, bool of shape (cases,), lets in."""
        rows = np.flatnonzero(allowed[self._owners]) if len(self._owners) else self._owners
        scores = {"dense": self._dense(asked.vector, rows), "words": self._words(asked.terms, rows)}
        best = {
            (engine, kind): self._best(scores[engine], kind, len(allowed))
            for engine in ENGINES
            for kind in KINDS
        }
        return Retrieved(asked, best)

    def _dense(self, vector: Floats, rows: Rows) -> Floats:
        scores = np.full(len(self._owners), -np.inf, np.float32)
        hits = self._snapshot.store.search(vector, len(rows), rows)
        scores[hits.rows] = hits.scores
        return scores

    def _words(self, terms: tuple[str, ...], rows: Rows) -> Floats:
        scores = np.full(len(self._owners), -np.inf, np.float32)
        scores[rows] = self._snapshot.lexical.scores(terms)[rows]
        return scores

    def _best(self, scores: Floats, kind: PassageKind, cases: int) -> Best:
        rows = self._rows[kind]
        # Worst first and stable, so that the last one written for a case is its best, the earliest of equals.
        order = rows[np.lexsort((-rows, scores[rows]))]
        best_scores = np.full(cases, -np.inf, np.float32)
        best_rows = np.full(cases, -1, np.int64)
        best_scores[self._owners[order]] = scores[order]
        best_rows[self._owners[order]] = order
        return Best(best_scores, np.where(np.isfinite(best_scores), best_rows, -1))
