"""Rules about how a case is told: plainly, and with a title that says what was done about what."""

import re
from collections.abc import Iterator

from indexer.case.finding import Finding
from indexer.case.front_matter import KeyPath
from indexer.case.model import Case
from indexer.checks.rule import Rule, Subject

_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』")
# What bulletins are called: neither what was done nor about what.
_BULLETIN = re.compile(r"^关于|纪实$|侧记|掠影|启示$|经验做法|工作法$|的实践$|的探索$|案例$|[！!]")


def no_officialese(subject: Subject) -> Iterator[Finding]:
    """标题、要旨和正文里没有套话；引号里的原话不算。"""
    for key_path, text in _told(subject.case):
        own = _QUOTED.sub(" ", text)
        for phrase, instead in subject.reference.officialese.items():
            if phrase in own:
                yield subject.finding(
                    "officialese", f"文中有套话「{phrase}」。", f"{instead}。", *key_path, severity="warning"
                )


def no_bulletin_title(subject: Subject) -> Iterator[Finding]:
    """标题说办法和问题，不写成简报标题（关于……、……纪实、……的探索）。"""
    title = subject.case.title
    if match := _BULLETIN.search(title):
        yield subject.finding(
            "title-form",
            f"标题「{title}」像简报标题（{match[0]}）。",
            "写成“办法 + 问题”，如：先请检测公司查明水从哪来，再谈楼上该不该赔。",
            "title",
            severity="warning",
        )


def _told(case: Case) -> Iterator[tuple[KeyPath, str]]:
    yield ("title",), case.title
    yield ("summary",), case.summary
    for part in case.sections:
        yield (f"## {part.heading}",), part.text


RULES: tuple[Rule, ...] = (no_officialese, no_bulletin_title)
