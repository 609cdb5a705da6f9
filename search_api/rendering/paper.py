"""What goes on paper: one plain form that the print page, Word and plain text are all written from.

A `Paper` holds finished sentences in their order; how they look is for each writer to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "prose", "bullets", "numbers", "notes"]
"""A heading, running text, a list with dots, a list with numbers, small print."""


@dataclass(frozen=True)
class Line:
    """One paragraph or item: a mark before it (☐, ☑), small print below it, and where it leads on a page."""

    text: str
    mark: str = ""
    notes: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Block:
    """Lines of one kind; numbers start from 1 in each block."""

    kind: Kind
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Paper:
    """A whole document. `foot` is said once, small, at its end."""

    title: str
    blocks: tuple[Block, ...]
    foot: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voice:
    """In whose words a paper is written.

    `text` gives an interface text by key, `name` what people read for a code of a vocabulary field, `date` a date
    as people write it.
    """

    language: str
    text: Callable[..., str]
    name: Callable[[str, str], str]
    date: Callable[[str], str]

    def pair(self, name: str, value: str) -> str:
        """Return a name and its value as one line."""
        return self.text("sheet.pair", name=name, value=value)


def part(heading: str, kind: Kind, *lines: Line | str) -> tuple[Block, ...]:
    """Return a heading with its lines; nothing when there are none."""
    found = tuple(line if isinstance(line, Line) else Line(line) for line in lines)
    return (Block("heading", (Line(heading),)), Block(kind, found)) if found else ()


def plain(paper: Paper) -> str:
    """Return `paper` as text that can be sent in a message."""
    pieces = [paper.title, *("\n".join(_plain_lines(block)) for block in paper.blocks), "\n".join(paper.foot)]
    text = "\n\n".join(piece for piece in pieces if piece)
    # A heading stands directly over what it heads.
    return text.replace(_UNDER + "\n\n", "\n") + "\n"


_UNDER = "\0"


def _plain_lines(block: Block) -> list[str]:
    if block.kind == "heading":
        return [f"【{line.text}】{_UNDER}" for line in block.lines]
    written = []
    for number, line in enumerate(block.lines, start=1):
        front = {"bullets": "· ", "numbers": f"{number}. "}.get(block.kind, "")
        written.append(f"{front}{line.mark}{' ' if line.mark else ''}{line.text}")
        written += [f"   {note}" for note in line.notes]
    return written
