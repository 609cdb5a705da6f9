"""Counts a vocabulary and makes the tokenizer: words where they are known, single characters elsewhere.

A Unigram model cuts a text into its most probable words; its usual trainer is slow on text without spaces, so
the words are counted with rjieba instead and given their logarithmic frequencies.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import rjieba
from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Split

from indexer.errors import EncoderError
from indexer.train.corpus import Situation, WordFamily

UNKNOWN_ID = 0
_WORD = re.compile(r"[㐀-鿿]{2,4}|[a-z]{2,12}|[0-9]{2,5}")
_MOST_CHARACTERS = 7000
_FAMILY_WEIGHT = 100
_SITUATION_WEIGHT = 10


def count_vocabulary(
    texts: Iterable[str], situations: Sequence[Situation], families: Sequence[WordFamily]
) -> tuple[Counter[str], Counter[str]]:
    """Return how often each word and each character occurs.

    Our own lines and families are few beside the open texts, so they count several times: their words must
    not fall out of the vocabulary.
    """
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        words.update(rjieba.cut(text))
        characters.update(text)
    for situation in situations:
        for text in (situation.description, *situation.said):
            words.update(dict.fromkeys(rjieba.cut(text), _SITUATION_WEIGHT))
            characters.update(text)
    for family in families:
        words.update(dict.fromkeys(family.words, _FAMILY_WEIGHT))
        characters.update("".join(family.words))
    return words, characters


def make_tokenizer(words: Counter[str], characters: Counter[str], size: int) -> Tokenizer:
    """Return a Unigram tokenizer with at most `size` entries; entry 0 is the unknown token.

    All characters (the commonest 7,000) come first, then words of two to four characters, Latin words and
    numbers, by frequency. Punctuation is no token. Raises EncoderError if `size` leaves no room for words.
    """
    # Counter.most_common keeps the order of first sight among equals, so the result depends on nothing else.
    letters = [char for char, _ in characters.most_common() if char.isalnum()][:_MOST_CHARACTERS]
    kept = [word for word, _ in words.most_common() if _WORD.fullmatch(word)][: size - len(letters) - 1]
    if size <= len(letters) + 1:
        raise EncoderError(f"词表大小是 {size}，单字就有 {len(letters)} 个，请给一个更大的词表。")
    total = sum(words.values())
    scores = [(entry, math.log(max(words[entry], 0.5) / total)) for entry in letters + kept]
    tokenizer = Tokenizer(Unigram([("[UNK]", 0.0), *scores], unk_id=UNKNOWN_ID, byte_fallback=False))
    tokenizer.pre_tokenizer = Split(Regex(r"[^\p{L}\p{N}]+"), "removed")
    return tokenizer
