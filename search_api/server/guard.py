"""What every request passes: a size limit on the way in, security headers on the way out, faults in between."""

import logging
import traceback
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.server.problems import Problem

MAX_BODY_BYTES = 64 * 1024
LARGER = {"/api/v1/batch": 16 * 1024 * 1024, "/api/v1/batch/workbook": 16 * 1024 * 1024}
"""What takes many rows at once, with how many bytes it takes."""

_HEARD_OUT = 4
"""How many times as much as is allowed may come before the line is cut."""

AnswerFault = Callable[[Request, Exception], Awaitable[Response]]

_LOG = logging.getLogger("casebook")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """ASGI middleware. Answers to POST are never cached, since they hold what somebody asked.

    A fault is answered by `answer_fault`; of the fault itself only kind and place go into the log, because its
    message may repeat what was asked.
    """

    def __init__(self, app: ASGIApp, answer_fault: AnswerFault) -> None:
        self._app = app
        self._answer_fault = answer_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _with_headers(send, private=scope["method"] == "POST")
        most = LARGER.get(scope["path"], MAX_BODY_BYTES)
        body = await _whole_body(receive, most)
        if body is None:
            too_large = Problem(413, _too_large(most)).response({"Connection": "close"})
            await too_large(scope, receive, answer)
            return
        try:
            await self._app(scope, _replay(body, receive), answer)
        except Exception as error:
            places = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("程序出错：%s\n%s", type(error).__name__, places)
            response = await self._answer_fault(Request(scope), error)
            await response(scope, receive, answer)


def _too_large(most: int) -> str:
    if most > MAX_BODY_BYTES:
        return f"一次最多 {most // 1024 // 1024} MiB。请分几次。"
    return f"一次最多 {most // 1024} KiB。请只留最要紧的几句。"


async def _whole_body(receive: Receive, most: int) -> bytes | None:
    """Return the request's body, None if it is larger than `most`.

    What is too much is heard out, though not kept: who is cut off while sending does not hear the answer.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > _HEARD_OUT * most:
            return None
        if size <= most:
            chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks) if size <= most else None


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once and then whatever comes."""
    given = False

    async def next_message() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message


def _with_headers(send: Send, private: bool) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if private:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return send_with_headers
