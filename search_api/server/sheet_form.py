"""The form of a work sheet: what it starts from, and what comes back of it."""

import re
from collections.abc import Sequence

from starlette.datastructures import FormData

from indexer.case.model import Case
from search_api.core.clean import clean, one_line
from search_api.core.sheet import LISTS, Check, Item, Sheet, WrittenSheet, WrittenStep
from search_api.core.steps import steps_of
from search_api.rendering.paper import Voice

MOST_STEPS = 60
LONGEST_STEP = 2000
LONGEST_LIST = 6000
LONGEST_LINE = 200

_ORIGIN = re.compile(r"([1-3])\.([1-9][0-9]{0,2})")
_MOVE = re.compile(r"(up|down)-([1-9][0-9]{0,3})")


def first_form(sheet: Sheet, voice: Voice) -> WrittenSheet:
    """Return the form as it is before anybody has written in it."""
    kinds = dict.fromkeys(voice.name("categories", case.category) for case in sheet.cases if case.category)
    several = len(sheet.cases) > 1
    lists = {
        name: "\n".join(_said(item, voice, several) for item in items)
        for name, items in (("actors", sheet.actors), ("law", sheet.law), ("redlines", sheet.redlines))
    }
    lists["checks"] = "\n".join(_asked(check, voice) for check in sheet.checks or ())
    lists["look"] = "\n".join(map(voice.text, ("sheet.look.again", "sheet.look.kept", "sheet.look.record")))
    return WrittenSheet(
        title=voice.text("sheet.title_of", category=voice.text("sheet.and").join(kinds)),
        steps=tuple(WrittenStep(row.step.text, (row.case, row.step.number)) for row in sheet.steps),
        lists=lists,
        look_on=sheet.look_on.isoformat(),
    )


def _said(item: Item, voice: Voice, several: bool) -> str:
    if not several:
        return item.text
    cases = voice.text("sheet.and").join(voice.text(f"sheet.case.{number}") for number in item.cases)
    return voice.text("sheet.said_by", text=item.text, cases=cases)


def _asked(check: Check, voice: Voice) -> str:
    told = [voice.pair(voice.text(f"sheet.case.{item.cases[0]}"), f"“{item.text}”") for item in check.told]
    return voice.text("sheet.said_by", text=check.question, cases=voice.text("sheet.between").join(told))


def read_form(form: FormData, cases: Sequence[Case]) -> WrittenSheet:
    """Return what was sent, cleaned; what no browser sends is taken for nothing."""
    steps, origins = _texts(form, "step"), _texts(form, "origin")
    who, when, done = _texts(form, "who"), _texts(form, "when"), set(_texts(form, "done"))
    return WrittenSheet(
        title=one_line(_text(form, "title")),
        steps=tuple(
            WrittenStep(
                text=clean(text),
                origin=_origin(_at(origins, at), cases),
                who=one_line(_at(who, at)),
                when=one_line(_at(when, at)),
                done=str(at + 1) in done,
            )
            for at, text in enumerate(steps)
        ),
        lists={name: clean(_text(form, name)) for name in LISTS},
        look_on=one_line(_text(form, "look_on")),
    )


def changed(sheet: WrittenSheet, wish: str) -> WrittenSheet:
    """Return the sheet after the button `wish` was pressed: up-2, down-2, add; any other changes nothing."""
    move = _MOVE.fullmatch(wish)
    if move:
        return sheet.moved(int(move[2]), -1 if move[1] == "up" else 1)
    return sheet.with_one_more() if wish == "add" and len(sheet.steps) < MOST_STEPS else sheet


def trouble(sheet: WrittenSheet, voice: Voice) -> str:
    """Return what is too much on the sheet, in words for people; '' when nothing is."""
    if len(sheet.steps) > MOST_STEPS:
        return voice.text("sheet.too_many_steps", n=len(sheet.steps), most=MOST_STEPS)
    for number, step in enumerate(sheet.steps, start=1):
        if len(step.text) > LONGEST_STEP:
            return voice.text("sheet.step_too_long", number=number, n=len(step.text), most=LONGEST_STEP)
    if any(len(text) > LONGEST_LIST for text in sheet.lists.values()):
        return voice.text("sheet.list_too_long", most=LONGEST_LIST)
    lines = [sheet.title, sheet.look_on, *(line for step in sheet.steps for line in (step.who, step.when))]
    return voice.text("sheet.line_too_long", most=LONGEST_LINE) if max(map(len, lines)) > LONGEST_LINE else ""


def _text(form: FormData, name: str) -> str:
    return _at(_texts(form, name), 0)


def _texts(form: FormData, name: str) -> list[str]:
    return [value if isinstance(value, str) else "" for value in form.getlist(name)]


def _at(values: Sequence[str], at: int) -> str:
    return values[at] if at < len(values) else ""


def _origin(written: str, cases: Sequence[Case]) -> tuple[int, int] | None:
    match = _ORIGIN.fullmatch(written)
    if match is None:
        return None
    case, step = int(match[1]), int(match[2])
    there = case <= len(cases) and step <= len(steps_of(cases[case - 1]))
    return (case, step) if there else None
