"""Two or three cases side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from indexer.errors import QueryError
from search_api.core.engine import SearchEngine
from search_api.core.outcome import Level
from search_api.core.side_by_side import FEWEST, MOST, side_by_side
from search_api.server.api import Engine
from search_api.server.language import language_of
from search_api.server.page_maker import page_maker
from search_api.server.pages import recent_queries

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/compare")
async def compare(
    request: Request,
    engine: Engine,
    case: Annotated[list[str] | None, Query()] = None,
    token: Annotated[str, Query(alias="from")] = "",
) -> HTMLResponse:
    """The chosen cases in columns. Raises QueryError for too few or too many, NotFoundError for an unknown one."""
    wanted = tuple(dict.fromkeys(case or ()))
    if not FEWEST <= len(wanted) <= MOST:
        raise QueryError("case", _how_many(request, len(wanted)))
    context = {
        "sides": side_by_side([engine.case(case_id) for case_id in wanted]),
        "levels": _levels(request, engine, token),
        "token": token if recent_queries(request).get(token) else "",
    }
    response = page_maker(request).response(request, "compare.html", context, engine)
    response.headers["Cache-Control"] = "no-store"
    return response


def _how_many(request: Request, count: int) -> str:
    key = "side.choose_some" if count == 0 else "side.choose_more" if count < FEWEST else "side.choose_fewer"
    return page_maker(request).text(request, key, n=count)


def _levels(request: Request, engine: SearchEngine, token: str) -> dict[str, Level]:
    """Return how close each case of the answer is to what was asked; nothing when that is forgotten."""
    asked = recent_queries(request).get(token)
    if asked is None:
        return {}
    return {match.case.id: match.level for match in engine.search(asked, language_of(request)).results}
