"""The search report: what was asked and what came of it, as a page and in Word."""

from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from search_api.core.engine import SearchEngine
from search_api.core.query import Query
from search_api.core.report import draw_report
from search_api.rendering.paper import Paper, Voice
from search_api.rendering.report_paper import report_paper
from search_api.server import pages
from search_api.server.api import Engine
from search_api.server.page_maker import page_maker
from search_api.server.pages_sheet import chosen_cases
from search_api.server.voice import voice_of, word_response

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/answers/{token}/report")
async def report(request: Request, token: str, engine: Engine) -> HTMLResponse:
    """The report on a question asked a moment ago."""
    asked = pages.recent_queries(request).get(token)
    if asked is None:
        return await pages.answer(request, token, engine)
    paper = _paper(request, engine, asked, voice_of(request, engine))
    word = request.url.path + "/word" + (f"?{request.url.query}" if request.url.query else "")
    context = {"paper": paper, "token": token, "word": word}
    response = page_maker(request).response(request, "report.html", context, engine)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/answers/{token}/report/word")
async def report_in_word(request: Request, token: str, engine: Engine) -> Response:
    """The same as a Word file."""
    asked = pages.recent_queries(request).get(token)
    if asked is None:
        return await pages.answer(request, token, engine)
    voice = voice_of(request, engine)
    name = f"{voice.text('report.title')}-{date.today().isoformat()}"
    return word_response(_paper(request, engine, asked, voice), voice, name, "report")


def _paper(request: Request, engine: SearchEngine, asked: Query, voice: Voice) -> Paper:
    ids = request.query_params.getlist("case")
    chosen = chosen_cases(ids, engine, voice) if ids else None
    return report_paper(draw_report(engine, asked, date.today(), voice.language, chosen), voice)
