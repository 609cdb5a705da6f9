"""In what a question and a case are the same, in what they differ, and what is still to be asked.

Nothing is generated: each row quotes the words of the question and of the case, found by the rules of
`cases/elements.yaml`. What one side does not mention is never a difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from indexer.case.model import Case
from indexer.case_elements import CaseElements, Told, read_case
from indexer.passages import sentences
from indexer.text.element_model import Element, Value
from indexer.text.elements import Elements, Mention, Mentions

Label = Literal["same", "different", "ask"]

_KEPT = 4096
"""How many cases are kept read: the whole library, once each has been found."""

_QUOTES = 2
"""How many words of each side a row quotes."""


@dataclass(frozen=True)
class Quote:
    """The very words of a case, the sentence they stand in, and in which part of the case."""

    words: str
    sentence: str
    where: str


@dataclass(frozen=True)
class Row:
    """One element, compared. `asked` are words of the question; to verify, there may be none.

    `values` are what both tell when they are the same, and what the case tells when they are not.
    """

    element: Element
    values: tuple[Value, ...]
    asked: tuple[str, ...]
    told: tuple[Quote, ...]


@dataclass(frozen=True)
class Comparison:
    """相同点, 不同点, 还需核实: each in the order of the elements, what matters most first."""

    same: tuple[Row, ...] = ()
    different: tuple[Row, ...] = ()
    ask: tuple[Row, ...] = ()

    def label(self, code: str) -> Label | None:
        """Return in which of the three the element stands; None when the case says nothing of it."""
        groups: tuple[tuple[Label, tuple[Row, ...]], ...] = (
            ("same", self.same),
            ("different", self.different),
            ("ask", self.ask),
        )
        return next((name for name, rows in groups if any(row.element.code == code for row in rows)), None)


class Comparer:
    """Compares questions with cases. Safe to share between threads: what is kept does not change."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self._read = lru_cache(maxsize=_KEPT)(lambda kept: read_case(kept.case, elements))

    def asked(self, query: str) -> Mentions:
        """Return what `query` says of each element: read it once, compare it with many cases."""
        return self.elements.read(query)

    def compare(self, asked: Mentions, case: Case) -> Comparison:
        """Compare what was `asked` with `case`."""
        told = self._read(_Kept(case))
        rows: dict[Label, list[Row]] = {"same": [], "different": [], "ask": []}
        for element in self.elements.rows:
            compared = _compared(element, asked.get(element.code, ()), told)
            if compared is not None:
                rows[compared[0]].append(compared[1])
        return Comparison(tuple(rows["same"]), tuple(rows["different"]), tuple(rows["ask"]))


class _Kept:
    """A case as a key: the same object is the same case, and looking it up does not read it all."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def __hash__(self) -> int:
        return id(self.case)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.case is other.case


def _compared(
    element: Element, asked: Sequence[Mention], told_by_case: CaseElements
) -> tuple[Label, Row] | None:
    """Return the label and the row of one element; None when the case does not tell of it."""
    told = told_by_case.get(element.code, ())
    if not told:
        return None
    shared = {mention.value for mention in asked} & {one.mention.value for one in told}
    if shared:
        return "same", _row(
            element, _only(asked, shared), [one for one in told if one.mention.value in shared]
        )
    facets = {element.value(mention.value).facet for mention in asked}
    against = [one for one in told if element.value(one.mention.value).facet in facets]
    if not against:
        return "ask", _row(element, (), told)
    against_facets = {element.value(one.mention.value).facet for one in against}
    opposed = [mention for mention in asked if element.value(mention.value).facet in against_facets]
    # What the rules often take for another thing is only worth a question.
    return "different" if element.contradicts else "ask", _row(element, opposed, against)


def _only(mentions: Iterable[Mention], values: set[str]) -> list[Mention]:
    return [mention for mention in mentions if mention.value in values]


def _row(element: Element, asked: Iterable[Mention], told: Sequence[Told]) -> Row:
    words = tuple(dict.fromkeys(mention.words for mention in asked))[:_QUOTES]
    first_of_each = {one.mention.words: one for one in reversed(told)}
    quoted = [one for one in dict.fromkeys(told) if first_of_each[one.mention.words] is one][:_QUOTES]
    values = tuple(element.value(code) for code in dict.fromkeys(one.mention.value for one in quoted))
    return Row(element, values, words, tuple(map(_quote, quoted)))


@lru_cache(maxsize=_KEPT)
def _quote(told: Told) -> Quote:
    start = told.mention.start
    around = next((span for span in sentences(told.text) if span[0] <= start < span[1]), (0, len(told.text)))
    return Quote(told.mention.words, told.text[slice(*around)], told.where)
