"""Which passages of a case made it match, and which sentence in each did most of it."""

from collections.abc import Sequence

from indexer.encoders.base import Encoder
from indexer.passages import PassageKind, sentences
from indexer.snapshot.read import Snapshot
from indexer.text.normalize import normalize
from indexer.text.tokenize import index_terms
from search_api.core.outcome import Evidence, Highlight
from search_api.core.retrieve import ENGINES, Asked, Retrieved


def collect_evidence(
    retrieved: Retrieved, case: int, kind: PassageKind, snapshot: Snapshot, encoder: Encoder
) -> tuple[Evidence, ...]:
    """Return the best passages of the case's own text, by vectors and by words, once if they are the same."""
    rows = dict.fromkeys(int(retrieved.best[engine, kind].rows[case]) for engine in ENGINES)
    return tuple(
        Evidence(passage.section, passage.text, _highlight(passage.text, retrieved.asked, snapshot, encoder))
        for passage in (snapshot.passages[row] for row in rows if row >= 0)
    )


def _highlight(text: str, asked: Asked, snapshot: Snapshot, encoder: Encoder) -> tuple[Highlight, ...]:
    """Return the sentence of `text` that shares most with the query; the first of equals."""
    spans = sentences(text)
    if not spans:
        return ()
    plain = [normalize(text[start:end]) for start, end in spans]
    shares = _shares(plain, asked, snapshot)
    cosines = encoder.encode(plain) @ asked.vector
    best = max(range(len(spans)), key=lambda at: shares[at] + float(cosines[at]))
    return (Highlight(*spans[best]),)


def _shares(texts: Sequence[str], asked: Asked, snapshot: Snapshot) -> list[float]:
    """Return for each text which part of the query's terms it holds, each weighed by its rarity; 0 to 1."""
    whole = sum(asked.rarities.values()) or 1.0
    shares = []
    for text in texts:
        terms = {*index_terms(text), *snapshot.lexicon.terms_in(text)}
        shares.append(sum(rarity for term, rarity in asked.rarities.items() if term in terms) / whole)
    return shares
