"""Fits a text classifier on lines with their kinds, by scikit-learn's logistic regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize as to_unit_norm

from indexer.classifier import BUCKETS, TextClassifier, features

INVERSE_PENALTY = 10


@dataclass(frozen=True)
class Told:
    """A line and its kind; `weight` is how much it counts."""

    kind: str
    text: str
    weight: float = 1.0


def fit(told: Sequence[Told], kinds: Sequence[str]) -> TextClassifier:
    """Return the classifier of `kinds`, in that order, that `told` teaches; the same lines always give the same."""
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
    return TextClassifier(tuple(kinds), weights, bias, rarity)


def _matrix(texts: Sequence[str]) -> "csr_matrix[np.float32]":
    found = [features(text) for text in texts]
    starts: npt.NDArray[np.int64] = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    columns = np.concatenate([buckets for buckets, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, columns, starts), shape=(len(texts), BUCKETS))
