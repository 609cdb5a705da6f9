"""Which cases pass the filters, and how many there are behind each further choice."""

from collections import Counter
from collections.abc import Sequence

from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from search_api.core.fields import FIELDS
from search_api.core.outcome import Facet, FacetValue
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

    A count is the number of cases that have the value and pass all filters on other fields: what choosing it
    leaves or, beside a chosen value of the same field, what it adds at most.
    """
    facets = []
    for name, field in FIELDS.items():
        counts = Counter(
            value for case in cases if passes(case, filters, but=name) for value in field.values(case)
        )
        chosen = filters.get(name, ())
        values = [
            FacetValue(value, _label(vocabulary, name, value, language), counts[value], value in chosen)
            for value in sorted(counts.keys() | set(chosen), key=lambda value: (-counts[value], value))
        ]
        facets.append(Facet(name, field.label(language), tuple(values)))
    return tuple(facets)


def _label(vocabulary: Vocabulary, name: str, value: str, language: str) -> str:
    controlled = FIELDS[name].vocabulary
    return vocabulary.label(controlled, value, language) if controlled else value
