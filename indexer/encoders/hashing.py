"""An encoder so simple that a test can work out its vectors by hand."""

import hashlib
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import EncoderIdentity, TokenPart
from indexer.errors import EncoderError

_RECIPE = "bigrams-crc32-1"


class HashingEncoder:
    """Counts character bigrams (a single character stands for itself) in `dimensions` buckets.

    The bucket is CRC-32 modulo `dimensions`, so vectors are the same in every process and on every machine.
    """

    def __init__(self, dimensions: int) -> None:
        if dimensions < 1:
            raise EncoderError(f"哈希编码器的维数是 {dimensions}，应为正整数，例如 hashing:256。")
        name = f"hashing:{dimensions}"
        sha256 = hashlib.sha256(f"{_RECIPE} {name}".encode()).hexdigest()
        self.identity = EncoderIdentity(name, sha256, dimensions)

    @classmethod
    def from_name(cls, name: str) -> "HashingEncoder":
        """Open `hashing:256`. Raises EncoderError if no positive number follows the colon."""
        digits = name.partition(":")[2]
        if not (digits.isascii() and digits.isdigit()):
            raise EncoderError(f"给出的编码器是 {name!r}，冒号后应为维数，例如 hashing:256。")
        return cls(int(digits))

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 of shape (len(texts), dimensions), rows L2-normalised; an empty text gives zeros."""
        counts = np.zeros((len(texts), self.identity.dimensions), np.float32)
        for row, text in enumerate(texts):
            for gram in _bigrams("".join(text.split())):
                counts[row, zlib.crc32(gram.encode()) % self.identity.dimensions] += 1
        norms = np.linalg.norm(counts, axis=1, keepdims=True)
        np.divide(counts, norms, out=counts, where=norms > 0)
        return counts

    def parts(self, text: str) -> tuple[TokenPart, ...]:
        """Return a one in the bucket of each pair of characters, over the norm of the counts."""
        places = [place for place, character in enumerate(text) if not character.isspace()]
        spans = list(pairwise(places)) or [(place, place) for place in places]
        rows = np.zeros((len(spans), self.identity.dimensions), np.float32)
        for row, gram in zip(rows, _bigrams("".join(text.split())), strict=True):
            row[zlib.crc32(gram.encode()) % self.identity.dimensions] = 1
        norm = np.linalg.norm(rows.sum(axis=0))
        return tuple(
            TokenPart(first, last + 1, row / norm) for (first, last), row in zip(spans, rows, strict=True)
        )


def _bigrams(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)] or list(text)
