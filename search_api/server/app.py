"""The application: API, pages and static files over one engine."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from indexer.encoders.base import open_encoder
from indexer.errors import CasebookError
from search_api.server import (
    api,
    api_batch,
    pages,
    pages_batch,
    pages_cases,
    pages_compare,
    pages_help,
    pages_offline,
    pages_report,
    pages_sheet,
    pages_topics,
)
from search_api.server.guard import Guard
from search_api.server.holder import EngineHolder
from search_api.server.page_maker import PageMaker
from search_api.server.problems import problem_of
from search_api.server.recent import RecentQueries
from search_api.server.topics import TopicRequests
from search_api.settings import Settings

API = "/api/v1"


def create_app(settings: Settings) -> FastAPI:
    """Return the application. Without a snapshot it runs and says what to do. Raises EncoderError."""
    app = FastAPI(
        title="社区先例库 Casebook",
        version="1",
        description="用大白话找基层治理先例。所有错误都是 problem+json。",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.holder = EngineHolder(settings.index, open_encoder(settings.encoder))
    app.state.page_maker = PageMaker(settings)
    app.state.recent = RecentQueries()
    app.state.static = settings.web / "static"
    app.state.topics = TopicRequests(settings.topics)
    app.include_router(api.router, prefix=API)
    app.include_router(api_batch.router, prefix=API)
    app.include_router(api.health_router, prefix=API)
    # Probes usually look at the root.
    app.include_router(api.health_router, include_in_schema=False)
    for room in (
        pages,
        pages_batch,
        pages_cases,
        pages_help,
        pages_compare,
        pages_offline,
        pages_topics,
        pages_sheet,
        pages_report,
    ):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=settings.web / "static"))
    for expected in (CasebookError, HTTPException, RequestValidationError):
        app.add_exception_handler(expected, _answer_error)
    app.add_middleware(Guard, answer_fault=_answer_error)
    return app


async def _answer_error(request: Request, error: Exception) -> Response:
    """Return problem+json below the API and for probes, a page elsewhere."""
    if request.url.path.startswith(("/api/", "/healthz", "/readyz")):
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
        return problem_of(error).response(headers)
    return pages.error_page(request, error)
