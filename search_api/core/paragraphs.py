"""The paragraphs of a section and their numbers, so that a page, a quotation and a link mean the same one.

A paragraph is a list item or a block of text outside lists; they are counted from 1 in the order of the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("js-default", {"html": False})
_KEPT = 8192


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its number in the section, and its text without marks of Markdown.

    `ordered` says that it is an item of a numbered list.
    """

    number: int
    text: str
    ordered: bool


def anchor(section: str, number: int = 0) -> str:
    """Return the id under which a page shows a section, or its paragraph `number`: 怎么干, 怎么干-2."""
    name = section.replace(" ", "-") or "text"
    return f"{name}-{number}" if number else name


def starts_paragraph(token: Token) -> bool:
    """Whether `token` opens a numbered paragraph: a list item, or a paragraph that is in no list."""
    return token.type == "list_item_open" or (token.type == "paragraph_open" and token.level == 0)


@lru_cache(maxsize=_KEPT)
def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a section's Markdown."""
    return tuple(_paragraphs(_PARSER.parse(text)))


def paragraph_of(text: str, quoted: str) -> int:
    """Return the number of the paragraph of `text` that `quoted` begins in; 0 when none has it."""
    return next((part.number for part in paragraphs(text) if quoted[:30] in part.text), 0)


def _paragraphs(tokens: Sequence[Token]) -> Iterator[Paragraph]:
    number, said, ordered, lists = 0, "", False, []
    for token in tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(token.type == "ordered_list_open")
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif starts_paragraph(token):
            if number:
                yield Paragraph(number, said, ordered)
            number, said, ordered = number + 1, "", bool(lists and lists[-1])
        elif token.type == "inline" and number:
            said += ("\n" if said else "") + plain(token)
    if number:
        yield Paragraph(number, said, ordered)


def plain(token: Token) -> str:
    """Return the words of an inline token."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ()
    )
