"""The API routes: read the request, ask the engine, shape the answer."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from indexer.errors import QueryError
from search_api.core.answer import case_answer, facets_answer, match_answer, search_answer
from search_api.core.engine import SearchEngine
from search_api.core.fields import FIELDS
from search_api.core.query import Filters, checked_filters
from search_api.core.query import Query as SearchQuery
from search_api.server.problems import MEDIA_TYPE
from search_api.server.schemas import (
    CasesAnswer,
    FacetsAnswer,
    HealthAnswer,
    ProblemAnswer,
    ReadyAnswer,
    SearchAnswer,
    SearchRequest,
    SimilarAnswer,
    WholeCaseAnswer,
)

MAX_PAGE_SIZE = 100


def engine_of(request: Request) -> SearchEngine:
    """Return the engine in use. Raises SnapshotError while there is none."""
    engine: SearchEngine = request.app.state.holder.engine()
    return engine


Engine = Annotated[SearchEngine, Depends(engine_of)]
CaseId = Annotated[str, Path(examples=["shenyang-mingbei-replace-property-firm"], max_length=200)]


def problem_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how the description of the API says that answers with `statuses` are problem+json."""
    body = {MEDIA_TYPE: {"schema": ProblemAnswer.model_json_schema()}}
    return {status: {"description": "problem+json", "content": body} for status in statuses}


router = APIRouter(responses=problem_answers(503))
health_router = APIRouter()


@router.post("/search", response_model=SearchAnswer, responses=problem_answers(400, 413, 422))
async def search(body: SearchRequest, engine: Engine) -> dict[str, Any]:
    """用大白话找先例。问题只在请求体里，不进网址，也不记日志。"""
    filters = {name: [value] if isinstance(value, str) else value for name, value in body.filters.items()}
    vocabulary = engine.snapshot.vocabulary
    query = SearchQuery.checked(body.query, body.top_k, filters, vocabulary=vocabulary)
    return search_answer(engine.search(query), vocabulary)


@router.get("/cases", response_model=CasesAnswer, responses=problem_answers(422))
async def list_cases(
    request: Request,
    engine: Engine,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 20,
) -> dict[str, Any]:
    """全部案例，按编号排。

    可按 category、method、setting、property、place_kind、households、actor、outcome、standing、level、year、
    province 筛选。
    """
    filters = filters_of(request, engine, but=("page", "page_size"))
    found = engine.cases(filters, page, page_size)
    return {
        "cases": [case_answer(case, engine.snapshot.vocabulary) for case in found.cases],
        "facets": facets_answer(found.facets),
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
    }


@router.get("/cases/{case_id}", response_model=WholeCaseAnswer, responses=problem_answers(404, 422))
async def read_case(case_id: CaseId, engine: Engine) -> dict[str, Any]:
    """一个案例的全部内容；已撤回的也在，带原因。"""
    case = engine.case(case_id)
    front = case.model_dump(by_alias=True, exclude_defaults=True, exclude={"sections"})
    sections = [{"heading": part.heading, "text": part.text} for part in case.sections]
    return {"case_id": case.id, "withdrawn": case.withdrawn, "front_matter": front, "sections": sections}


@router.get("/cases/{case_id}/similar", response_model=SimilarAnswer, responses=problem_answers(404, 422))
async def similar_cases(
    case_id: CaseId, engine: Engine, top_k: Annotated[int, Query(ge=1, le=20)] = 5
) -> dict[str, Any]:
    """与一个案例最相近的案例。"""
    return {
        "results": [
            match_answer(match, engine.snapshot.vocabulary) for match in engine.similar(case_id, top_k)
        ]
    }


@router.get("/facets", response_model=FacetsAnswer)
async def facets(engine: Engine) -> dict[str, Any]:
    """可以筛选的字段和取值，各有多少个案例。"""
    return {"facets": facets_answer(engine.cases({}).facets)}


@health_router.get("/healthz", response_model=HealthAnswer)
async def healthz() -> dict[str, str]:
    """服务在运行。"""
    return {"status": "ok"}


@health_router.get("/readyz", response_model=ReadyAnswer, responses=problem_answers(503))
async def readyz(engine: Engine) -> dict[str, Any]:
    """服务能回答，用的是哪个快照。"""
    manifest = engine.snapshot.manifest
    return {"status": "ready", "snapshot": manifest.id, "cases": manifest.counts.cases}


def filters_of(request: Request, engine: SearchEngine, but: Sequence[str] = ("page",)) -> Filters:
    """Return the filters in the address. Raises QueryError for a parameter that is not a field."""
    pairs: Mapping[str, list[str]] = {
        name: request.query_params.getlist(name) for name in request.query_params if name not in but
    }
    for name in pairs:
        if name not in FIELDS:
            raise QueryError(name[:40], f"不认识的参数「{name[:40]}」。可用：{'、'.join((*FIELDS, *but))}。")
    return checked_filters(pairs, engine.snapshot.vocabulary)
