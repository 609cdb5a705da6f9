"""The elements in which questions and cases are compared, read from text by the rules of `cases/elements.yaml`."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ahocorasick_rs
import yaml
from pydantic import TypeAdapter, ValidationError

from indexer.errors import VocabularyError
from indexer.text.element_model import GAP, Element, Value
from indexer.text.folded import Folded
from indexer.text.quantities import quantities_in, quantity_pattern

_WIDEST_GAP = 8
"""How many characters `甲..乙` allows between its parts."""

_SENTENCE_END = re.compile(r"[。!?;\n]")

_ROWS = TypeAdapter(tuple[Element, ...])

Span = tuple[int, int]


@dataclass(frozen=True)
class Mention:
    """A value of an element that a text speaks of: the very words, at `start` to `end` of the text as written."""

    value: str
    words: str
    start: int
    end: int


Mentions = Mapping[str, tuple[Mention, ...]]
"""By code of the element, in the order of the text; an element that is not spoken of is missing."""


@dataclass(frozen=True)
class _Mark:
    """A phrase in the automaton: `first` is found there, `rest` is looked for behind it."""

    first: str
    rest: tuple[str, ...]
    element: Element
    value: Value
    speaks: bool

    def end_in(self, text: str, start: int, end: int) -> int | None:
        """Return where the phrase that begins at `start` ends, or None when it is not there."""
        if self.first.isascii() and not _whole_word(text, start, end):
            return None
        for part in self.rest:
            found = text.find(part, end, end + _WIDEST_GAP + len(part))
            if found < 0 or _SENTENCE_END.search(text, end, found):
                return None
            end = found + len(part)
        return end


@dataclass(frozen=True)
class Elements:
    """All elements, those that matter most first."""

    rows: tuple[Element, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Elements":
        """Read `path`; a library without the file has none. Raises VocabularyError if it is not in its form."""
        try:
            # BaseLoader gives every scalar as the text that was written: 「no」 and 110 stay what they are.
            rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            return cls(_each_once(_ROWS.validate_python(_listed(rows))))
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            raise VocabularyError(f"要素表 {path} 不合格：{_explained(error, rows)}。") from error
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
            raise VocabularyError(f"要素表 {path} 读不出来：{error}。请照已有条目的样子改好。") from error

    @classmethod
    def from_json(cls, text: str) -> "Elements":
        """Read what `to_json` wrote."""
        return cls(_ROWS.validate_json(text))

    def to_json(self) -> str:
        """Return the elements as JSON; the same ones always give the same text."""
        return json.dumps([row.model_dump(by_alias=True) for row in self.rows], ensure_ascii=False)

    def read(self, text: str) -> Mentions:
        """Return what `text` says of each element. What lies inside an excluded phrase does not count."""
        folded = Folded.of(text)
        spoken = self._spans(folded.text)
        told = {row.code: tuple(_mentions(spoken.get(row.code, {}), folded)) for row in self.rows}
        implied = {row.code: told[row.code] or tuple(_implied(row, told)) for row in self.rows}
        return {code: mentions for code, mentions in implied.items() if mentions}

    def _spans(self, text: str) -> dict[str, dict[str, list[Span]]]:
        """Return where each value of each element is spoken of, without what is excluded."""
        spoken: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
        excluded: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
        for mark, span in self._found(text):
            if not mark.speaks:
                excluded[mark.element.code, mark.value.code].append(span)
            elif not _denied(text, span[0], mark.element):
                spoken[mark.element.code][mark.value.code].append(span)
        for row, value, span in self._measured(text):
            spoken[row.code][value.code].append(span)
        return {
            element: {value: _free(spans, excluded[element, value]) for value, spans in values.items()}
            for element, values in spoken.items()
        }

    def _found(self, text: str) -> Iterator[tuple[_Mark, Span]]:
        for number, start, first_end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            mark = self._marks[number]
            end = mark.end_in(text, start, first_end)
            if end is not None:
                yield mark, (start, end)

    def _measured(self, text: str) -> Iterator[tuple[Element, Value, Span]]:
        for row, pattern in self._quantities:
            for found in quantities_in(text, pattern):
                for value in row.values:
                    if any(measure.holds(found.number, found.unit) for measure in value.measures):
                        yield row, value, (found.start, found.end)

    @cached_property
    def _marks(self) -> tuple[_Mark, ...]:
        return tuple(
            _mark(phrase, row, value, speaks)
            for row in self.rows
            for value in row.values
            for phrases, speaks in ((value.said, True), (value.excluded, False))
            for phrase in dict.fromkeys(phrases)
        )

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick([mark.first for mark in self._marks])

    @cached_property
    def _quantities(self) -> tuple[tuple[Element, re.Pattern[str]], ...]:
        """The elements that are measured, each with one pattern for all its units."""
        units = (
            (row, [unit for value in row.values for measure in value.measures for unit in measure.units])
            for row in self.rows
        )
        return tuple((row, quantity_pattern(given)) for row, given in units if given)


def _mark(phrase: str, element: Element, value: Value, speaks: bool) -> _Mark:
    first, *rest = (Folded.of(part).text for part in phrase.split(GAP))
    return _Mark(first, tuple(rest), element, value, speaks)


def _whole_word(text: str, start: int, end: int) -> bool:
    """Whether no Latin letter goes on before or after: 「land」 is not in 「landlord」."""
    around = (text[start - 1 : start] + text[start : start + 1], text[end - 1 : end] + text[end : end + 1])
    return not any(len(pair) == len("ab") and pair.isascii() and pair.isalpha() for pair in around)


def _denied(text: str, start: int, element: Element) -> bool:
    """Whether a word that denies the phrase stands directly before it: 没有|报警."""
    return bool(element.unless_after) and text.endswith(element.unless_after, 0, start)


def _free(spans: Iterable[Span], excluded: Iterable[Span]) -> list[Span]:
    """Return the `spans` that touch none of the `excluded` ones."""
    return [
        (start, end) for start, end in spans if all(end <= first or last <= start for first, last in excluded)
    ]


def _mentions(spoken: Mapping[str, list[Span]], folded: Folded) -> Iterator[Mention]:
    """Yield each value in the order of the text; of spans that overlap the longest is quoted."""
    for value, (start, end) in sorted(
        ((value, span) for value, spans in spoken.items() for span in _outermost(spans)),
        key=lambda found: (found[1], found[0]),
    ):
        first, last = folded.written_span(start, end)
        yield Mention(value, folded.written[first:last], first, last)


def _implied(row: Element, told: Mentions) -> Iterator[Mention]:
    """Yield the values of `row` that follow from what is told of other elements, with the words of that."""
    for value in row.values:
        for element, codes in value.implied_by.items():
            for mention in told.get(element, ()):
                if mention.value in codes:
                    yield Mention(value.code, mention.words, mention.start, mention.end)


def _outermost(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans that lie in no other one."""
    reached = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > reached:
            yield start, end
            reached = end


