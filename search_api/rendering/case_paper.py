"""A whole case as it goes on paper."""

from collections.abc import Iterator
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from indexer.case.model import Case, Reuse
from search_api.core.paragraphs import plain
from search_api.core.wording import place_name, section_name
from search_api.rendering.paper import Block, Kind, Line, Paper, Voice, part
from search_api.rendering.sheet_paper import source_line

_PARSER = MarkdownIt("js-default", {"html": False})
_LISTS: dict[str, Kind] = {"bullet_list_open": "bullets", "ordered_list_open": "numbers"}


def case_paper(case: Case, voice: Voice, snapshot: str) -> Paper:
    """Return the case with all its sections, its sources and its licence."""
    say = voice.text
    blocks = (*_head(case, voice), *_body(case, voice), *_tail(case, voice))
    foot = (say("footer.snapshot", id=snapshot), say("footer.licence"))
    return Paper(case.title, blocks, foot)


def _head(case: Case, voice: Voice) -> Iterator[Block]:
    say = voice.text
    yield from _notices(case, voice)
    yield from part(say("case.summary"), "prose", *([case.summary] if case.summary else []))
    yield from part(say("case.redlines"), "bullets", *case.redlines)
    yield from part(say("case.facts"), "bullets", *_facts(case, voice))


def _notices(case: Case, voice: Voice) -> Iterator[Block]:
    said = []
    if case.withdrawn:
        said += [voice.text("case.withdrawn"), voice.text("case.withdrawn_reason") + case.review.reason]
    if case.review.status == "draft":
        said.append(voice.text("case.draft"))
    if case.provenance == "composite":
        said.append(voice.text("case.composite"))
    if said:
        yield Block("prose", tuple(map(Line, said)))


def _facts(case: Case, voice: Voice) -> Iterator[str]:
    rows = (
        ("sheet.category", voice.name("categories", case.category) if case.category else ""),
        ("case.place", place_name(case.place, full=True)),
        ("case.date", voice.date(case.date)),
        ("case.outcome", _outcome(case, voice)),
        ("case.methods", "、".join(case.methods)),
        ("case.parties", "、".join(case.parties)),
        ("case.actors", "、".join(case.actors)),
        ("case.law", "、".join(f"《{law.name}》{law.article}" for law in case.law)),
        ("case.transfers_to", "、".join(case.transfers_to)),
    )
    for key, value in rows:
        if value:
            yield voice.pair(voice.text(key), value)


def _outcome(case: Case, voice: Voice) -> str:
    status, days = case.outcome.status, case.outcome.days
    words = voice.name("outcomes", status) if status else ""
    return words + (voice.text("case.in_days", days=days) if words and days is not None else "")


def _body(case: Case, voice: Voice) -> Iterator[Block]:
    for section in case.sections:
        if section.text:
            if section.heading:
                yield Block("heading", (Line(section_name(section.heading, voice.language)),))
            yield from markdown_blocks(section.text)
    yield from part(voice.text("case.asked_as"), "bullets", *case.asked_as)
    yield from part(voice.text("case.reuse"), "bullets", *(_reuse(record, voice) for record in case.reuse))


def _reuse(record: Reuse, voice: Voice) -> Line:
    result = record.result
    if result in ("worked", "partly", "failed"):
        result = voice.text(f"reuse.{result}")
    told = (record.where, voice.date(record.date), result)
    notes = (voice.text("reuse.adopted") + "、".join(record.adopted) if record.adopted else "", record.note)
    head = voice.text("sheet.between").join(word for word in told if word)
    return Line(head, notes=tuple(note for note in notes if note))


def _tail(case: Case, voice: Voice) -> Iterator[Block]:
    say = voice.text
    sources = [
        Line(source_line(source, voice), notes=(source.url,) if source.url else ()) for source in case.sources
    ]
    yield from part(say("case.sources"), "bullets", *(sources or [Line(say("case.no_sources"))]))
    record = [voice.pair(say("case.id"), case.id)]
    if case.provenance:
        record.append(voice.pair(say("case.provenance"), voice.name("provenances", case.provenance)))
    if case.license:
        record.append(voice.pair(say("case.licence"), case.license))
    yield Block("notes", tuple(map(Line, record)))


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs and lists of Markdown as blocks; links, tables and emphasis keep only their words."""
    told = list(_told(_PARSER.parse(text)))
    return tuple(
        Block(kind, tuple(Line(words) for _, _, words in lines))
        for (_, kind), lines in groupby(told, key=lambda row: row[:2])
    )


def _told(tokens: list[Token]) -> Iterator[tuple[int, Kind, str]]:
    """Yield every text with its kind, and the number of the list it stands in: two lists are not one."""
    lists: list[tuple[int, Kind]] = []
    for at, token in enumerate(tokens):
        if token.type in _LISTS:
            lists.append((at, _LISTS[token.type]))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type in ("inline", "fence", "code_block"):
            words = plain(token) if token.type == "inline" else token.content.rstrip("\n")
            yield (*(lists[-1] if lists else (0, "prose")), words)
