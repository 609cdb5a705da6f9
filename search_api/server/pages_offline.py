"""What makes cases readable without a network: the service worker, and the page shown for what was not kept."""

import hashlib
import json
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from indexer.errors import CasebookError
from search_api.server.api import engine_of
from search_api.server.page_maker import page_maker

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/worker.js")
async def worker(request: Request) -> Response:
    """The worker, with the versions of what it keeps: it must stand at the root to have all pages in its care."""
    static: Path = request.app.state.static
    versions = json.dumps({"pages": _snapshot_id(request), "files": _digest(static)})
    script = (static / "worker.js").read_text(encoding="utf-8")
    # Browsers look for a new worker by its bytes; an old copy would keep pages of an old snapshot.
    headers = {"Cache-Control": "no-cache"}
    return Response(f"self.versions = {versions};\n{script}", media_type="text/javascript", headers=headers)


@router.get("/offline")
async def offline(request: Request) -> HTMLResponse:
    """What is shown instead of a page that was not kept."""
    return page_maker(request).response(request, "offline.html", {}, None)


def _snapshot_id(request: Request) -> str:
    try:
        return engine_of(request).snapshot.manifest.id
    except CasebookError:
        return ""


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
