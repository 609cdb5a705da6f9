"""The work sheet: a form that starts from one to three cases, and the same on paper, in Word and as plain text.

What is written in it lives only as long as the request that carries it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from indexer.case.model import Case
from indexer.errors import QueryError
from search_api.core.comparison import Comparer, Comparison
from search_api.core.engine import SearchEngine
from search_api.core.sheet import LISTS, MOST_CASES, WrittenSheet, draw_sheet
from search_api.core.steps import steps_of
from search_api.rendering.case_paper import case_paper
from search_api.rendering.paper import Paper, Voice, plain
from search_api.rendering.sheet_paper import sheet_paper
from search_api.server.api import Engine
from search_api.server.page_maker import page_maker
from search_api.server.pages import recent_queries
from search_api.server.sheet_form import changed, first_form, read_form, trouble
from search_api.server.voice import voice_of, word_response

_MOST_FIELDS = 5000
"""More than fit into a request: whoever sends too many steps is told so, and loses none."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class _Posted:
    """A form that came back: its cases, its answer's token, what is written in it, the button pressed, the voice."""

    cases: tuple[Case, ...]
    token: str
    sheet: WrittenSheet
    wish: str
    voice: Voice

    def paper(self, engine: SearchEngine) -> Paper:
        """Return the sheet for paper, as of today."""
        return sheet_paper(self.sheet, self.cases, self.voice, date.today(), engine.snapshot.manifest.id)


@router.get("/sheet")
async def new_sheet(request: Request, engine: Engine) -> HTMLResponse:
    """A sheet from the chosen cases, ready to be changed."""
    voice, token = voice_of(request, engine), request.query_params.get("from", "")
    cases = chosen_cases(request.query_params.getlist("case"), engine, voice)
    comparisons = _comparisons(request, engine, cases, token)
    sheet = draw_sheet(cases, comparisons, voice.language, date.today())
    notice = voice.text("sheet.forgotten") if token and comparisons is None else ""
    return _form_page(request, engine, cases, token, first_form(sheet, voice), notice=notice)


@router.get("/sheet/{form}")
async def sheet_without_form() -> RedirectResponse:
    """The address of a print page, typed in: there is nothing to print."""
    return RedirectResponse("/cases", 303)


@router.post("/sheet")
async def changed_sheet(request: Request, engine: Engine) -> HTMLResponse:
    """The form with a step moved or added."""
    posted = await _posted(request, engine)
    return _form_page(request, engine, posted.cases, posted.token, changed(posted.sheet, posted.wish))


@router.post("/sheet/print")
async def printed_sheet(request: Request, engine: Engine) -> HTMLResponse:
    """The sheet as a page for the printer."""
    return await _shown(request, engine, "print")


@router.post("/sheet/text")
async def sheet_as_text(request: Request, engine: Engine) -> HTMLResponse:
    """The sheet as text for a message."""
    return await _shown(request, engine, "text")


@router.post("/sheet/word")
async def sheet_in_word(request: Request, engine: Engine) -> Response:
    """The sheet as a Word file, named by the day: its title is what somebody typed."""
    posted = await _posted(request, engine)
    if trouble(posted.sheet, posted.voice):
        return _refused(request, engine, posted)
    name = f"{posted.voice.text('sheet.title')}-{date.today().isoformat()}"
    return word_response(posted.paper(engine), posted.voice, name, "sheet")


@router.get("/cases/{case_id}/word")
async def case_in_word(request: Request, case_id: str, engine: Engine) -> Response:
    """One case, whole, as a Word file."""
    case, voice = engine.case(case_id), voice_of(request, engine)
    return word_response(case_paper(case, voice, engine.snapshot.manifest.id), voice, case.title, case.id)


def chosen_cases(ids: Sequence[str], engine: SearchEngine, voice: Voice) -> tuple[Case, ...]:
    """Return the cases called `ids`, each once.

    Raises QueryError unless they are one to three that are in force, NotFoundError for an unknown one.
    """
    wanted = list(dict.fromkeys(ids))
    if not 1 <= len(wanted) <= MOST_CASES:
        raise QueryError("case", voice.text("sheet.choose", n=len(wanted)))
    cases = tuple(map(engine.case, wanted))
    for case in cases:
        if case.withdrawn:
            raise QueryError("case", voice.text("sheet.withdrawn", title=case.title))
    return cases


def _comparisons(
    request: Request, engine: SearchEngine, cases: Sequence[Case], token: str
) -> tuple[Comparison, ...] | None:
    """Return the cases held against what was asked; None when that is not known."""
    asked = recent_queries(request).get(token) if token else None
    if asked is None:
        return None
    comparer = Comparer(engine.snapshot.elements)
    mentions = comparer.asked(asked.text)
    return tuple(comparer.compare(mentions, case) for case in cases)


async def _posted(request: Request, engine: SearchEngine) -> _Posted:
    form: FormData = await request.form(max_fields=_MOST_FIELDS)
    voice = voice_of(request, engine)
    fields = {
        name: [value for value in form.getlist(name) if isinstance(value, str)]
        for name in ("case", "from", "do")
    }
    cases = chosen_cases(fields["case"], engine, voice)
    token, wish = (next(iter(fields[name]), "") for name in ("from", "do"))
    return _Posted(cases, token, read_form(form, cases), wish, voice)


async def _shown(request: Request, engine: SearchEngine, form: str) -> HTMLResponse:
    posted = await _posted(request, engine)
    if trouble(posted.sheet, posted.voice):
        return _refused(request, engine, posted)
    paper = posted.paper(engine)
    context = {
        **_fields(posted.cases, posted.token, posted.sheet),
        "paper": paper,
        "text": plain(paper) if form == "text" else "",
    }
    return page_maker(request).response(request, "sheet_print.html", context, engine)


def _refused(request: Request, engine: SearchEngine, posted: _Posted) -> HTMLResponse:
    """Return the form as it was sent, with what is too much on it."""
    error = trouble(posted.sheet, posted.voice)
    return _form_page(request, engine, posted.cases, posted.token, posted.sheet, error=error, status=422)


def _form_page(
    request: Request,
    engine: SearchEngine,
    cases: tuple[Case, ...],
    token: str,
    sheet: WrittenSheet,
    *,
    notice: str = "",
    error: str = "",
    status: int = 200,
) -> HTMLResponse:
    known = bool(token) and recent_queries(request).get(token) is not None
    context = {**_fields(cases, token, sheet), "notice": notice, "error": error, "answer_known": known}
    response = page_maker(request).response(request, "sheet.html", context, engine, status)
    # Which questions are still open says something of what was asked.
    response.headers["Cache-Control"] = "no-store"
    return response


def _fields(cases: tuple[Case, ...], token: str, sheet: WrittenSheet) -> dict[str, Any]:
    anchors = {
        (number, step.number): f"/cases/{case.id}#{step.anchor}"
        for number, case in enumerate(cases, start=1)
        for step in steps_of(case)
    }
    failed = [step for case in cases for step in steps_of(case) if step.failed]
    return {
        "cases": cases,
        "token": token,
        "sheet": sheet,
        "lists": LISTS,
        "anchors": anchors,
        "failed": failed,
    }
