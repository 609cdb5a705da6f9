"""What was asked in the last minutes, in memory only, so that a reader can come back from a case to the answer.

The address of an answer holds a random token and nothing of the question. Nothing is written anywhere: what
is not asked for again is forgotten after a quarter of an hour, and everything when the server stops.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from search_api.core.query import Query

SECONDS = 15 * 60
MOST = 2000


@dataclass(frozen=True)
class _Kept:
    query: Query
    until: float


class RecentQueries:
    """Queries by token. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def keep(self, query: Query) -> str:
        """Keep `query` and return the token to ask for it by: 128 random bits."""
        self._forget_old()
        token = secrets.token_urlsafe(16)
        self._kept[token] = _Kept(query, self._clock() + SECONDS)
        return token

    def get(self, token: str) -> Query | None:
        """Return the query kept under `token`, None when it is forgotten or never was."""
        self._forget_old()
        kept = self._kept.get(token)
        return kept.query if kept else None

    def _forget_old(self) -> None:
        # Kept in order of time, so what is to be forgotten stands in front.
        while self._kept:
            first = next(iter(self._kept.values()))
            if first.until > self._clock() and len(self._kept) < MOST:
                return
            self._kept.popitem(last=False)
