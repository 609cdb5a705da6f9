"""What was done, step by step: the numbered list under 怎么干, quoted."""

import re
from dataclasses import dataclass

from indexer.case.model import Case
from search_api.core.paragraphs import anchor, paragraphs

HEADING = "怎么干"

_DASH = "——"
_FAILED = re.compile("失败|没成|没用|没谈成")
_LONGEST_WHEN = 40
"""What stands before the dash names a day or a phase; longer than this it is a sentence with a dash in it."""


@dataclass(frozen=True)
class Step:
    """One step of a case: its number, when it was taken ('' if the case does not say), what was done.

    `anchor` is where the page of the case shows it.
    """

    case_id: str
    number: int
    when: str
    what: str
    anchor: str

    @property
    def text(self) -> str:
        """The step as the case has it."""
        return f"{self.when}{_DASH}{self.what}" if self.when else self.what

    @property
    def failed(self) -> bool:
        """Whether the case itself says, where it names the step, that it led nowhere: 上门（没成）."""
        return _FAILED.search(self.when) is not None


def steps_of(case: Case) -> tuple[Step, ...]:
    """Return the steps of `case`; its paragraphs when they are not numbered."""
    found = paragraphs(case.section(HEADING))
    listed = [part for part in found if part.ordered] or found
    return tuple(
        Step(case.id, number, *_parted(part.text), anchor(HEADING, part.number))
        for number, part in enumerate(listed, start=1)
    )


def first_steps(case: Case, most: int = 3) -> tuple[Step, ...]:
    """Return the first steps of `case` that led somewhere; all of the first ones where none did."""
    steps = steps_of(case)
    return (tuple(step for step in steps if not step.failed) or steps)[:most]


def _parted(text: str) -> tuple[str, str]:
    when, dash, what = text.partition(_DASH)
    return (when, what) if dash and len(when) <= _LONGEST_WHEN else ("", text)
