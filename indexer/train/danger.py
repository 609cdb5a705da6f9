"""`casebook train --redlines`: from lines with their kind of danger to the model that raises the alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize as to_unit_norm

from indexer.case.situations import read_situations
from indexer.danger import BUCKETS, NONE, DangerModel, features
from indexer.errors import VocabularyError
from indexer.text.lexicon import Lexicon
from indexer.text.redlines import RedLines

INVERSE_PENALTY = 10
EVERY = 5
"""Every so many lines of the situation bank stand for everyday talk."""

EVERYDAY_WEIGHT = 0.7
"""What such a line counts beside one that somebody has read for danger: a few do speak of it."""


@dataclass(frozen=True)
class Told:
    """A line and its kind of danger, `none` where it speaks of none; `weight` is how much it counts."""

    kind: str
    text: str
    weight: float = 1.0


def train_danger(library: Path) -> tuple[DangerModel, int]:
    """Return the model for the library at `library` and how many lines it learnt from.

    Raises VocabularyError when `redlines/told.tsv` is missing or not in its form.
    """
    redlines = RedLines.load(library / "redlines.yaml")
    told = read_told(library / "redlines" / "told.tsv", [row.kind for row in redlines.rows])
    lines = [*told, *_everyday(library, {one.text for one in told}, redlines)]
    return _fit(lines, [*(row.kind for row in redlines.rows), NONE]), len(lines)


def read_told(path: Path, kinds: Sequence[str]) -> list[Told]:
    """Read `path`: kind, tab, text; `#` starts a remark. Raises VocabularyError with the line."""
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(
            f"读不了 {path}：{error}。应是 UTF-8 文本，一行一句：种类、制表符、原话。"
        ) from error
    told = []
    for number, row in enumerate(rows, start=1):
        kind, tab, text = row.partition("\t")
        if row.startswith("#") or not row.strip():
            continue
        if not tab or kind not in (*kinds, NONE) or not text.strip():
            expected = "、".join((*kinds, NONE))
            raise VocabularyError(
                f"{path} 第 {number} 行是 {row[:40]!r}，应为「种类、制表符、原话」，种类是 {expected} 之一。"
            )
        told.append(Told(kind, text))
    return told


def _everyday(library: Path, read: set[str], redlines: RedLines) -> list[Told]:
    """Return names of things and troubles, and every so many of the lines that people say of them."""
    bank = read_situations(library / "situations").values()
    nouns = [noun for concept in Lexicon.load(library / "lexicon").concepts for noun in concept.official]
    lines = [line for one in bank for line in one.said if line not in read and not redlines.phrased(line)]
    names = [name for name in (*nouns, *(one.name for one in bank)) if not redlines.phrased(name)]
    return [Told(NONE, line, EVERYDAY_WEIGHT) for line in (*names, *lines[::EVERY])]


def _fit(told: Sequence[Told], kinds: Sequence[str]) -> DangerModel:
    counts = _matrix([one.text for one in told])
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = (np.log((1 + len(told)) / (1 + documents)) + 1).astype(np.float32)
    weighted = to_unit_norm(counts.multiply(rarity).tocsr())
    labels = np.array([kinds.index(one.kind) for one in told])
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=3000)
    model.fit(weighted, labels, sample_weight=[one.weight for one in told])
    shape = (BUCKETS, len(kinds))
    weights, bias = np.zeros(shape, np.float32), np.full(len(kinds), -np.inf, np.float32)
    # With two classes scikit-learn keeps the second alone, against a first of zero.
    kept = model.classes_ if len(model.classes_) == len(model.coef_) else model.classes_[1:]
    bias[model.classes_] = 0
    weights[:, kept], bias[kept] = model.coef_.T, model.intercept_
    return DangerModel(tuple(kinds), weights, bias, rarity)


def _matrix(texts: Sequence[str]) -> "csr_matrix[np.float32]":
    found = [features(text) for text in texts]
    starts: npt.NDArray[np.int64] = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    columns = np.concatenate([buckets for buckets, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, columns, starts), shape=(len(texts), BUCKETS))
