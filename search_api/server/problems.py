"""One error body on every API path: problem+json (RFC 9457)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from indexer.errors import CasebookError, NotFoundError, QueryError, SnapshotError

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: "请求读不懂",
    404: "没有这个地址或案例",
    405: "不支持这种请求方式",
    413: "内容太大",
    422: "请求不合格",
    500: "服务出错",
    503: "索引还没有准备好",
}

_DETAILS = {
    400: "请求体应是 UTF-8 编码的 JSON。",
    404: "请检查地址；接口列表在 /api/v1/openapi.json。",
    405: "请看 /api/v1/openapi.json 里这个地址支持的方式。",
    413: "一次最多 64 KiB。请只留最要紧的几句。",
    500: "不是您的问题。请稍后再试；一直这样请告诉维护者。",
}

_EXPECTED = {
    "missing": "必须填写",
    "extra_forbidden": "不认识这一项，请删去",
    "string_type": "应是文字",
    "string_unicode": "里面有不能识别的字符",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_from_float": "应是整数",
    "list_type": "应是列表",
    "dict_type": '应是对象，如 {"category": "water-leak"}',
    "literal_error": "不在可用的值里",
    "model_attributes_type": '应是一个 JSON 对象，如 {"query": "楼上漏水"}',
    "json_invalid": "不是合格的 JSON",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
}


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of a request. The value itself is never repeated."""

    field: str
    message: str


@dataclass(frozen=True)
class Problem:
    """An error as it goes over the wire."""

    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()

    @property
    def title(self) -> str:
        """The kind of error in a few words."""
        return _TITLES.get(self.status, HTTPStatus(self.status).phrase)

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """Return the problem+json response."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [{"field": error.field, "message": error.message} for error in self.errors]
        # The name of a field is the sender's, and JSON can carry halves of a character, which UTF-8 cannot.
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return Response(content, self.status, headers, MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:  # noqa: PLR0911  (one line a kind)
    """Return the problem that `error` is: 404, 422 and 503 for what we expect, 500 for the rest."""
    match error:
        case QueryError():
            return Problem(422, str(error), (FieldProblem(error.field, str(error)),))
        case NotFoundError():
            return Problem(404, str(error))
        case SnapshotError():
            return Problem(503, str(error))
        case CasebookError():
            return Problem(500, str(error))
        case RequestValidationError():
            return _invalid(error.errors())
        case HTTPException():
            return Problem(error.status_code, _DETAILS.get(error.status_code, str(error.detail)))
        case _:
            return Problem(500, _DETAILS[500])


def _invalid(errors: Sequence[Any]) -> Problem:
    problems = tuple(FieldProblem(_field(error["loc"]), _expected(error)) for error in errors)
    detail = "；".join(f"{problem.field}：{problem.message}" for problem in problems)
    return Problem(422, f"{detail}。", problems)


def _field(location: Sequence[Any]) -> str:
    """Return the dotted name without the leading `body`, `query` or `path`; `body` when nothing is left."""
    names = [str(part) for part in location[1:] if not isinstance(part, int)]
    # The alternatives of a union carry type names, which mean nothing to the sender.
    names = [name for name in names if name not in ("str", "list[str]")]
    return ".".join(dict.fromkeys(names)) or "body"


def _expected(error: Any) -> str:
    limits = error.get("ctx", {})
    limit = limits.get("ge", limits.get("le"))
    words = str(_EXPECTED.get(error["type"], "不合格"))
    return f"{words}，界限是 {limit}" if limit is not None else words
