"""The one normaliser, used on case text, lexicon and queries alike."""

import re
import unicodedata
from functools import cache

import opencc

NORMALIZER_VERSION = 1
"""Raised when `normalize` gives another result for any text: snapshots built with another one are refused."""

_SPACES = re.compile(r"\s+")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def normalize(text: str) -> str:
    """Return `text` in the form that is compared.

    NFKC folds full and half width, circled and full-width digits; OpenCC's `t2s` folds traditional into
    simplified characters; case is folded; control, format and unassigned characters go; white space becomes
    single blanks. `normalize(normalize(t)) == normalize(t)`.
    """
    folded = unicodedata.normalize("NFKC", _without_invisible(text))
    # Twice, because a few simplified forms are themselves traditional forms of another (薴 → 苧 → 苎).
    simplified = _to_simplified().convert(_to_simplified().convert(folded)).casefold()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", simplified)).strip()


def has_words(text: str) -> bool:
    """Whether anything in `text` could be searched for: a letter, a digit or a Chinese character."""
    return any(character.isalnum() for character in normalize(text))


def _without_invisible(text: str) -> str:
    return "".join(
        character if character.isspace() or unicodedata.category(character) not in _INVISIBLE else ""
        for character in text
    )
