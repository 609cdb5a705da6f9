"""The one thing a visitor can leave: a category that more cases are wished for."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from indexer.errors import QueryError
from search_api.core.engine import SearchEngine
from search_api.server.api import Engine
from search_api.server.topics import TopicRequests

router = APIRouter(include_in_schema=False)


def topic_requests(request: Request) -> TopicRequests:
    """Return the wishes of the application."""
    topics: TopicRequests = request.app.state.topics
    return topics


def wishes_of(request: Request, engine: SearchEngine) -> dict[str, int]:
    """Return how often each category of the vocabulary was wished for, the most often first."""
    known = engine.snapshot.vocabulary.codes("categories")
    return {code: count for code, count in topic_requests(request).counts().items() if code in known}


# Not async: writing waits for the lock of the file, and other pages should not wait with it.
@router.post("/topics")
def wish(request: Request, engine: Engine, category: Annotated[str, Form()] = "") -> RedirectResponse:
    """Write the category down and lead to the wishes. Raises QueryError for an unknown one, TopicsError."""
    known = engine.snapshot.vocabulary.codes("categories")
    if category not in known:
        raise QueryError(
            "category", f"没有「{category[:40]}」这个类别，题目没有记下。请退回去，从列表里选一个。"
        )
    topic_requests(request).add(category)
    return RedirectResponse(f"/library?wished={category}#wanted", 303)
