"""Reads a static embedding that sentence-transformers saved, with tokenizers and numpy alone.

A text's vector is the mean of its tokens' rows, L2-normalised: what the modules StaticEmbedding and Normalize
of sentence-transformers compute, in a fifth of the time and without loading torch.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from indexer.encoders.base import EncoderIdentity, TokenPart, folder_sha256, read_modules
from indexer.errors import EncoderError

_WEIGHT = "embedding.weight"
_TEXTS_AT_ONCE = 256
_TABLE = 2


class StaticEncoder:
    """A folder with modules.json, tokenizer.json and model.safetensors.

    Raises EncoderError when a part is missing, is not readable, or does not fit the others.
    """

    def __init__(self, folder: Path) -> None:
        place = folder / str(read_modules(folder)[0]["path"])
        self._tokenizer = _open_tokenizer(place / "tokenizer.json")
        self._rows = _open_rows(place / "model.safetensors")
        if self._tokenizer.get_vocab_size() != len(self._rows):
            raise EncoderError(
                f"编码器 {folder} 的词表有 {self._tokenizer.get_vocab_size()} 项，"
                f"向量有 {len(self._rows)} 行，两者应相等。请重新取得该文件夹，或用 casebook train 重做。"
            )
        self.identity = EncoderIdentity(folder.name, folder_sha256(folder), self._rows.shape[1])

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 of shape (len(texts), dimensions), rows L2-normalised.

        A text without tokens, or with unknown tokens only, gives a row of zeros.
        """
        vectors = np.zeros((len(texts), self.identity.dimensions), np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            self._encode_into(vectors[start : start + _TEXTS_AT_ONCE], texts[start : start + _TEXTS_AT_ONCE])
        return vectors

    def parts(self, text: str) -> tuple[TokenPart, ...]:
        """Return the row of each token over the norm of their sum; none for a text whose vector is zero."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        rows = self._rows[encoding.ids]
        norm = np.linalg.norm(rows.sum(axis=0))
        if norm == 0:
            return ()
        return tuple(TokenPart(*span, row / norm) for span, row in zip(encoding.offsets, rows, strict=True))

    def _encode_into(self, vectors: npt.NDArray[np.float32], texts: Sequence[str]) -> None:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        lengths = np.fromiter((len(encoding.ids) for encoding in encodings), np.int64, len(encodings))
        filled = np.flatnonzero(lengths)
        if not len(filled):
            return
        ids = np.concatenate([encodings[row].ids for row in filled])
        # reduceat reads an empty slice as one element, so texts without tokens must not take part.
        starts = np.concatenate([[0], np.cumsum(lengths[filled])[:-1]])
        sums = np.add.reduceat(self._rows[ids], starts, axis=0)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        vectors[filled] = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)


def _open_tokenizer(path: Path) -> Tokenizer:
    if not path.is_file():
        raise EncoderError(_missing(path))
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception for a file that is not in its form
        raise EncoderError(_broken(path, error)) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _open_rows(path: Path) -> npt.NDArray[np.float32]:
    if not path.is_file():
        raise EncoderError(_missing(path))
    try:
        with safe_open(path, framework="numpy") as file:
            rows = file.get_tensor(_WEIGHT)
    except SafetensorError as error:
        raise EncoderError(_broken(path, error)) from error
    if rows.ndim != _TABLE:
        raise EncoderError(_broken(path, f"{_WEIGHT} 有 {rows.ndim} 维，应为 2 维"))
    return np.ascontiguousarray(rows, dtype=np.float32)


def _missing(path: Path) -> str:
    return f"编码器文件夹里没有 {path.name}（找的是 {path}）。请重新取得该文件夹，或用 casebook train 重做。"


def _broken(path: Path, reason: object) -> str:
    return f"读不了编码器的 {path}：{reason}。请重新取得该文件，或用 casebook train 重做。"
