"""How like a case's community is to the reader's own: same, near, different, or not said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from indexer.case.model import Case, Setting

Trait = Literal["setting", "households", "property", "place_kind"]
Degree = Literal["same", "near", "different", "unknown"]

FACTOR = 2
"""Households are near when neither side has more than this many times the other's."""


@dataclass(frozen=True)
class LikenessRow:
    """One trait: what the reader said, what the case says ('' if nothing), and how the two agree."""

    trait: Trait
    mine: str
    theirs: str
    degree: Degree


@dataclass(frozen=True)
class Likeness:
    """A case's community beside the reader's, in the traits that the reader gave."""

    rows: tuple[LikenessRow, ...] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """Orders likenesses: the one that comes first has more in common, then fewer differences."""
        degrees = [row.degree for row in self.rows]
        return -sum(degree in ("same", "near") for degree in degrees), degrees.count("different")


def likeness(mine: Setting, case: Case) -> Likeness:
    """Return how like the community of `case` is to `mine`; what `mine` leaves open is not compared."""
    theirs = case.setting
    rows = (
        _worded("setting", mine.type, theirs.type),
        _counted(mine.households, theirs.households),
        _worded("property", mine.property, theirs.property),
        _worded("place_kind", mine.place_kind, theirs.place_kind),
    )
    return Likeness(tuple(row for row in rows if row.mine))


Rated = TypeVar("Rated")


def likest_first(rated: Sequence[tuple[str, Likeness, Rated]]) -> list[Rated]:
    """Return the third of each, those of one group in order of likeness, the best first, ties as they were.

    `rated` are (group, likeness, value). A place in the order keeps its group: only within a group is anything
    moved.
    """
    sorted_by_group: dict[str, list[Rated]] = {}
    for group, _, value in sorted(rated, key=lambda one: one[1].rank):
        sorted_by_group.setdefault(group, []).append(value)
    turns = {group: iter(values) for group, values in sorted_by_group.items()}
    return [next(turns[group]) for group, _, _ in rated]


def _worded(trait: Trait, mine: str, theirs: str) -> LikenessRow:
    degree: Degree = "unknown" if not theirs else "same" if mine == theirs else "different"
    return LikenessRow(trait, mine, theirs, degree)


def _counted(mine: int | None, theirs: int | None) -> LikenessRow:
    said = ["" if number is None else str(number) for number in (mine, theirs)]
    return LikenessRow("households", said[0], said[1], _nearness(mine, theirs))


def _nearness(mine: int | None, theirs: int | None) -> Degree:
    if mine is None or theirs is None:
        return "unknown"
    if mine == theirs:
        return "same"
    return "near" if max(mine, theirs) <= FACTOR * min(mine, theirs) else "different"
