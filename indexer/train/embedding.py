"""The embedding as it is while it learns: a word's row is its own vector plus those of its parts.

Bojanowski, Grave, Joulin and Mikolov, "Enriching word vectors with subword information" (2017). What a word
learns reaches every word that shares a character with it, which matters when the lines are few. A sum of
rows is a row, so in the end the parts are folded into a plain table, and the model that ships is an ordinary
StaticEmbedding.
"""

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from indexer.train.vocabulary import UNKNOWN_ID

_PAIR = 2


class ComposedEmbedding(StaticEmbedding):
    """A StaticEmbedding whose tokens are replaced by their parts, some tokens being left out at random.

    `rows` is float32 of shape (vocabulary, dimensions). `dropout` is the chance that a token of a text is
    left out, so that no line is learnt by a single word.
    """

    def __init__(
        self, tokenizer: Tokenizer, rows: npt.NDArray[np.float32], dropout: float, seed: int
    ) -> None:
        super().__init__(tokenizer, embedding_weights=rows)
        self._dropout = dropout
        self._rng = np.random.default_rng(seed)
        parts = _parts(tokenizer)
        self._parts = np.concatenate(parts)
        self._counts = np.array([len(part) for part in parts])
        self._starts = np.cumsum(self._counts) - self._counts

    def preprocess(  # type: ignore[override]  # only texts are ever given
        self,
        inputs: list[str],
        prompt: str | None = None,  # noqa: ARG002
        **_: object,
    ) -> dict[str, torch.Tensor]:
        """Return the parts of all texts in a row (`input_ids`) and where each text starts (`offsets`)."""
        encodings = self.tokenizer.encode_batch_fast(inputs, add_special_tokens=False)
        texts = [self._thin(np.asarray(encoding.ids, np.int64)) for encoding in encodings]
        tokens = np.concatenate(texts)
        ends = np.concatenate([[0], np.cumsum(self._counts[tokens])])
        first_tokens = np.cumsum([0, *(len(text) for text in texts[:-1])])
        return {
            "input_ids": torch.from_numpy(self._expand(tokens)),
            "offsets": torch.from_numpy(ends[first_tokens]),
        }

    def fold(self) -> StaticEmbedding:
        """Return the plain StaticEmbedding that gives every text the direction this one gives it.

        The unknown token's row is zero, so text without a known word has no direction.
        """
        with torch.no_grad():
            weight = self.embedding.weight
            summed = torch.nn.functional.embedding_bag(
                torch.from_numpy(self._parts), weight, torch.from_numpy(self._starts), mode="sum"
            )
            summed[UNKNOWN_ID] = 0
        return StaticEmbedding(self.tokenizer, embedding_weights=summed)

    def _thin(self, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        known = tokens[tokens != UNKNOWN_ID]
        kept = known[self._rng.random(len(known)) >= self._dropout]
        thinned: npt.NDArray[np.int64] = kept if len(kept) > 1 else known
        return thinned

    def _expand(self, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        counts = self._counts[tokens]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        expanded: npt.NDArray[np.int64] = self._parts[np.repeat(self._starts[tokens], counts) + within]
        return expanded


def _parts(tokenizer: Tokenizer) -> list[npt.NDArray[np.int64]]:
    """For each token: itself, its characters, and from three characters on its two-character words."""
    ids = tokenizer.get_vocab()
    parts: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)] * len(ids)
    for entry, token in ids.items():
        pieces = list(entry) if len(entry) > 1 and token != UNKNOWN_ID else []
        if len(pieces) > _PAIR:
            pieces += [entry[i : i + _PAIR] for i in range(len(entry) - 1)]
        parts[token] = np.array([token, *(ids[piece] for piece in pieces if piece in ids)], np.int64)
    return parts
