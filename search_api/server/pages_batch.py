"""The page where many orders are looked up at once; it masks personal data before anything is sent."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from search_api.core.batch import MAX_ROWS
from search_api.core.query import MAX_CHARACTERS
from search_api.server.api import Engine
from search_api.server.page_maker import page_maker

MAX_FILE_MIB = 10

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/batch")
async def batch(request: Request, engine: Engine) -> HTMLResponse:
    """The form, and the places for what comes back; without scripts the ordinary box."""
    context = {"max_rows": MAX_ROWS, "max_characters": MAX_CHARACTERS, "max_file": MAX_FILE_MIB}
    return page_maker(request).response(request, "batch.html", context, engine)
