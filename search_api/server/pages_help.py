"""The pages that explain: how to use this, and how an answer comes about and how often it was right."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from search_api.core.engine import SearchEngine
from search_api.server.api import engine_of
from search_api.server.page_maker import page_maker

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    right: int
    of: int

    @property
    def wrong(self) -> int:
        """Return how many were not."""
        return self.of - self.right


LEVELS: Final = {
    "close": Count(46, 48),
    "method": Count(1, 1),
    "idea": Count(38, 68),
    "none": Count(3, 33),
}
"""By level of the first case, on the test questions: where it did help, of how many."""

FIGURES: Final = {
    "answerable": Count(112, 117),
    "elsewhere": Count(28, 33),
    "danger": Count(194, 224),
    "harmless": Count(216, 225),
    "same": Count(128, 165),
    "different": Count(19, 29),
    "ask": Count(128, 311),
    "differences": Count(19, 141),
}
"""What was right, on questions and lines that taught nothing. tests/search_api/test_help.py compares with the report."""


@router.get("/help")
async def help_page(request: Request) -> HTMLResponse:
    """How to use this: asking, keys, privacy, offline, many at once. Needs no snapshot."""
    return page_maker(request).response(request, "help.html", {}, None)


@router.get("/method")
async def method_page(request: Request) -> HTMLResponse:
    """How an answer comes about, and how often it was right. Raises NoSnapshotError."""
    engine: SearchEngine = engine_of(request)
    context = {"levels": LEVELS, "figures": FIGURES, "case_count": engine.cases({}).total}
    return page_maker(request).response(request, "method.html", context, engine)
