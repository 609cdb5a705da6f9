"""The pages of the cases and of the library as a whole."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from indexer.errors import QueryError
from search_api.server.api import Engine, filters_of
from search_api.server.language import language_of
from search_api.server.page_maker import page_maker

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
    """One case, whole, with the cases closest to it."""
    case = engine.case(case_id)
    similar = () if case.withdrawn else engine.similar(case_id, 4)
    return page_maker(request).response(request, "case.html", {"case": case, "similar": similar}, engine)


@router.get("/library")
async def library(request: Request, engine: Engine) -> HTMLResponse:
    """What the library holds and what it lacks."""
    picture = engine.picture(language_of(request))
    return page_maker(request).response(request, "library.html", {"picture": picture}, engine)