def _listed(rows: Any) -> Any:
    if rows is not None and not isinstance(rows, list):
        raise ValueError(f"应是一个列表，每项以「- code:」开头，实际是 {str(rows)[:40]!r}")
    return rows or ()


def _each_once(rows: tuple[Element, ...]) -> tuple[Element, ...]:
    codes = [row.code for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"要素代号 {'、'.join(twice)} 用了两次，应各用一次")
    return rows


def _explained(error: ValidationError, rows: Any) -> str:
    """Return what is wrong first: where, what was given, what was expected, what to do.

    A misspelt key comes before the key that is missing for it.
    """
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    number, *inside = first["loc"]
    row = rows[number] if isinstance(number, int) else {}
    name = f"（{row['code']}）" if isinstance(row, dict) and "code" in row else ""
    where = " → ".join(str(part + 1) if isinstance(part, int) else part for part in inside) or "整项"
    given = str(first["input"])[:60]
    return (
        f"第 {int(number) + 1} 项{name}的 {where} 写的是「{given}」，{_wanted(first['type'], first['msg'])}"
    )


def _wanted(kind: str, message: str) -> str:
    wanted = {
        "missing": "缺这一样，请补上",
        "extra_forbidden": "没有这个键，请删去或改成已有的键",
        "too_short": "不能是空的，请至少写一项",
        "string_too_short": "不能是空的，请写上",
        "tuple_type": "应是一列，请写成 [甲, 乙]",
        "float_parsing": "应是一个数，请改成数字",
        "model_type": "应是几个「键: 值」，请照别的条目改",
        "literal_error": "应是 together 或 fields-first",
    }
    return wanted.get(kind) or f"{message.removeprefix('Value error, ')}，请改好"
