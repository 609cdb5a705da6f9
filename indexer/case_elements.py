"""What a case tells of each element: its front matter and its text, read by one set of rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.case.model import SECTIONS, Case
from indexer.text.element_model import Element
from indexer.text.elements import Elements, Mention


@dataclass(frozen=True)
class Told:
    """A mention in a case: in which part (`where`, a key of the front matter or a heading) and in what `text`."""

    mention: Mention
    where: str
    text: str


CaseElements = Mapping[str, tuple[Told, ...]]
"""By code of the element; what is told in the front matter first, then the sections in their order."""


def read_case(case: Case, elements: Elements) -> CaseElements:
    """Return what `case` tells of each of `elements`; an element that it does not tell of is missing."""
    found = _by_part(case, elements)
    told = ((row.code, (*_stated(row, case), *_read(row, found))) for row in elements.rows)
    return {code: mentions for code, mentions in told if mentions}


def _by_part(case: Case, elements: Elements) -> dict[tuple[str, str], list[Told]]:
    """Return what is told, by element and part. Each part that some element wants is read once."""
    found: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for where in dict.fromkeys(part for row in elements.rows for part in (*row.fields, *row.sections)):
        for text in _texts(case, where):
            for code, mentions in elements.read(text).items():
                found[code, where].extend(Told(mention, where, text) for mention in mentions)
    return found


def _read(row: Element, found: Mapping[tuple[str, str], list[Told]]) -> tuple[Told, ...]:
    in_fields = tuple(told for field in row.fields for told in found.get((row.code, field), ()))
    if in_fields and row.order == "fields-first":
        return in_fields
    return (*in_fields, *(told for part in row.sections for told in found.get((row.code, part), ())))


def _stated(row: Element, case: Case) -> Iterator[Told]:
    """Yield the values that the front matter states outright."""
    for value in row.values:
        for field, wanted in value.stated.items():
            for text in _texts(case, field):
                if text in wanted:
                    yield Told(Mention(value.code, text, 0, len(text)), field, text)


def _texts(case: Case, where: str) -> Iterable[str]:
    """Return the texts of a section, or of the field at a path like `setting.type`."""
    if where in SECTIONS:
        return (case.section(where),)
    found: Any = case
    for name in where.split("."):
        found = getattr(found, name, "")
    return found if isinstance(found, tuple) else (found,)
