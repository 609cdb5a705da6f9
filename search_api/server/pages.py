"""The pages: HTML from the same engine, without JavaScript, with the query in the request body only."""

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from indexer.errors import CasebookError, NoSnapshotError, QueryError
from search_api.core.engine import SearchEngine
from search_api.core.outcome import Highlight
from search_api.core.query import Filters, Query, checked_filters
from search_api.core.wording import section_name
from search_api.rendering.highlight import marked
from search_api.rendering.markdown import render_markdown
from search_api.server.api import engine_of, filters_of
from search_api.server.language import Language, language_of, own_path, remember_language, texts
from search_api.server.pages_view import HELPERS
from search_api.server.problems import Problem, problem_of
from search_api.server.recent import RecentQueries
from search_api.settings import Settings

PAGE_SIZE = 20
RESULTS = 5

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Engine = Annotated[SearchEngine, Depends(engine_of)]


class Pages:
    """Renders templates in the visitor's language."""

    def __init__(self, settings: Settings) -> None:
        self._web = settings.web
        self._environment = Environment(
            loader=FileSystemLoader(settings.web / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            auto_reload=False,  # the texts are read once too, and both must fit
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            HELPERS,
            markdown=lambda text: Markup(render_markdown(text)),  # noqa: S704  (render_markdown escapes)
            marked=lambda text, spans: marked(text, _pairs(spans)),
        )

    def response(
        self,
        request: Request,
        template: str,
        context: dict[str, Any],
        engine: SearchEngine | None,
        status: int = 200,
    ) -> HTMLResponse:
        """Return the rendered page; `engine` gives the names of categories and states."""
        language = language_of(request)
        whole = {**_names(engine, language), **self._words(request, language), **context}
        return HTMLResponse(self._environment.get_template(template).render(whole), status)

    def text(self, request: Request, key: str) -> str:
        """Return one interface text in the visitor's language."""
        return texts(self._web, language_of(request))[key]

    def _words(self, request: Request, language: Language) -> dict[str, Any]:
        rows = texts(self._web, language)
        return {
            "lang": language,
            "t": lambda key, **values: rows[key].format(**values),
            "section_name": lambda section: section_name(section, language),
            "url_for_lang": lambda code: _switch(request, code),
        }


def _pairs(spans: Iterable[Highlight]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _names(engine: SearchEngine | None, language: Language) -> dict[str, Any]:
    def name(field: str) -> Any:
        return lambda value: engine.snapshot.vocabulary.label(field, value, language) if engine else value

    return {
        "category_name": name("categories"),
        "outcome_name": name("outcomes"),
        "provenance_name": name("provenances"),
        "snapshot": engine.snapshot.manifest.id if engine else "",
    }


def _switch(request: Request, code: str) -> str:
    """Return the switch's address, which leads back to this page; what was posted cannot be come back to."""
    here = request.url.path if request.method == "GET" else "/"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return f"/language?{urlencode({'to': code, 'next': here + query})}"


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


def _recent(request: Request) -> RecentQueries:
    recent: RecentQueries = request.app.state.recent
    return recent


@router.get("/")
async def home(request: Request, engine: Engine) -> HTMLResponse:
    """The box, examples, and the categories to browse."""
    return _pages(request).response(request, "home.html", _home_context(request, engine), engine)


@router.get("/search")
async def search_without_query() -> RedirectResponse:
    """The form's address, typed in: there is nothing to search for."""
    return RedirectResponse("/", 303)


@router.post("/search")
async def search(
    request: Request,
    engine: Engine,
    query: Annotated[str, Form()] = "",
    example: Annotated[str, Form()] = "",
    filter: Annotated[list[str] | None, Form()] = None,  # noqa: A002  (the form's own word)
    set: Annotated[str, Form()] = "",  # noqa: A002
    drop: Annotated[str, Form()] = "",
) -> Response:
    """Take the question and lead on to its answer, which the reader can come back to.

    Facets are buttons of the same form, so that the question stays out of the address.
    """
    text = example or query
    try:
        filters = _chosen(filter or [], set, drop, engine)
        asked = Query.checked(text, RESULTS, filters, vocabulary=engine.snapshot.vocabulary)
    except QueryError as error:
        context = {**_home_context(request, engine), "query": text, "error": str(error)}
        return _pages(request).response(request, "home.html", context, engine, 422)
    return RedirectResponse(f"/answers/{_recent(request).keep(asked)}", 303)


@router.get("/answers/{token}")
async def answer(request: Request, token: str, engine: Engine) -> HTMLResponse:
    """The closest cases to a question asked a moment ago."""
    asked = _recent(request).get(token)
    if asked is None:
        forgotten = _pages(request).text(request, "ask.forgotten")
        context = {**_home_context(request, engine), "error": forgotten}
        return _pages(request).response(request, "home.html", context, engine, 410)
    context = {
        "query": asked.text,
        "filters": asked.filters,
        "outcome": engine.search(asked, language_of(request)),
        "error": None,
        "examples": (),
        "case_count": engine.cases({}).total,
    }
    response = _pages(request).response(request, "results.html", context, engine)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/cases")
async def all_cases(request: Request, engine: Engine, page: str = "1") -> HTMLResponse:
    """All cases, with filters in the address: they say nothing about anybody."""
    if not (page.isascii() and page.isdigit() and len(page) < 6 and 1 <= int(page) <= 10_000):  # noqa: PLR2004
        raise QueryError("page", f"页码「{page[:20]}」应是从 1 开始的整数。")
    filters = filters_of(request, engine)
    found = engine.cases(filters, int(page), PAGE_SIZE, language_of(request))
    return _pages(request).response(request, "cases.html", {"page": found, "filters": filters}, engine)


@router.get("/cases/{case_id}")
async def one_case(request: Request, case_id: str, engine: Engine) -> HTMLResponse:
    """One case, whole, with the cases closest to it."""
    case = engine.case(case_id)
    similar = () if case.withdrawn else engine.similar(case_id, 4)
    return _pages(request).response(request, "case.html", {"case": case, "similar": similar}, engine)


@router.get("/library")
async def library(request: Request, engine: Engine) -> HTMLResponse:
    """What the library holds and what it lacks."""
    picture = engine.picture(language_of(request))
    return _pages(request).response(request, "library.html", {"picture": picture}, engine)


@router.get("/language")
async def switch_language(to: str = "zh", next: str = "/") -> Response:  # noqa: A002
    """Remember the language and go back."""
    response = RedirectResponse(own_path(next), 303)
    remember_language(response, to)
    return response


def error_page(request: Request, error: Exception) -> HTMLResponse:
    """Return the page for `error`: what to run when there is no snapshot, otherwise what went wrong."""
    pages = _pages(request)
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


def _chosen(filters: list[str], added: str, dropped: str, engine: SearchEngine) -> Filters:
    """Return the filters after one was added or taken off. Raises QueryError for what is not field=value."""
    pairs = dict.fromkeys(pair for pair in [*filters, *([added] if added else [])] if pair != dropped)
    chosen: dict[str, list[str]] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        chosen.setdefault(name, []).append(value)
    return checked_filters(chosen, engine.snapshot.vocabulary)
