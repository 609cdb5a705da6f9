"""How long a case took: the days its file gives, otherwise the sentence that says so, quoted.

Few patterns, each narrow: a term of a contract, a warranty or somebody's age is no time that the work took, and
a sentence left out does less harm than a wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.case.model import Case
from indexer.passages import sentences
from search_api.core.outcome import Highlight
from search_api.core.paragraphs import anchor, paragraphs

_ABOUT = r"(?:约莫?|大约|大概|将近|近|不到|不足|不过|差不多|整整|一共|总共|共|只|仅|才|快|短短)*"
_NUMBER = r"(?:(?<!\d)\d{1,3}|[一二两三四五六七八九十百半几整大]+)[多余来]?"
_UNIT = r"(?:个半?多?(?:小时|钟头|工作日|星期|月)|分钟|小时|天|周|年(?![级代初底末龄]))"
_TIME = rf"{_ABOUT}{_NUMBER}{_UNIT}[多半]?(?:时间|左右|上下)?"
_SPENT = r"(?:(?:花|用|隔|过|跨|走|经过|历时|历经|相隔)了?)?"
_DONE = "办结|办成|办妥|办完|化解|解决|了结|谈成|修好|修完|建成|建好|改完|拆完|装完|装好|搬完|完工|清掉|清完|清空|清出"

_WHOLE = (
    rf"(?:历时|耗时|用时|历经)(?:了|约)?{_TIME}",
    rf"(?<![年月日号初中底末\d])前后(?:中间)?{_ABOUT}{_SPENT}{_TIME}",
)
_FROM_TO = rf"从[^，。；：]{{2,25}}到[^，。；：]{{2,20}}?，?(?:中间|前后)?{_ABOUT}{_SPENT}{_TIME}(?=[，。；：、！）]|$)"
# What has been in use for years is no case that took years.
_SPENT_ON = rf"(?:(?<=[，；：])|^){_ABOUT}(?:花了|用了?(?![^，。；]*年)){_TIME}(?=[，。；：、！）]|[就便]|$)"
_DONE_IN = rf"(?<![期前第每]){_TIME}(?:之?内|以内)?(?:就|便|全部|全都)*(?:{_DONE})"

_OF_THE_WHOLE = re.compile("|".join(_WHOLE))
_OF_THE_WORK = re.compile("|".join((*_WHOLE, _FROM_TO, _SPENT_ON, _DONE_IN)))
_HOURS = re.compile(r"分钟|小时|钟头")
_ANOTHER_TIME = re.compile(
    r"来源|报道|见报|没有写|没写|未交代|不知|到上门|到到场|质保|保修|合同|租期|期限|限期|任期|工龄|服刑|徒刑|拘留|拘役|岁"
    r"|承诺|答应|保证|约定|要求|规定|应当|必须|不得|计划|预计|争取|打算|每[年月周天次户]"
    r"|至今|还在|仍|没有?[建修装办谈]成|没能|未能|以后|才能"
)


@dataclass(frozen=True)
class Duration:
    """How long a case took: `days`, or the sentence that says so, with the words in it, where it stands.

    `anchor` is where the page of the case shows the sentence; '' with `days`, which stand in no sentence.
    """

    days: int | None = None
    text: str = ""
    highlights: tuple[Highlight, ...] = ()
    section: str = ""
    anchor: str = ""


def duration_of(case: Case) -> Duration | None:
    """Return how long `case` took, None when it does not plainly say."""
    if case.outcome.days is not None:
        return Duration(case.outcome.days)
    return next(_told(case), None)


def _told(case: Case) -> Iterator[Duration]:
    for part in paragraphs(case.section("结果")):
        yield from _quoted(part.text, _OF_THE_WORK, "结果", anchor("结果", part.number))
    yield from _quoted(case.summary, _OF_THE_WORK, "summary", anchor("summary"))
    for part in paragraphs(case.section("怎么干")):
        # A step's hours are those of one meeting, and most of its days are a part of the whole.
        for found in _quoted(part.text, _OF_THE_WHOLE, "怎么干", anchor("怎么干", part.number)):
            if not _HOURS.search(found.text):
                yield found


def _quoted(text: str, pattern: re.Pattern[str], section: str, place: str) -> Iterator[Duration]:
    """Yield the sentences of `text` that say how long it took, the words marked, without a semicolon at the end."""
    for start, end in sentences(text):
        sentence = text[start:end].rstrip("；;")
        match = pattern.search(sentence)
        if match and not _ANOTHER_TIME.search(sentence):
            yield Duration(None, sentence, (Highlight(*match.span()),), section, place)
