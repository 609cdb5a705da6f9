"""A picture of the library: what it holds, how the cases ended, and what it lacks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from indexer.case.model import Case
from indexer.case.situations import WAYS, Situation
from indexer.case.vocabulary import Vocabulary
from search_api.core.fields import FIELDS


@dataclass(frozen=True)
class Row:
    """A value, its name for people, how many cases have it, and how these ended by outcome code.

    `counts` follow the outcomes of the vocabulary; a case without an outcome counts in `total` alone.
    """

    value: str
    label: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Chart:
    """One field of the cases, row by row. `field` is a field that lists can be filtered by."""

    field: str
    label: str
    rows: tuple[Row, ...]

    @property
    def most(self) -> int:
        """The longest bar, at least 1."""
        return max((row.total for row in self.rows), default=1) or 1


@dataclass(frozen=True)
class Gap:
    """What a category lacks: its situations that no case answers, not even with changes."""

    category: str
    label: str
    situations: tuple[str, ...]


@dataclass(frozen=True)
class LibraryPicture:
    """The whole picture. `outcomes` are (code, name) in the order of every row's counts.

    `unused_methods` are the methods of the vocabulary that no case has; `situations` and `covered` say how
    many situations there are and how many some case answers, if only with changes.
    """

    cases: int
    outcomes: tuple[tuple[str, str], ...]
    charts: tuple[Chart, ...]
    gaps: tuple[Gap, ...]
    unused_methods: tuple[str, ...]
    situations: int
    covered: int


def draw_picture(
    cases: Iterable[Case],
    vocabulary: Vocabulary,
    situations: Iterable[Situation],
    language: str = "zh",
) -> LibraryPicture:
    """Count the cases that are not withdrawn, and the situations of the bank that they answer."""
    live = [case for case in cases if not case.withdrawn]
    bank = [situation for situation in situations if situation.category != WAYS]
    unanswered = _unanswered(bank, live)
    used = {method for case in live for method in case.methods}
    return LibraryPicture(
        cases=len(live),
        outcomes=tuple(
            (code, vocabulary.label("outcomes", code, language)) for code in vocabulary.codes("outcomes")
        ),
        charts=tuple(_chart(field, live, vocabulary, language) for field in _ORDER),
        gaps=tuple(_gaps(unanswered, vocabulary, language)),
        unused_methods=tuple(
            vocabulary.label("methods", name, language)
            for name in vocabulary.codes("methods")
            if name not in used
        ),
        situations=len(bank),
        covered=len(bank) - len(unanswered),
    )


def _chart(field: str, cases: Sequence[Case], vocabulary: Vocabulary, language: str) -> Chart:
    rows = []
    for value in _values(field, cases, vocabulary):
        having = [case for case in cases if value in FIELDS[field].values(case)]
        counts = tuple(
            sum(case.outcome.status == code for case in having) for code in vocabulary.codes("outcomes")
        )
        controlled = FIELDS[field].vocabulary
        label = vocabulary.label(controlled, value, language) if controlled else value
        rows.append(Row(value, label, counts, len(having)))
    return Chart(field, FIELDS[field].label(language), tuple(_ordered(rows, _ORDER[field])))


def _ordered(rows: list[Row], key: Callable[[Row], tuple[int, str] | tuple[int, ...]] | None) -> list[Row]:
    return sorted(rows, key=key) if key else rows


def _values(field: str, cases: Sequence[Case], vocabulary: Vocabulary) -> Iterable[str]:
    """Return the values to draw: every category, also one without a case; of other fields those in use."""
    used = dict.fromkeys(value for case in cases for value in FIELDS[field].values(case))
    return dict.fromkeys((*vocabulary.codes("categories"), *used)) if field == "category" else used


def _unanswered(situations: Sequence[Situation], cases: Sequence[Case]) -> list[Situation]:
    known = {case.id for case in cases}
    named = {name for case in cases for name in case.situations}
    return [
        situation
        for situation in situations
        if situation.name not in named and known.isdisjoint((*situation.same, *situation.like))
    ]


def _gaps(unanswered: Sequence[Situation], vocabulary: Vocabulary, language: str) -> Iterable[Gap]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for situation in unanswered:
        names[situation.category].append(situation.name)
    for category in sorted(names, key=_place_among(vocabulary.codes("categories"))):
        yield Gap(category, vocabulary.label("categories", category, language), tuple(names[category]))


def _place_among(codes: Sequence[str]) -> Callable[[str], int]:
    places = {code: place for place, code in enumerate(codes)}
    return lambda code: places.get(code, len(places))


def _most_first(row: Row) -> tuple[int, str]:
    return -row.total, row.value


def _newest_first(row: Row) -> tuple[int, ...]:
    return tuple(-ord(character) for character in row.value)


_ORDER: dict[str, Callable[[Row], tuple[int, str] | tuple[int, ...]] | None] = {
    "category": None,
    "province": _most_first,
    "year": _newest_first,
    "setting": _most_first,
    "method": _most_first,
}
"""The fields drawn and how the rows of each are ordered; None leaves them as the vocabulary has them."""
