"""What kind of text a text is: a linear model over runs of characters, small enough to ship and quick to read."""

import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.errors import VocabularyError
from indexer.text.normalize import normalize

BUCKETS = 1 << 16
LENGTHS = (1, 2, 3)
NONE = "none"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TextClassifier:
    """Multinomial logistic regression over hashed character n-grams (1 + ln tf, times idf, unit norm).

    `kinds` are the classes, NONE among them; `weights` float32 (BUCKETS, kinds), `bias` float32 (kinds,),
    `rarity` float32 (BUCKETS,): the idf of each bucket.
    """

    kinds: tuple[str, ...]
    weights: Floats
    bias: Floats
    rarity: Floats

    @classmethod
    def load(cls, path: Path) -> "TextClassifier | None":
        """Read what `save` wrote; None when there is no file. Raises VocabularyError if it cannot be read."""
        try:
            with np.load(path, allow_pickle=False) as file:
                weights = np.zeros((BUCKETS, len(file["kinds"])), np.float32)
                weights[file["buckets"]] = file["weights"]
                rarity = np.full(BUCKETS, float(file["unseen"]), np.float32)
                rarity[file["buckets"]] = file["rarity"]
                return cls(tuple(map(str, file["kinds"])), weights, file["bias"].astype(np.float32), rarity)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
            raise VocabularyError(
                f"模型 {path} 读不出来：{error}。请重做：红线的用 casebook train --redlines，结论的用 casebook calibrate。"
            ) from error

    def save(self, path: Path) -> None:
        """Write the buckets in use to `path` (.npz), half floats for the weights."""
        used = np.flatnonzero(self.weights.any(axis=1))
        np.savez_compressed(
            path,
            kinds=np.array(self.kinds),
            buckets=used.astype(np.uint16),
            weights=self.weights[used].astype(np.float16),
            rarity=self.rarity[used].astype(np.float16),
            unseen=np.float32(self.rarity.max()),
            bias=self.bias,
        )

    def chances(self, text: str) -> Mapping[str, float]:
        """Return the chance of each kind, NONE among them; together 1."""
        buckets, values = features(text)
        weighted = values * self.rarity[buckets]
        scores = weighted @ self.weights[buckets] / (np.linalg.norm(weighted) or 1.0) + self.bias
        chances = np.exp(scores - scores.max())
        return dict(zip(self.kinds, map(float, chances / chances.sum()), strict=True))


def features(text: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the buckets of the n-grams of `text`, normalised and with its ends marked, and 1 + ln tf of each."""
    marked = f"^{''.join(normalize(text).split())}$"
    grams = (marked[at : at + length] for length in LENGTHS for at in range(len(marked) - length + 1))
    counts = Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in grams)
    values = [1 + math.log(count) for count in counts.values()]
    return np.fromiter(counts, np.int64, len(counts)), np.array(values, np.float32)
