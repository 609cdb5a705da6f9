"""Which words of a query carried its likeness to a passage: exact shares of the cosine and of BM25."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from indexer.lexical import LexicalIndex
from indexer.text.tokenize import surface, word_spans
from search_api.core.outcome import Contribution
from search_api.core.retrieve import Asked

Floats = npt.NDArray[np.float32]
_TOLD = 4
"""How many terms a reader is told of; the answer has them all."""

_LEAST = 0.06
"""Below this part of the likeness a term is not worth naming."""

Characters = npt.NDArray[np.float64]


def contributions(asked: Asked, vector: Floats, lexical: LexicalIndex, row: int) -> tuple[Contribution, ...]:
    """Return what each word and each concept of the query adds to its likeness to the passage `row`.

    `vector` is the passage's, float32 (dimensions,). All `by_vectors` together are the cosine of query and
    passage, all `by_words` its BM25 score: both are sums over tokens, and what reaches over several words is
    shared between them by characters. Most comes first. Empty for an encoder that cannot tell its parts.
    """
    if not asked.parts:
        return ()
    found = [*_words(asked, vector, lexical, row), *_concepts(asked, vector, lexical, row)]
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


def _words(asked: Asked, vector: Floats, lexical: LexicalIndex, row: int) -> Iterator[Contribution]:
    by_vectors, by_words = _of_the_cosine(asked, vector), _of_bm25(asked, lexical, row)
    words: dict[str, list[slice]] = {}
    for start, end in _all_spans(asked.text):
        words.setdefault(asked.text[start:end], []).append(slice(start, end))
    for word, spans in words.items():
        shares = [float(sum(values[span].sum() for span in spans)) for values in (by_vectors, by_words)]
        if any(shares):
            yield Contribution(word, *shares)


def _concepts(asked: Asked, vector: Floats, lexical: LexicalIndex, row: int) -> Iterator[Contribution]:
    for concept, pull in asked.concepts:
        score = float(lexical.term_scores([concept.term], row)[0])
        yield Contribution(concept.name, float(pull @ vector), score * asked.terms.count(concept.term))


def _of_the_cosine(asked: Asked, vector: Floats) -> Characters:
    """Return what each character adds to the cosine, float64 (characters,)."""
    shares = np.zeros(len(asked.text))
    for part in asked.parts:
        shares[part.start : part.end] += float(part.vector @ vector) / (part.end - part.start)
    return shares


def _of_bm25(asked: Asked, lexical: LexicalIndex, row: int) -> Characters:
    """Return what each character adds to the BM25 score, concepts left out, float64 (characters,)."""
    shares = np.zeros(len(asked.text))
    terms = [term for term in asked.terms if not term.startswith("§")]
    for term, score in zip(terms, lexical.term_scores(terms, row), strict=True):
        if score:
            text = surface(term)
            places = [match.start() for match in re.finditer(f"(?={re.escape(text)})", asked.text)]
            for place in places:
                shares[place : place + len(text)] += float(score) / len(places) / len(text)
    return shares


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
