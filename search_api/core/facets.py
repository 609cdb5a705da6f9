"""Which cases pass the filters, how many there are behind each further choice, and what a choice costs."""

from collections import Counter
from collections.abc import Callable, Sequence

from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from search_api.core.fields import FIELDS
from search_api.core.outcome import Facet, FacetValue, LeftOut
from search_api.core.query import Filters


def passes(case: Case, filters: Filters, *, but: str = "") -> bool:
    """Whether `case` has one of the wanted values in every filtered field; the field `but` is not looked at."""
    return all(
        name == but or not set(values).isdisjoint(FIELDS[name].values(case))
        for name, values in filters.items()
    )


def count_facets(
    cases: Sequence[Case], filters: Filters, vocabulary: Vocabulary, language: str = "zh"
) -> tuple[Facet, ...]:
    """Return every field with its values, the most frequent first, ties in order of value.

    A field that names its own values has them in its own order. A count is the number of cases that have the
    value and pass all filters on other fields: what choosing it leaves or, beside a chosen value of the same
    field, what it adds at most.
    """
    facets = []
    for name, field in FIELDS.items():
        counts = Counter(
            value for case in cases if passes(case, filters, but=name) for value in field.values(case)
        )
        chosen = filters.get(name, ())
        values = [
            FacetValue(value, field.name(value, vocabulary, language), counts[value], value in chosen)
            for value in sorted(counts.keys() | set(chosen), key=_order(name, counts))
        ]
        facets.append(Facet(name, field.label(language), tuple(values)))
    return tuple(facets)


def left_out_by(cases: Sequence[Case], filters: Filters) -> tuple[LeftOut, ...]:
    """Return for each filtered field how many of `cases` would be back without it, the most first.

    A field that brings back nothing on its own is left away.
    """
    found = (
        LeftOut(name, values, sum(passes(case, filters, but=name) for case in cases))
        for name, values in filters.items()
    )
    return tuple(sorted((one for one in found if one.cases), key=lambda one: -one.cases))


def _order(name: str, counts: Counter[str]) -> Callable[[str], tuple[int, str]]:
    places = {value: place for place, value in enumerate(FIELDS[name].own)}
    return lambda value: (places.get(value, -counts[value]), value)
