"""First vectors from the company words keep: positive pointwise mutual information, then a truncated SVD.

Levy and Goldberg, "Neural word embedding as implicit matrix factorization" (2014), and Levy, Goldberg and
Dagan, "Improving distributional similarity with lessons learned from word embeddings" (2015), for the
smoothed context distribution and the square root of the singular values; Arora, Liang and Ma, "A simple
but tough-to-beat baseline for sentence embeddings" (2017), for weighting a word by a / (a + its frequency).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from tokenizers import Tokenizer

from indexer.train.vocabulary import UNKNOWN_ID

_CONTEXT_POWER = 0.75
_RARITY = 3e-4
_OVERSAMPLING = 32
_POWER_ROUNDS = 4
_POSITIONS_AT_ONCE = 4_000_000
_TEXTS_AT_ONCE = 20_000


def first_vectors(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    dimensions: int,
    window: int,
    seed: int,
) -> npt.NDArray[np.float32]:
    """Return float32 of shape (vocabulary, dimensions): row i is the start for token i.

    A row's norm is a / (a + frequency): common words count less. The unknown token and words that the texts
    never show get rows of zeros.
    """
    stream = _token_stream(tokenizer, texts, window)
    size = tokenizer.get_vocab_size()
    counts = _count_pairs(stream, size, window)
    directions = _factorize(_positive_information(counts), dimensions, seed)
    norms = np.linalg.norm(directions, axis=1, keepdims=True)
    directions = np.divide(directions, norms, out=np.zeros_like(directions), where=norms > 0)
    known = stream[stream != UNKNOWN_ID]
    frequency = np.bincount(known, minlength=size) / max(len(known), 1)
    weights = _RARITY / (_RARITY + frequency)
    weighted: npt.NDArray[np.float32] = (directions * weights[:, None]).astype(np.float32)
    return weighted


def _token_stream(tokenizer: Tokenizer, texts: Sequence[str], gap: int) -> npt.NDArray[np.int64]:
    """All token ids in a row; `gap` unknown tokens between texts keep a window inside one text."""
    pieces: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    separator = np.full(gap, UNKNOWN_ID, np.int64)
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        batch = list(texts[start : start + _TEXTS_AT_ONCE])
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            pieces += [np.asarray(encoding.ids, np.int64), separator]
    return np.concatenate(pieces)


def _count_pairs(stream: npt.NDArray[np.int64], size: int, window: int) -> "sparse.csr_matrix":
    """Symmetric counts of shape (size, size); a pair at distance d weighs 1 - (d - 1) / window."""
    counts = sparse.csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, window + 1):
        weight = 1 - (distance - 1) / window
        for start in range(0, len(stream) - distance, _POSITIONS_AT_ONCE):
            left = stream[start : min(start + _POSITIONS_AT_ONCE, len(stream) - distance)]
            right = stream[start + distance : start + distance + len(left)]
            known = (left != UNKNOWN_ID) & (right != UNKNOWN_ID)
            pairs, times = np.unique(left[known] * size + right[known], return_counts=True)
            cells = (times.astype(np.float32) * weight, (pairs // size, pairs % size))
            counts = counts + sparse.csr_matrix(cells, shape=(size, size))
    return counts + counts.T


def _positive_information(counts: "sparse.csr_matrix") -> "sparse.csr_matrix":
    cells = counts.tocoo()
    words = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    contexts = words**_CONTEXT_POWER
    contexts /= max(contexts.sum(), 1e-12)
    information = np.log(cells.data / (words[cells.row] * contexts[cells.col]))
    kept = information > 0
    values = (information[kept].astype(np.float32), (cells.row[kept], cells.col[kept]))
    return sparse.csr_matrix(values, shape=counts.shape)


def _factorize(matrix: "sparse.csr_matrix", dimensions: int, seed: int) -> npt.NDArray[np.float32]:
    """U times the square root of S, by subspace iteration (Halko, Martinsson and Tropp 2011)."""
    rng = np.random.default_rng(seed)
    basis = rng.standard_normal((matrix.shape[0], dimensions + _OVERSAMPLING)).astype(np.float32)
    transposed = matrix.T.tocsr()
    for _ in range(_POWER_ROUNDS):
        basis, _ = np.linalg.qr(matrix @ (transposed @ basis))
    left, singular, _ = np.linalg.svd((transposed @ basis).T, full_matrices=False)
    vectors: npt.NDArray[np.float32] = (basis @ left)[:, :dimensions] * np.sqrt(singular[:dimensions])
    return vectors
