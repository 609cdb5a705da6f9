"""Which words of a query carried its likeness to a passage: exact shares of the cosine and of BM25."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from indexer.lexical import LexicalIndex
from indexer.text.tokenize import surface, word_spans
from search_api.core.outcome import Contribution
from search_api.core.retrieve import Asked

Floats = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

_TOLD = 4
"""How many terms a reader is told of; the answer has them all."""

_LEAST = 0.06
"""Below this part of the likeness a term is not worth naming."""


class Contributors:
    """The words and concepts of one query, ready to be held against passages.

    Cosine and BM25 score are sums over tokens and terms; what reaches over several words is shared between them
    by characters. Nothing of an encoder that cannot tell its parts.
    """

    def __init__(self, asked: Asked, lexical: LexicalIndex) -> None:
        self._known = bool(asked.parts)
        self._concepts = asked.concepts
        spans = list(_all_spans(asked.text))
        self._words = list(dict.fromkeys(asked.text[start:end] for start, end in spans))
        owners = np.zeros(len(asked.text), np.int64)
        for start, end in spans:
            owners[start:end] = self._words.index(asked.text[start:end])
        self._vectors = np.array([part.vector for part in asked.parts], np.float32)
        self._of_parts = _shares(owners, [[(part.start, part.end)] for part in asked.parts], self._words)
        counted = Counter(asked.terms)
        self._terms = list(counted)
        self._postings = lexical.postings(self._terms)
        self._times = np.array([counted[term] for term in self._terms], np.float64)
        found = set(self._postings.terms.tolist())
        places = [_places(term, asked.text) if at in found else [] for at, term in enumerate(self._terms)]
        self._of_terms = _shares(owners, places, self._words)

    def to(self, vector: Floats, row: int) -> tuple[Contribution, ...]:
        """Return what each word and each concept adds to the likeness to the passage `row`, most first.

        `vector` is the passage's, float32 (dimensions,). All `by_vectors` together are the cosine of query and
        passage, all `by_words` its BM25 score.
        """
        if not self._known:
            return ()
        scores = self._postings.of(row) * self._times
        by_vectors = (self._vectors @ vector).astype(np.float64) @ self._of_parts
        by_words = scores @ self._of_terms
        found = [
            Contribution(word, float(one), float(two))
            for word, one, two in zip(self._words, by_vectors, by_words, strict=True)
            if one or two
        ]
        by_term = dict(zip(self._terms, map(float, scores), strict=True))
        found += [
            Contribution(concept.name, float(pull @ vector), by_term[concept.term])
            for concept, pull in self._concepts
        ]
        order = np.argsort([-weight for weight in _weights(found)], kind="stable")
        return tuple(found[place] for place in order)


def telling(carried: Sequence[Contribution]) -> tuple[str, ...]:
    """Return the few terms of `carried` that did most of it, most first; single characters are left out."""
    weights = _weights(carried)
    told = [one.term for one, weight in zip(carried, weights, strict=True) if weight >= _LEAST]
    return tuple(term for term in told if len(term) > 1)[:_TOLD]


def _weights(carried: Sequence[Contribution]) -> list[float]:
    """Return for each its part of both likenesses, half and half; all of them together are at most 1."""
    vectors = sum(abs(one.by_vectors) for one in carried) or 1.0
    words = sum(abs(one.by_words) for one in carried) or 1.0
    return [(one.by_vectors / vectors + one.by_words / words) / 2 for one in carried]


def _shares(
    owners: npt.NDArray[np.int64], places: Sequence[Sequence[tuple[int, int]]], words: Sequence[str]
) -> Matrix:
    """Return which part of each thing, that stands at `places`, belongs to each word, float64 (things, words)."""
    shares = np.zeros((len(places), len(words)))
    for thing, spans in enumerate(places):
        for start, end in spans:
            np.add.at(shares[thing], owners[start:end], 1 / (end - start) / len(spans))
    return shares


def _places(term: str, text: str) -> list[tuple[int, int]]:
    """Return where the search term `term` stands in `text`; a concept stands for itself, not for words."""
    found = surface(term)
    if term.startswith("§") or not found:
        return []
    starts = [at for at in range(len(text) - len(found) + 1) if text.startswith(found, at)]
    return [(at, at + len(found)) for at in starts]


def _all_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the words of `text` and what stands between them, so that nothing is lost."""
    done = 0
    for start, end in word_spans(text):
        if done < start:
            yield done, start
        yield start, end
        done = end
    if done < len(text):
        yield done, len(text)
