"""Templates to pages, in the visitor's language and as large as the visitor reads."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from search_api.core.engine import SearchEngine
from search_api.core.fields import FIELDS, OF_COMMUNITY
from search_api.core.outcome import Highlight
from search_api.core.paragraphs import anchor
from search_api.core.wording import section_name
from search_api.rendering.highlight import marked
from search_api.rendering.markdown import render_markdown
from search_api.server.display import CONTRASTS, SIZES, display_of
from search_api.server.language import Language, language_of, texts
from search_api.server.pages_view import HELPERS
from search_api.settings import Settings


class PageMaker:
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
            anchor=anchor,
            of_community=OF_COMMUNITY,
            markdown=lambda text, section=None, link="": Markup(  # noqa: S704  (it escapes)
                render_markdown(text, section, link)
            ),
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
        whole = {**_names(engine, language), **self._surroundings(request, language), **context}
        return HTMLResponse(self._environment.get_template(template).render(whole), status)

    def text(self, request: Request, key: str, **values: object) -> str:
        """Return one interface text in the visitor's language."""
        return texts(self._web, language_of(request))[key].format(**values)

    def _surroundings(self, request: Request, language: Language) -> dict[str, Any]:
        rows = texts(self._web, language)
        return {
            "lang": language,
            "t": lambda key, **values: rows[key].format(**values),
            "section_name": lambda section: section_name(section, language),
            "display": display_of(request),
            "sizes": SIZES,
            "contrasts": CONTRASTS,
            "switch_link": lambda path, **chosen: _switch(request, path, chosen),
        }


def page_maker(request: Request) -> PageMaker:
    """Return the page maker of the application."""
    maker: PageMaker = request.app.state.page_maker
    return maker


def _pairs(spans: Iterable[Highlight]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _names(engine: SearchEngine | None, language: Language) -> dict[str, Any]:
    def name(field: str) -> Any:
        return lambda value: engine.snapshot.vocabulary.label(field, value, language) if engine else value

    return {
        "category_name": name("categories"),
        "outcome_name": name("outcomes"),
        "provenance_name": name("provenances"),
        "value_name": _value_name(engine, language),
        "snapshot": engine.snapshot.manifest.id if engine else "",
    }


def _value_name(engine: SearchEngine | None, language: Language) -> Any:
    def name(field: str, value: str) -> str:
        return FIELDS[field].name(value, engine.snapshot.vocabulary, language) if engine else value

    return name


def _switch(request: Request, path: str, chosen: dict[str, str]) -> str:
    """Return a switch's address, which leads back to this page; what was posted cannot be come back to."""
    here = request.url.path if request.method == "GET" else "/"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return f"{path}?{urlencode({**chosen, 'next': here + query})}"
