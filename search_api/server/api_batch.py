"""Many orders at once: the rules to mask them by, the answers row by row, and the table to take home."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from indexer.errors import NotFoundError, QueryError
from indexer.text.personal import rule_file
from search_api.core.batch import (
    MAX_ROWS,
    Answered,
    Batch,
    NearCase,
    Progress,
    Repeated,
    Result,
    Row,
    Skipped,
)
from search_api.core.engine import SearchEngine
from search_api.rendering.workbook import MEDIA_TYPE, Content, Link, Sheet, workbook
from search_api.server.api import Engine, problem_answers
from search_api.server.page_maker import page_maker
from search_api.server.schemas_batch import (
    BatchRequest,
    PersonalRulesAnswer,
    WorkbookCase,
    WorkbookRequest,
)

_MOST_CASES = 10


class LinesResponse(StreamingResponse):
    """One JSON value a line, each sent when it is there."""

    media_type = "application/x-ndjson"


class WorkbookResponse(Response):
    """An XLSX file."""

    media_type = MEDIA_TYPE


router = APIRouter(responses=problem_answers(503))


@router.get("/personal-rules", response_model=PersonalRulesAnswer)
async def personal_rules() -> dict[str, Any]:
    """遮盖个人信息的规则：网页在您的设备上用的就是它。"""
    return rule_file()


@router.post("/batch", response_class=LinesResponse, responses=problem_answers(400, 413, 422))
def batch(body: BatchRequest, engine: Engine) -> LinesResponse:
    """一次查许多行，每行一个结果，边查边回（一行一个 JSON）；最后是重复出现的问题。什么都不留。"""
    rows = [Row(row.row, row.text) for row in body.rows]
    # Checked here, while the answer can still be an error.
    results = Batch(engine).answer(rows)
    return LinesResponse(_lines(results))


@router.post("/batch/workbook", response_class=WorkbookResponse, responses=problem_answers(400, 413, 422))
def batch_workbook(request: Request, body: WorkbookRequest, engine: Engine) -> WorkbookResponse:
    """把批量查找的结果写成 XLSX 表格；案例的标题和网址按编号查出来。"""
    for name, rows in (("results", body.results), ("clusters", body.clusters), ("skipped", body.skipped)):
        if len(rows) > MAX_ROWS:
            raise QueryError(name, f"给了 {len(rows)} 行，最多 {MAX_ROWS} 行。")
    file = workbook(_Table(request, engine).sheets(body))
    return WorkbookResponse(file, headers={"Content-Disposition": 'attachment; filename="precedents.xlsx"'})


class _Table:
    """Results as sheets, in the visitor's language."""

    def __init__(self, request: Request, engine: SearchEngine) -> None:
        self._request = request
        self._engine = engine

    def sheets(self, body: WorkbookRequest) -> tuple[Sheet, ...]:
        row, text = (self._say("batch.column.row"), 8), (self._say("batch.column.text"), 60)
        cases = tuple((self._say("batch.column.case", n=number), 36) for number in (1, 2, 3))
        return (
            Sheet(
                self._say("batch.sheet.results"),
                (row, text, (self._say("batch.column.level"), 16), *cases),
                [
                    (one.row, one.text, self._level(one.level), *self._cases(one.cases))
                    for one in body.results
                ],
            ),
            Sheet(
                self._say("batch.sheet.repeated"),
                ((self._say("batch.column.times"), 8), (self._say("batch.column.rows"), 24), text, *cases),
                [
                    (len(one.rows), _listed(one.rows), one.said, *self._cases(one.cases))
                    for one in body.clusters
                ],
            ),
            Sheet(
                self._say("batch.sheet.skipped"),
                (row, text, (self._say("batch.column.reason"), 30)),
                [(one.row, one.text, self._say(f"batch.reason.{one.reason}")) for one in body.skipped],
            ),
        )

    def _say(self, key: str, **values: object) -> str:
        return page_maker(self._request).text(self._request, key, **values)

    def _level(self, level: str) -> str:
        return self._say(f"verdict.{level}")

    def _cases(self, cases: Sequence[WorkbookCase]) -> Iterator[Content]:
        for case in cases[:_MOST_CASES]:
            try:
                found = self._engine.case(case.case_id)
            except NotFoundError:
                continue  # another snapshot may have come into force since
            words = self._say("batch.case_cell", title=found.title, level=self._say(f"level.{case.level}"))
            yield Link(words, f"{self._request.base_url}cases/{found.id}")


def _listed(rows: Sequence[int]) -> str:
    return ", ".join(str(row) for row in sorted(rows))


def _lines(results: Iterator[Result]) -> Iterator[bytes]:
    """Yield the lines, those between two reports of progress at once: each piece sent costs a change of threads."""
    lines = b""
    for result in results:
        lines += json.dumps(_shown(result), ensure_ascii=False).encode() + b"\n"
        if isinstance(result, Progress):
            yield lines
            lines = b""
    yield lines


def _shown(result: Result) -> dict[str, Any]:
    match result:
        case Answered(number, level, cases):
            return {"row": number, "level": level, "cases": _near(cases)}
        case Skipped(number, reason):
            return {"skipped": number, "reason": reason}
        case Progress(done, of):
            return {"done": done, "of": of}
        case _:
            return {"clusters": [_cluster(one) for one in result]}


def _cluster(one: Repeated) -> dict[str, Any]:
    return {"rows": list(one.numbers), "said": one.said, "cases": _near(one.cases)}


def _near(cases: Sequence[NearCase]) -> list[dict[str, str]]:
    return [
        {"case_id": case.case_id, "title": case.title, "level": case.level, "category": case.category}
        for case in cases
    ]
