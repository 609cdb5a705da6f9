"""The voice of a visitor's papers, and papers as downloads."""

from datetime import date
from functools import partial
from urllib.parse import quote

from fastapi import Request, Response

from search_api.core.engine import SearchEngine
from search_api.rendering.paper import Paper, Voice
from search_api.rendering.word import MEDIA_TYPE, write_word
from search_api.server.language import language_of
from search_api.server.page_maker import page_maker
from search_api.server.pages_view import written_date

_LONGEST_NAME = 60
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


def voice_of(request: Request, engine: SearchEngine) -> Voice:
    """Return the voice in which papers are written for this visitor."""
    language = language_of(request)

    def name(field: str, value: str) -> str:
        return engine.snapshot.vocabulary.label(field, value, language)

    return Voice(
        language, partial(page_maker(request).text, request), name, partial(written_date, lang=language)
    )


def word_response(paper: Paper, voice: Voice, name: str, fallback: str) -> Response:
    """Return `paper` as a .docx to be kept under `name`; `fallback` is the ASCII name for old programs."""
    content = write_word(paper, voice.language, date.today(), voice.text("site.name"))
    disposition = f"attachment; filename=\"{fallback}.docx\"; filename*=UTF-8''{quote(file_name(name))}.docx"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, 200, headers, MEDIA_TYPE)


def file_name(name: str) -> str:
    """Return `name` without what no file system takes, and not too long."""
    kept = "".join(letter for letter in name if letter.isprintable() and letter not in _NOT_IN_NAMES)
    return kept[:_LONGEST_NAME].strip(" .") or "casebook"
