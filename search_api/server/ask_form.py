"""The one form of the site as it is sent: the question, the filters, and what refines an answer."""

from pydantic import BaseModel

from indexer.case.vocabulary import Vocabulary
from search_api.core.engine import WITHIN
from search_api.core.query import Filters, Query, checked_community, checked_filters

STEP = 5
"""How many cases an answer lists, and how many more each time more are asked for."""

MOST_STEPS = 3

EVERYTHING = "all"


class AskForm(BaseModel):
    """The fields of the form, all text; an absent one is ''.

    `set` adds the filter field=value; `drop` takes one off, or a whole field, or `within`, or with `all` every
    one of them. `more` counts how often more cases were asked for.
    """

    query: str = ""
    example: str = ""
    filter: list[str] = []
    set: str = ""
    drop: str = ""
    within: str = ""
    more: str = ""
    my_type: str = ""
    my_property: str = ""
    my_place: str = ""
    my_households: str = ""

    @property
    def text(self) -> str:
        """The question: the example that was clicked, otherwise what stands in the box."""
        return self.example or self.query

    def asked(self, vocabulary: Vocabulary) -> Query:
        """Return the query. Raises QueryError for what cannot be answered."""
        return Query.checked(
            self.text,
            STEP + STEP * _steps(self.more),
            self._filters(vocabulary),
            vocabulary=vocabulary,
            within="" if self.drop in (WITHIN, EVERYTHING) else self.within,
            community=checked_community(
                self.my_type, self.my_property, self.my_place, self.my_households, vocabulary=vocabulary
            ),
        )

    def _filters(self, vocabulary: Vocabulary) -> Filters:
        if self.drop == EVERYTHING:
            return checked_filters({}, vocabulary)
        chosen: dict[str, list[str]] = {}
        for pair in dict.fromkeys(pair for pair in (*self.filter, self.set) if pair):
            name, _, value = pair.partition("=")
            if not self.drop or self.drop not in (pair, name):
                chosen.setdefault(name, []).append(value)
        return checked_filters(chosen, vocabulary)


def further(query: Query) -> int:
    """Return what the button for more cases is to send after the answer to `query`; 0 when there are no more."""
    steps = query.top_k // STEP
    return steps if steps < MOST_STEPS else 0


def _steps(more: str) -> int:
    known = {str(steps): steps for steps in range(1, MOST_STEPS)}
    return known.get(more, 0)
