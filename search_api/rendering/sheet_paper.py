"""The work sheet as it goes on paper."""

from collections.abc import Iterator, Sequence
from datetime import date

from indexer.case.model import Case, Source
from search_api.core.sheet import LISTS, WrittenSheet, WrittenStep
from search_api.rendering.paper import Block, Line, Paper, Voice, part

_BOXES = {False: "☐", True: "☑"}


def sheet_paper(
    sheet: WrittenSheet, cases: Sequence[Case], voice: Voice, today: date, snapshot: str
) -> Paper:
    """Return the sheet with its boxes, its sources and the day it was made."""
    say = voice.text
    return Paper(
        title=sheet.title or say("sheet.title"),
        blocks=tuple(_blocks(sheet, cases, voice)),
        foot=(
            say("sheet.made_on", date=voice.date(today.isoformat()), snapshot=snapshot),
            say("sheet.caution"),
        ),
    )


def _blocks(sheet: WrittenSheet, cases: Sequence[Case], voice: Voice) -> Iterator[Block]:
    say = voice.text
    yield from part(say("sheet.steps"), "numbers", *(_step(step, voice) for step in sheet.kept))
    for name in LISTS:
        heading = say(f"sheet.list.{name}")
        if name == "look" and sheet.look_on:
            heading = voice.pair(heading, voice.date(sheet.look_on))
        yield from part(heading, "bullets", *sheet.lines(name))
    sources = [_source(number, case, voice) for number, case in enumerate(cases, start=1)]
    yield from part(say("sheet.sources"), "bullets", *sources)


def _step(step: WrittenStep, voice: Voice) -> Line:
    say = voice.text
    told = [
        voice.pair(say(key), value)
        for key, value in (("sheet.who", step.who), ("sheet.when", step.when))
        if value
    ]
    if step.origin:
        told.append(origin_name(step.origin, voice))
    return Line(step.text.strip(), _BOXES[step.done], (say("sheet.between").join(told),) if told else ())


def origin_name(origin: tuple[int, int], voice: Voice) -> str:
    """Return where a step comes from: 案例一 第 2 步."""
    case, step = origin
    return voice.text("sheet.origin", case=voice.text(f"sheet.case.{case}"), step=step)


def _source(number: int, case: Case, voice: Voice) -> Line:
    title = voice.pair(voice.text(f"sheet.case.{number}"), case.title)
    notes = [
        voice.pair(voice.text("case.id"), case.id),
        *(source_line(source, voice) for source in case.sources),
    ]
    return Line(title, notes=tuple(note for note in notes if note), link=f"/cases/{case.id}")


def source_line(source: Source, voice: Voice) -> str:
    """Return title, publisher and date of a source in one line."""
    told = (source.title or source.url or source.seed, source.publisher, voice.date(source.date))
    return voice.text("sheet.between").join(word for word in told if word)
