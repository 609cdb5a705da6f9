"""Case to passages: the pieces that are embedded and matched, facts and methods apart."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from indexer.case.model import Case

CHUNKER_VERSION = 3
"""Raised when any case is split differently: snapshots made with another one are refused."""

PassageKind = Literal["facts", "method"]

MAX_CHARACTERS = 160
"""A passage longer than this is split between sentences; a mean of more words than that says little."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)]*)?")
_LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)、])\s+")
_MARKDOWN = re.compile(r"\*\*|__|`|^>\s?", re.MULTILINE)

_FACTS = ("案情", "争议焦点", "怎么看")
_METHODS = ("怎么干", "结果", "经验与教训")


@dataclass(frozen=True)
class Passage:
    """A piece of a case. `section` says where it stands: a heading, `title`, `summary`, `asked_as` or `methods`.

    Template headings and discussion questions are never part of a passage.
    """

    case_id: str
    section: str
    kind: PassageKind
    text: str

    @property
    def sha256(self) -> str:
        """Identity of what is embedded."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def split(case: Case) -> tuple[Passage, ...]:
    """Return the passages of `case`, in the order of the file; a withdrawn case has none."""
    if case.withdrawn:
        return ()
    pieces = [*_front_pieces(case), *_body_pieces(case)]
    return tuple(Passage(case.id, section, kind, text) for section, kind, text in pieces if text.strip())


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as (start, end) offsets; white space around them is left out."""
    found = []
    for match in _SENTENCE.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        end = match.end() - (len(match[0]) - len(match[0].rstrip()))
        if start < end:
            found.append((start, end))
    return found


_Piece = tuple[str, PassageKind, str]


def _front_pieces(case: Case) -> Iterator[_Piece]:
    yield "title", "facts", case.title
    yield "summary", "facts", case.summary
    for line in case.asked_as:
        yield "asked_as", "facts", line
    yield "methods", "method", "，".join((*case.methods, *case.transfers_to))


def _body_pieces(case: Case) -> Iterator[_Piece]:
    for part in case.sections:
        kind: PassageKind | None = (
            "facts" if part.heading in _FACTS else "method" if part.heading in _METHODS else None
        )
        if kind is not None:
            for block in _blocks(part.text):
                yield part.heading, kind, block


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs and list items, the long ones in groups of sentences."""
    for line in text.split("\n"):
        plain = _MARKDOWN.sub("", _LIST_MARK.sub("", line)).strip()
        if plain:
            yield from _grouped(plain)


def _grouped(paragraph: str) -> Iterator[str]:
    start = end = 0
    for _, sentence_end in sentences(paragraph):
        if end > start and sentence_end - start > MAX_CHARACTERS:
            yield paragraph[start:end].strip()
            start = end
        end = sentence_end
    yield paragraph[start:].strip()
