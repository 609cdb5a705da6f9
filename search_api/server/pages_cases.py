"""The pages of the cases and of the library as a whole."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from indexer.errors import QueryError
from search_api.core.library_map import library_map
from search_api.core.query import checked_filters
from search_api.core.relatives import relatives_of
from search_api.server.api import Engine, filters_of
from search_api.server.language import language_of
from search_api.server.page_maker import page_maker
from search_api.server.pages_topics import wishes_of

PAGE_SIZE = 20

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/cases")
async def all_cases(request: Request, engine: Engine, page: str = "1") -> HTMLResponse:
    """All cases, with filters in the address: they say nothing about anybody."""
    if not (page.isascii() and page.isdigit() and len(page) < 6 and 1 <= int(page) <= 10_000):  # noqa: PLR2004
        raise QueryError("page", f"页码「{page[:20]}」应是从 1 开始的整数。")
    filters = filters_of(request, engine)
    found = engine.cases(filters, int(page), PAGE_SIZE, language_of(request))
    return page_maker(request).response(request, "cases.html", {"page": found, "filters": filters}, engine)


@router.get("/cases/{case_id}")
async def one_case(request: Request, case_id: str, engine: Engine) -> HTMLResponse:
    """One case, whole, with its relatives and how to cite it."""
    case = engine.case(case_id)
    context = {"case": case, "relatives": relatives_of(case, engine), "today": date.today().isoformat()}
    return page_maker(request).response(request, "case.html", context, engine)


@router.get("/library")
async def library(request: Request, engine: Engine, wished: str = "") -> HTMLResponse:
    """What the library holds, what it lacks, and what people wish for."""
    known = engine.snapshot.vocabulary.codes("categories")
    context = {
        "picture": engine.picture(language_of(request)),
        "wanted": wishes_of(request, engine),
        "wished": wished if wished in known else "",
    }
    return page_maker(request).response(request, "library.html", context, engine)


@router.get("/map")
async def map_of_the_library(
    request: Request, engine: Engine, category: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """Every case a dot, like ones by each other; one category may be shown in colour."""
    snapshot = engine.snapshot
    checked_filters({"category": (category,)} if category else {}, snapshot.vocabulary)
    drawn = library_map(snapshot.map, snapshot.cases, snapshot.vocabulary, language_of(request), category)
    return page_maker(request).response(request, "map.html", {"map": drawn}, engine)
