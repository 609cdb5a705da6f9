"""Normalised text to search terms: Chinese words, pairs of characters, and words of letters and digits."""

import re
from collections.abc import Iterator
from itertools import pairwise

import rjieba

TOKENIZER_VERSION = 2
"""Raised when the terms of any text change: snapshots built with another one are refused."""

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")
_LETTERS = re.compile(r"[^\W_㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")

# Grammar, not matter: particles, pronouns and fillers that lay speech is full of and case files are not, so
# that their rarity in the library would pass for importance.
_STOP_WORDS = frozenset(
    word
    for line in (
        "的 了 着 过 吗 呢 吧 啊 呀 嘛 哦 喽 哈 是 在 就 都 也 又 还 才 很 太 把 被 给 让 和 跟 与 及 或 但 而",
        "我 你 他 她 它 您 咱 俺 我们 你们 他们 她们 咱们 自己 人家 这 那 这个 那个 这样 那样 这么 那么 这儿 那儿",
        "怎么 怎么办 什么 咋 咋办 啥 哪 哪个 为什么 一个 一下 一点 有 没 没有 不 不是 上 下 里 去 来 到 说 要 想",
        "会 能 可以 因为 所以 如果 然后 结果 现在 已经 还是 就是 不能 不会 起来 出来 时候",
        "a an and are at be but by do for from had has have he her his i if in is it its me my no not of on or our",
        "she so that the their them they this to us was we were what when who will with you your",
    )
    for word in line.split()
)


def index_terms(text: str) -> list[str]:
    """Return the terms under which normalised `text` is found: words, character pairs, single characters."""
    return [*_matter_words(text), *_pairs(text), *_characters(text)]


def query_terms(text: str) -> list[str]:
    """Return the terms that normalised `text` asks for.

    Single characters are asked for only when the query is one Chinese character (狗), since they say little
    in a sentence. A query of nothing but grammar keeps its words rather than losing them all.
    """
    terms = [*_matter_words(text), *_pairs(text)]
    if len("".join(_CHINESE.findall(text))) == 1:
        terms += _characters(text)
    return terms or [*_words(text), *_characters(text)]


def surface(term: str) -> str:
    """Return the characters of a text that the search term `term` stands for."""
    return term.strip("·")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the words of `text` as (start, end), in order and without overlap; all else is left out."""
    return [(start, end) for word, start, end in rjieba.tokenize(text, "default") if _is_word(word)]


def _is_word(text: str) -> bool:
    return bool(_CHINESE.search(text) or _LETTERS.search(text))


def _words(text: str) -> Iterator[str]:
    for run in _CHINESE.findall(text):
        yield from rjieba.cut_for_search(run)
    yield from _LETTERS.findall(text)


def _matter_words(text: str) -> list[str]:
    return [word for word in _words(text) if word not in _STOP_WORDS]


def _pairs(text: str) -> Iterator[str]:
    for run in _CHINESE.findall(text):
        for first, second in pairwise(run):
            grammar = f"{first}{second}" in _STOP_WORDS or {first, second} <= _STOP_WORDS
            if not grammar:
                # A pair is its own kind of term: the word 漏水 says more than 漏 and 水 that only meet.
                yield f"{first}{second}·"


def _characters(text: str) -> list[str]:
    return [
        f"·{character}" for run in _CHINESE.findall(text) for character in run if character not in _STOP_WORDS
    ]
