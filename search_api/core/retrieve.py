"""Scores of passages and of cases, by vectors and by words, facts and methods apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import Encoder, TokenPart
from indexer.passages import PassageKind
from indexer.snapshot.read import Snapshot
from indexer.text.asking import asking
from indexer.text.lexicon import Concept
from indexer.text.normalize import normalize
from indexer.text.tokenize import query_terms
from search_api.core.bridge import Bridge, Crossing

Engine = Literal["dense", "words"]
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

KINDS: tuple[PassageKind, ...] = ("facts", "method")
ENGINES: tuple[Engine, ...] = ("dense", "words")

CONCEPT_WEIGHT = 3
"""How many words a concept in the query is worth: it stands for what was meant, a word for what was said."""

CONCEPT_PULL = 0.5
"""How far the vector of a query is drawn towards the official nouns of its concepts."""

ASKED_WORDS = 0.0
"""What the best need by words is worth: those who ask how use the same few words, whatever they need."""

TOGETHER = 5
"""How many passages speak together for a case in the `whole` score by vectors."""


@dataclass(frozen=True)
class Asked:
    """A query in the forms in which it is compared.

    `rarities` gives for each of its terms how much sharing it says; `vector` is float32 (dimensions,), unit
    norm or zero. `parts` and `concepts` are what its tokens and its concepts add to `vector`, their sum; there
    are no parts when the encoder cannot tell.
    """

    text: str
    terms: tuple[str, ...]
    rarities: Mapping[str, float]
    vector: Floats
    parts: tuple[TokenPart, ...] = ()
    concepts: tuple[tuple[Concept, Floats], ...] = ()


@dataclass(frozen=True)
class Retrieved:
    """What was found for a query.

    `passages` are the scores of all passages by engine, float32 (passages,), `best` for each case that of its
    best passage by engine and kind, float32 (cases,); -inf where there is none. `whole` is the score of each
    whole case: by words BM25
    over all its text, by vectors the mean cosine of its TOGETHER best passages, so that a case which fits in
    one sentence by chance does not beat one that fits in several. `crossing` is what the situations say,
    `ways` how much each case is expected to help with what the query asks how to do; float32 (cases,).
    """

    asked: Asked
    passages: dict[Engine, Floats]
    best: dict[tuple[Engine, PassageKind], Floats]
    whole: dict[Engine, Floats]
    crossing: Crossing
    ways: Floats


class Retriever:
    """Scores every passage of a snapshot for a query; exact, since a library of cases is small."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._bridge = Bridge(snapshot.bank, snapshot.cases)
        self._needs = Bridge(snapshot.needs, snapshot.cases, ASKED_WORDS)
        self._nouns = lru_cache(maxsize=None)(self._encode_nouns)
        numbers = {case.id: number for number, case in enumerate(snapshot.cases)}
        self._owners = np.array([numbers[passage.case_id] for passage in snapshot.passages], np.int64)
        self._table = _table(self._owners, len(snapshot.cases))
        self._rows = {kind: _rows(snapshot, kind) for kind in KINDS}

    def ask(self, text: str) -> Asked:
        """Return `text` normalised, cut into terms with its concepts, and embedded."""
        plain = normalize(text)
        concepts = self._snapshot.lexicon.concepts_in(plain)
        terms = (*query_terms(plain), *[concept.term for concept in concepts] * CONCEPT_WEIGHT)
        rarities = {term: self._snapshot.lexical.rarity(term) for term in set(terms)}
        own = self._encoder.encode([plain])[0].astype(np.float64)
        # Drawn towards the official nouns of its concepts.
        pulls = [CONCEPT_PULL / len(concepts) * self._nouns(concept) for concept in concepts]
        drawn = own + np.sum(pulls, axis=0)
        norm = np.float32(np.linalg.norm(drawn) or 1.0)
        return Asked(
            plain,
            terms,
            rarities,
            (drawn / norm).astype(np.float32),
            tuple(replace(part, vector=part.vector / norm) for part in self._encoder.parts(plain)),
            tuple((concept, pull / norm) for concept, pull in zip(concepts, pulls, strict=True)),
        )

    def _encode_nouns(self, concept: Concept) -> Floats:
        nouns: Floats = self._encoder.encode([normalize(" ".join(concept.official))])[0]
        return nouns

    def retrieve(self, asked: Asked, allowed: Mask) -> Retrieved:
        """Score the cases that `allowed`, bool of shape (cases,), lets in; the others have -inf everywhere."""
        rows = np.flatnonzero(allowed[self._owners])
        scores: dict[Engine, Floats] = {
            "dense": self._dense(asked.vector, rows),
            "words": self._words(asked.terms, rows),
        }
        best = {
            (engine, kind): self._best(scores[engine], kind, len(allowed))
            for engine in ENGINES
            for kind in KINDS
        }
        by_words = np.where(allowed, self._snapshot.lexical_cases.scores(asked.terms), -np.inf)
        whole: dict[Engine, Floats] = {
            "dense": self._together(scores["dense"]),
            "words": by_words.astype(np.float32),
        }
        crossing = _within(self._bridge.cross(asked.vector, asked.terms), allowed)
        return Retrieved(asked, scores, best, whole, crossing, self._ways(asked, allowed))

    def _ways(self, asked: Asked, allowed: Mask) -> Floats:
        """Return how much each case is expected to help with what is asked, float32 (cases,)."""
        how = asking(asked.text)
        if not how:
            return np.zeros(len(allowed), np.float32)
        vector = self._encoder.encode([how])[0]
        return _within(self._needs.cross(vector, query_terms(how)), allowed).expected["method"]

    def _dense(self, vector: Floats, rows: Rows) -> Floats:
        scores = np.full(len(self._owners), -np.inf, np.float32)
        scores[rows] = self._snapshot.store.scores(vector)[rows]
        return scores

    def _words(self, terms: tuple[str, ...], rows: Rows) -> Floats:
        scores = np.full(len(self._owners), -np.inf, np.float32)
        scores[rows] = self._snapshot.lexical.scores(terms)[rows]
        return scores

    def _together(self, scores: Floats) -> Floats:
        """Return the mean of each case's TOGETHER highest scores, float32 (cases,); -inf without any."""
        table = np.append(scores, -np.inf)[self._table]
        highest = np.partition(table, -TOGETHER, axis=1)[:, -TOGETHER:].astype(np.float64)
        counts = np.isfinite(highest).sum(axis=1)
        sums = np.where(np.isfinite(highest), highest, 0.0).sum(axis=1)
        return np.where(counts > 0, sums / np.maximum(counts, 1), -np.inf).astype(np.float32)

    def _best(self, scores: Floats, kind: PassageKind, cases: int) -> Floats:
        best = np.full(cases, -np.inf, np.float32)
        np.maximum.at(best, self._owners[self._rows[kind]], scores[self._rows[kind]])
        return best


def _within(crossing: Crossing, allowed: Mask) -> Crossing:
    """Return `crossing` with nothing expected of the cases that are not `allowed`."""
    expected = {kind: np.where(allowed, values, np.float32(0)) for kind, values in crossing.expected.items()}
    return replace(crossing, expected=expected)


def _rows(snapshot: Snapshot, kind: PassageKind) -> Rows:
    return np.array([row for row, passage in enumerate(snapshot.passages) if passage.kind == kind], np.int64)


def _table(owners: Rows, cases: int) -> Rows:
    """Return the rows of each case, int64 (cases, most), filled up with a row behind the last one."""
    counts = np.bincount(owners, minlength=cases)
    table = np.full((cases, max(TOGETHER, int(counts.max(initial=0)))), len(owners), np.int64)
    order = np.argsort(owners, kind="stable")
    places = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    table[owners[order], places] = order
    return table
