"""Words that must stand in a case, wherever in it: looking through what was found."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from indexer.case.model import Case
from indexer.text.normalize import normalize

_BETWEEN = re.compile(r"[\s,，、;；。]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of `text`, cut at blanks and commas, in the form that is compared."""
    return tuple(dict.fromkeys(word for word in _BETWEEN.split(normalize(text)) if word))


def whole_text(case: Case) -> str:
    """Return everything of `case` that is looked through, in the form that is compared."""
    parts = (
        case.title,
        case.summary,
        *(section.text for section in case.sections),
        *case.asked_as,
        *case.methods,
        *case.actors,
    )
    return "\n".join(map(normalize, parts))


class Within:
    """Looks through `cases`. Each is folded once, when it is first looked through."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._count = len(cases)
        self._text: Callable[[int], str] = lru_cache(maxsize=None)(lambda number: whole_text(cases[number]))

    def holding(self, words: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return in which cases every one of `words` stands, bool (cases,); in all when there are none."""
        if not words:
            return np.ones(self._count, np.bool_)
        texts = map(self._text, range(self._count))
        return np.array([all(word in text for word in words) for text in texts], np.bool_)
