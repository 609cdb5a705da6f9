"""Red lines: what in a question means that somebody may be in danger, and what to do first."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from indexer.errors import VocabularyError
from indexer.text.normalize import normalize

ALARM = 0.22
"""From this chance of danger on there is an alarm. A needless one costs a glance, a missed one may cost a life."""

DOUBT = 0.1
"""The same for a text with a phrase of danger in it."""

_GAP = ".{0,8}?"
"""What `甲..乙` allows between its parts."""


class Advice(BaseModel):
    """What is told to people: what may be the matter, what to do, whom to call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    message: str
    call: str


class RedLine(Advice):
    """A kind of danger. `said` are phrases that speak of it, `excluded` (`not` in the file) those that only look so."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: str
    en: Advice
    said: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    def advice(self, language: str = "zh") -> Advice:
        """Return what to tell in `language`."""
        return self.en if language == "en" else self


_ROWS = TypeAdapter(tuple[RedLine, ...])


Chances = Callable[[str], Mapping[str, float]]
"""Gives the chance of each kind of danger in a text."""


@dataclass(frozen=True)
class RedLines:
    """All red lines, in the order in which they are shown.

    `chances` weighs a whole text; without it the phrases alone decide.
    """

    rows: tuple[RedLine, ...] = ()
    chances: Chances | None = field(default=None, compare=False)

    @classmethod
    def load(cls, path: Path) -> "RedLines":
        """Read `path`; a library without the file has none. Raises VocabularyError if it is not in its form."""
        try:
            rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            return cls(_ROWS.validate_python([_named(row) for row in rows or ()]))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError, TypeError) as error:
            raise VocabularyError(f"红线提示 {path} 不合格：{error}。请照已有条目的样子改好。") from error

    @classmethod
    def from_json(cls, text: str, chances: Chances | None = None) -> "RedLines":
        """Read what `to_json` wrote."""
        return cls(_ROWS.validate_json(text), chances)

    def to_json(self) -> str:
        """Return the red lines as JSON; the same ones always give the same text."""
        return json.dumps([row.model_dump() for row in self.rows], ensure_ascii=False)

    def crossed(self, text: str) -> tuple[RedLine, ...]:
        """Return the red lines that `text` crosses, in their order.

        With `chances` a text is an alarm when danger of any kind is likelier than ALARM, or than DOUBT where one
        of the phrases is in it.
        """
        phrased = self.phrased(text)
        if self.chances is None:
            return phrased
        found = self.chances(text)
        likely = {row.kind: found.get(row.kind, 0.0) for row in self.rows}
        if sum(likely.values()) < (DOUBT if phrased else ALARM):
            return ()
        least = min(ALARM / 2, max(likely.values()))
        return tuple(row for row in self.rows if row in phrased or likely.get(row.kind, 0.0) >= least)

    def phrased(self, text: str) -> tuple[RedLine, ...]:
        """Return the red lines of which a phrase is in `text`, in their order.

        What is said inside a phrase that only looks like danger does not count.
        """
        plain = normalize(text)
        return tuple(
            row
            for row, (said, excluded) in zip(self.rows, self._patterns, strict=True)
            if any(not _inside(match.span(), excluded, plain) for match in said.finditer(plain))
        )

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
        return tuple((_pattern(row.said), _pattern(row.excluded)) for row in self.rows)


def _named(row: Any) -> Any:
    """Return `row` with `not`, which is no name in Python, called `excluded`."""
    if not isinstance(row, dict):
        raise TypeError(f"应是一项「- kind: …」，实际是 {row!r}")
    return {("excluded" if key == "not" else key): value for key, value in row.items()}


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for any of `phrases`; without any, one that never matches."""
    parts = (
        _GAP.join(re.escape(normalize(part)) for part in phrase.split(".."))
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return re.compile("|".join(parts) or r"(?!)", re.DOTALL)


def _inside(span: tuple[int, int], excluded: re.Pattern[str], text: str) -> bool:
    """Whether `span` overlaps something excluded."""
    start, end = span
    return any(match.start() < end and start < match.end() for match in excluded.finditer(text))
