"""Two or three cases side by side: the same things of each, what they share, and where their communities differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.case.model import SECTIONS, Case
from search_api.core.fields import FIELDS
from search_api.core.wording import place_name

FEWEST, MOST = 2, 3


@dataclass(frozen=True)
class Said:
    """One value of a case; `shared` when every case on the page has it."""

    text: str
    shared: bool = False


@dataclass(frozen=True)
class SideRow:
    """One thing of each case, in the order of the cases; () where a case does not say.

    `differs` says that the cases do not agree on it; that one of them says nothing is no difference.
    """

    name: str
    cells: tuple[tuple[Said, ...], ...]
    differs: bool = False


@dataclass(frozen=True)
class SidePart:
    """One section of each case as Markdown, '' where a case has none."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SideBySide:
    """The cases, what is short enough for a line, and their sections."""

    cases: tuple[Case, ...]
    rows: tuple[SideRow, ...]
    parts: tuple[SidePart, ...]


def side_by_side(cases: Sequence[Case]) -> SideBySide:
    """Return `cases` side by side; what none of them says is left out."""
    rows = [
        *(
            _row(name, cases, FIELDS[name].values, compared=True)
            for name in ("place_kind", "setting", "property")
        ),
        _row("households", cases, lambda case: _number(case.setting.households), compared=True),
        *(_row(name, cases, read) for name, read in _PLAIN.items()),
        *(_row(name, cases, read, shares=True) for name, read in _LISTS.items()),
    ]
    parts = [SidePart(heading, tuple(case.section(heading) for case in cases)) for heading in SECTIONS]
    return SideBySide(
        tuple(cases),
        tuple(row for row in rows if any(row.cells)),
        tuple(part for part in parts if any(part.texts)),
    )


def _row(
    name: str,
    cases: Sequence[Case],
    read: Callable[[Case], Sequence[str]],
    *,
    compared: bool = False,
    shares: bool = False,
) -> SideRow:
    told = [tuple(dict.fromkeys(value for value in read(case) if value)) for case in cases]
    common = set(told[0]).intersection(*told[1:]) if shares else set()
    cells = tuple(tuple(Said(text, text in common) for text in texts) for texts in told)
    return SideRow(name, cells, compared and len({texts for texts in told if texts}) > 1)


def _number(value: int | None) -> tuple[str, ...]:
    return () if value is None else (str(value),)


_PLAIN: dict[str, Callable[[Case], Sequence[str]]] = {
    "category": lambda case: (case.category,),
    "place": lambda case: (place_name(case.place, full=True),),
    "date": lambda case: (case.date,),
    "outcome": lambda case: (case.outcome.status,),
    "days": lambda case: _number(case.outcome.days),
}
_LISTS: dict[str, Callable[[Case], Sequence[str]]] = {
    "methods": lambda case: case.methods,
    "actors": lambda case: case.actors,
    "law": lambda case: tuple(f"《{law.name}》{law.article}" for law in case.law),
    "redlines": lambda case: case.redlines,
}
