"""The work sheet (办事单): the steps of one to three cases, case by case, and what goes with them.

`draw_sheet` says what the cases give; a `WrittenSheet` is what somebody made of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from indexer.case.model import Case
from search_api.core.comparison import Comparison, Row
from search_api.core.steps import Step, steps_of

MOST_CASES = 3
DAYS_TO_LOOK_BACK = 30
LISTS = ("actors", "law", "redlines", "checks", "look")
"""What stands on a sheet besides the steps: one item a line."""

_ASKED = 6
"""How many open questions a case may add: who asks more than that asks nothing."""


@dataclass(frozen=True)
class SheetStep:
    """A step, and the number (from 1) of the case on the sheet that it comes from."""

    case: int
    step: Step


@dataclass(frozen=True)
class Item:
    """One thing that cases say, and the numbers of the cases on the sheet that say it."""

    text: str
    cases: tuple[int, ...]


@dataclass(frozen=True)
class Check:
    """What to find out first: a question, and the words with which the cases answer it."""

    question: str
    told: tuple[Item, ...]


@dataclass(frozen=True)
class Sheet:
    """What the cases give for a sheet. `checks` are None when it is not known what was asked.

    `failed` are steps that led nowhere by the word of their case: nothing to do again, but to know of.
    """

    cases: tuple[Case, ...]
    steps: tuple[SheetStep, ...]
    failed: tuple[SheetStep, ...]
    actors: tuple[Item, ...]
    law: tuple[Item, ...]
    redlines: tuple[Item, ...]
    checks: tuple[Check, ...] | None
    look_on: date


@dataclass(frozen=True)
class WrittenStep:
    """A step as somebody has it. `origin` is (case on the sheet, step); None for a step of their own."""

    text: str = ""
    origin: tuple[int, int] | None = None
    who: str = ""
    when: str = ""
    done: bool = False


@dataclass(frozen=True)
class WrittenSheet:
    """A sheet as somebody has it. `lists` holds the text of each of LISTS, one item a line."""

    title: str
    steps: tuple[WrittenStep, ...]
    lists: Mapping[str, str]
    look_on: str

    @property
    def kept(self) -> tuple[WrittenStep, ...]:
        """The steps that say something: an emptied one is left out."""
        return tuple(step for step in self.steps if step.text.strip())

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the items of the list called `name`."""
        return tuple(line.strip() for line in self.lists.get(name, "").splitlines() if line.strip())

    def moved(self, number: int, by: int) -> "WrittenSheet":
        """Return the sheet with step `number` (from 1) up (-1) or down (1) by one; as it is where it cannot go."""
        steps, here, there = list(self.steps), number - 1, number - 1 + by
        if not (0 <= here < len(steps) and 0 <= there < len(steps)):
            return self
        steps[here], steps[there] = steps[there], steps[here]
        return replace(self, steps=tuple(steps))

    def with_one_more(self) -> "WrittenSheet":
        """Return the sheet with an empty step at its end."""
        return replace(self, steps=(*self.steps, WrittenStep()))


def draw_sheet(
    cases: Sequence[Case], comparisons: Sequence[Comparison] | None, language: str, today: date
) -> Sheet:
    """Return what `cases` give; `comparisons` hold each against the question, None when there is none."""
    steps = [SheetStep(number, step) for number, case in enumerate(cases, 1) for step in steps_of(case)]
    checks = None if comparisons is None else _checks([found.ask for found in comparisons], language)
    return Sheet(
        cases=tuple(cases),
        steps=tuple(row for row in steps if not row.step.failed),
        failed=tuple(row for row in steps if row.step.failed),
        actors=_merged([case.actors for case in cases]),
        law=_merged([[f"《{law.name}》{law.article}" for law in case.law] for case in cases]),
        redlines=_merged([case.redlines for case in cases]),
        checks=checks,
        look_on=today + timedelta(days=DAYS_TO_LOOK_BACK),
    )


def _merged(said: Sequence[Iterable[str]]) -> tuple[Item, ...]:
    cases: dict[str, list[int]] = {}
    for number, texts in enumerate(said, start=1):
        for text in dict.fromkeys(texts):
            cases.setdefault(text, []).append(number)
    return tuple(Item(text, tuple(numbers)) for text, numbers in cases.items())


def _checks(asked: Sequence[Sequence[Row]], language: str) -> tuple[Check, ...]:
    told: dict[str, list[Item]] = {}
    for number, rows in enumerate(asked, start=1):
        for row in rows[:_ASKED]:
            words = "、".join(quote.words for quote in row.told)
            told.setdefault(row.element.question(language), []).append(Item(words, (number,)))
    return tuple(Check(question, tuple(items)) for question, items in told.items())
