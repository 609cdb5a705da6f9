"""Text in the form that is compared, which still knows where each of its characters was written."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from indexer.text.normalize import normalize

_BLANK = " "


@dataclass(frozen=True)
class Folded:
    """`text` is compared; the character at `at[i]` of what was written became its character `i`.

    `at` has one entry more than `text`: the length of what was written.
    """

    written: str
    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, written: str) -> "Folded":
        """Fold `written` one character at a time, as `normalize` folds it, so that nothing loses its place."""
        folded: list[str] = []
        at: list[int] = []
        for place, character in enumerate(written):
            for part in _fold(character):
                if part != _BLANK or (folded and folded[-1] != _BLANK):
                    folded.append(part)
                    at.append(place)
        return cls(written, "".join(folded), (*at, len(written)))

    def written_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters `start` to `end` of `text` stand in what was written."""
        return self.at[start], self.at[end - 1] + 1


@cache
def _fold(character: str) -> str:
    """Return `character` normalised; every kind of white space is one blank."""
    if character.isspace() or unicodedata.category(character) == "Zs":
        return _BLANK
    return normalize(character)
