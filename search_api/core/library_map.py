"""The map of the library as it is drawn: dots, the names of categories among them, and the cases behind the dots."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from indexer.map import Spot

Anchor = Literal["start", "middle", "end"]

_LEFT, _WIDE = 2.0, 96.0
_TOP, _HIGH = 3.0, 94.0
"""Where the dots lie, in percent of the drawing, so that none is cut off at its edge."""


@dataclass(frozen=True)
class Dot:
    """A case and its place in percent of the drawing. `near` are the cases most like it, nearest first."""

    case: Case
    x: float
    y: float
    near: tuple[Case, ...]
    chosen: bool


@dataclass(frozen=True)
class Name:
    """The name of a category where its dots are thickest; `minor` ones have room on a wide drawing only."""

    category: str
    label: str
    x: float
    y: float
    anchor: Anchor = "middle"
    minor: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class Kind:
    """A category with its dots, in order of title."""

    category: str
    label: str
    dots: tuple[Dot, ...]
    chosen: bool


@dataclass(frozen=True)
class LibraryMap:
    """The whole map. `dots` come in the order of drawing: the chosen ones last, so that they lie on top."""

    dots: tuple[Dot, ...]
    names: tuple[Name, ...]
    kinds: tuple[Kind, ...]

    @property
    def chosen(self) -> Kind | None:
        """The category that is drawn in colour."""
        return next((kind for kind in self.kinds if kind.chosen), None)


def library_map(
    spots: Sequence[Spot],
    cases: Iterable[Case],
    vocabulary: Vocabulary,
    language: str = "zh",
    category: str = "",
) -> LibraryMap:
    """Return the map of `spots`, with the cases of `category` chosen."""
    known = {case.id: case for case in cases}
    dots = tuple(_dot(spot, known, category) for spot in spots)
    kinds = tuple(
        Kind(code, vocabulary.label("categories", code, language), own, code == category)
        for code in vocabulary.codes("categories")
        if (own := tuple(sorted(_of(dots, code), key=lambda dot: dot.case.title)))
    )
    return LibraryMap(tuple(sorted(dots, key=lambda dot: dot.chosen)), _names(kinds), kinds)


def _dot(spot: Spot, known: dict[str, Case], category: str) -> Dot:
    case = known[spot.case_id]
    x, y = round(_LEFT + spot.x * _WIDE, 1), round(_TOP + spot.y * _HIGH, 1)
    return Dot(case, x, y, tuple(known[other] for other in spot.near), case.category == category)


def _of(dots: Iterable[Dot], category: str) -> Iterable[Dot]:
    return (dot for dot in dots if dot.case.category == category)


@dataclass(frozen=True)
class _Type:
    """How much of the drawing a letter takes, in percent: a narrow one, a wide one, and a line's height."""

    narrow: float
    wide: float
    line: float

    def width(self, text: str) -> float:
        return sum(
            self.wide if unicodedata.east_asian_width(letter) in "WF" else self.narrow for letter in text
        )


_PHONE = _Type(2.1, 4.0, 4.2)
_DESK = _Type(0.9, 1.7, 4.2)
_STEPS = (0, 1, -1, 2, -2, 3, -3)
"""By how many lines a name may move to find room."""


def _names(kinds: Sequence[Kind]) -> tuple[Name, ...]:
    """Return a name for each of `kinds`, the large ones first, without any two over each other where that is possible.

    What finds no room on a phone is minor, and then only has to find room among all names on a desk.
    """
    placed: list[Name] = []
    waiting: list[Name] = []
    for kind in sorted(kinds, key=lambda kind: (not kind.chosen, -len(kind.dots), kind.category)):
        wished = _wished(kind)
        free = _free(wished, placed, _PHONE)
        (placed if free else waiting).append(free or wished)
    for wished in waiting:
        minor = replace(wished, minor=True)
        placed.append(_free(minor, placed, _DESK) or minor)
    return tuple(placed)


def _wished(kind: Kind) -> Name:
    x = round(median(dot.x for dot in kind.dots), 1)
    y = round(median(dot.y for dot in kind.dots), 1)
    half = _PHONE.width(kind.label) / 2
    if x - half < 0:
        return Name(kind.category, kind.label, 0.5, y, "start", chosen=kind.chosen)
    if x + half > 100:  # noqa: PLR2004  (percent)
        return Name(kind.category, kind.label, 99.5, y, "end", chosen=kind.chosen)
    return Name(kind.category, kind.label, x, y, chosen=kind.chosen)


def _free(name: Name, placed: Sequence[Name], letters: _Type) -> Name | None:
    for step in _STEPS:
        moved = replace(name, y=round(name.y + step * letters.line, 1))
        if letters.line <= moved.y <= 100 - letters.line / 2 and not any(
            _overlap(moved, other, letters) for other in placed
        ):
            return moved
    return None


def _overlap(one: Name, other: Name, letters: _Type) -> bool:
    if round(abs(one.y - other.y), 1) >= letters.line:
        return False
    (left, right), (other_left, other_right) = _extent(one, letters), _extent(other, letters)
    return left < other_right and other_left < right


def _extent(name: Name, letters: _Type) -> tuple[float, float]:
    width = letters.width(name.label)
    start = name.x - {"start": 0.0, "middle": width / 2, "end": width}[name.anchor]
    return start, start + width
