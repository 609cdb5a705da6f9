"""The pages: HTML from the same engine, without JavaScript, with the query in the request body only."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from indexer.case.model import Setting
from indexer.case.vocabulary import Vocabulary
from indexer.errors import CasebookError, NoSnapshotError, QueryError
from search_api.core.engine import WITHIN, SearchEngine
from search_api.core.fields import FIELDS, OF_COMMUNITY
from search_api.core.outcome import LeftOut
from search_api.core.query import Query
from search_api.server.api import Engine, engine_of
from search_api.server.ask_form import STEP, AskForm, further
from search_api.server.display import remember_display
from search_api.server.language import language_of, own_path, remember_language
from search_api.server.page_maker import page_maker
from search_api.server.problems import Problem, problem_of
from search_api.server.recent import RecentQueries

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def recent_queries(request: Request) -> RecentQueries:
    """Return what was asked in the last minutes."""
    recent: RecentQueries = request.app.state.recent
    return recent


@router.get("/")
async def home(request: Request, engine: Engine) -> HTMLResponse:
    """The box, examples, and the categories to browse."""
    return page_maker(request).response(request, "home.html", _home_context(request, engine), engine)


@router.get("/search")
async def search_without_query() -> RedirectResponse:
    """The form's address, typed in: there is nothing to search for."""
    return RedirectResponse("/", 303)


@router.post("/search")
async def search(request: Request, engine: Engine, form: Annotated[AskForm, Form()]) -> Response:
    """Take the question and lead on to its answer, which the reader can come back to.

    Facets are buttons of the same form, so that the question stays out of the address.
    """
    try:
        asked = form.asked(engine.snapshot.vocabulary)
    except QueryError as error:
        context = {**_home_context(request, engine), "query": form.text, "error": str(error)}
        return page_maker(request).response(request, "home.html", context, engine, 422)
    place = f"#result-{asked.top_k - STEP + 1}" if asked.top_k > STEP else ""
    return RedirectResponse(f"/answers/{recent_queries(request).keep(asked)}{place}", 303)


@router.get("/answers/{token}")
async def answer(request: Request, token: str, engine: Engine) -> HTMLResponse:
    """The closest cases to a question asked a moment ago."""
    asked = recent_queries(request).get(token)
    if asked is None:
        forgotten = page_maker(request).text(request, "ask.forgotten")
        context = {**_home_context(request, engine), "error": forgotten}
        return page_maker(request).response(request, "home.html", context, engine, 410)
    context = {**_answer_context(asked, engine, language_of(request)), "token": token}
    response = page_maker(request).response(request, "results.html", context, engine)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/language")
async def switch_language(to: str = "zh", next: str = "/") -> Response:  # noqa: A002
    """Remember the language and go back."""
    response = RedirectResponse(own_path(next), 303)
    remember_language(response, to)
    return response


@router.get("/display")
async def switch_display(request: Request, size: str = "", contrast: str = "", next: str = "/") -> Response:  # noqa: A002
    """Remember how large and how strong in contrast to show everything, and go back."""
    response = RedirectResponse(own_path(next), 303)
    remember_display(request, response, size, contrast)
    return response


def error_page(request: Request, error: Exception) -> HTMLResponse:
    """Return the page for `error`: what to run when there is no snapshot, otherwise what went wrong."""
    pages = page_maker(request)
    if isinstance(error, NoSnapshotError):
        return pages.response(request, "no_index.html", {}, None, 503)
    problem: Problem = problem_of(error)
    context = {"status": problem.status, "title": problem.title, "detail": "", "remedy": ""}
    if isinstance(error, CasebookError):
        context["detail"] = problem.detail
    return pages.response(request, "error.html", context, _engine_if_any(request), problem.status)


def _engine_if_any(request: Request) -> SearchEngine | None:
    try:
        return engine_of(request)
    except CasebookError:
        return None


def _home_context(request: Request, engine: SearchEngine) -> dict[str, Any]:
    page = engine.cases({}, language=language_of(request))
    vocabulary = engine.snapshot.vocabulary
    counts = {
        value.value: value.count
        for facet in page.facets
        if facet.field == "category"
        for value in facet.values
    }
    return {
        "query": "",
        "filters": {},
        "error": None,
        "examples": [category.examples[0] for category in vocabulary.categories[::4] if category.examples],
        "case_count": page.total,
        "categories": [
            {
                "value": category.code,
                "label": vocabulary.label("categories", category.code, language_of(request)),
                "count": counts.get(category.code, 0),
            }
            for category in vocabulary.categories
        ],
    }


def _answer_context(asked: Query, engine: SearchEngine, language: str) -> dict[str, Any]:
    vocabulary = engine.snapshot.vocabulary
    return {
        "query": asked.text,
        "filters": asked.filters,
        "within": asked.within,
        "mine": asked.community or Setting(),
        "outcome": engine.search(asked, language),
        "further": further(asked),
        "left_out_name": lambda one: _left_out_name(one, vocabulary, language),
        "error": None,
        "examples": (),
        "case_count": engine.cases({}).total,
        "choices": {name: vocabulary.codes(FIELDS[name].vocabulary) for name in OF_COMMUNITY[:3]},
        "categories": vocabulary.codes("categories"),
    }


def _left_out_name(one: LeftOut, vocabulary: Vocabulary, language: str) -> str:
    if one.field == WITHIN:
        return one.values[0]
    names = (FIELDS[one.field].name(value, vocabulary, language) for value in one.values)
    return (", " if language == "en" else "、").join(names)
