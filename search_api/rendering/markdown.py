"""Markdown to safe HTML: no raw HTML, no images, links to the web only."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from search_api.core.paragraphs import anchor, starts_paragraph


def is_web_address(url: str) -> bool:
    """Whether `url` is an absolute http or https address, the only kind that a page links to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def render_markdown(text: str, section: str | None = None, link: str = "") -> str:
    """Return `text` as HTML. What is not allowed stays readable as text; nothing is loaded from elsewhere.

    As part of a case (`section` is its heading, '' before the first) every paragraph gets the id that
    `paragraphs.anchor` names, and ends with a link to itself if `link` says what to call it.
    """
    tokens = _MARKDOWN.parse(text)
    if section is not None:
        opening = [place for place, token in enumerate(tokens) if starts_paragraph(token)]
        for number, place in enumerate(opening, start=1):
            tokens[place].attrSet("id", anchor(section, number))
            if link:
                _end_with_link(tokens[place:], anchor(section, number), link)
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _end_with_link(tokens: Sequence[Token], target: str, link: str) -> None:
    """Append to the first words of `tokens` a link to `target`, empty, since its mark is no text of the case."""
    words = next((token for token in tokens if token.type == "inline"), None)
    if words is not None and words.children is not None:
        mark = Token("paragraph_link", "a", 0)
        mark.attrs = {"class": "paragraph-link", "href": f"#{target}", "aria-label": link}
        words.children.append(mark)


class _CaseMarkdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (markdown-it-py's name)
        return is_web_address(url)


class _CaseRenderer(RendererHTML):
    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def paragraph_link(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Only `_end_with_link` makes these."""
        return f"{self.renderToken(tokens, idx, options, env)}</a>"

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A case's own sections are <h2>: whatever stands inside them is below that."""
        tokens[idx].tag = max(tokens[idx].tag, "h3")
        return self.renderToken(tokens, idx, options, env)

    heading_close = heading_open

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return escapeHtml(self.renderInlineAsText(tokens[idx].children, options, env))


_MARKDOWN = _CaseMarkdown("js-default", {"html": False}, renderer_cls=_CaseRenderer)
