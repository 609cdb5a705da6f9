"""Rules about the law: what is cited is in force and has that article."""

import re
from collections.abc import Iterator

from indexer.case.finding import Finding
from indexer.case.front_matter import KeyPath
from indexer.case.laws import LawInForce, Laws, ReplacedLaw
from indexer.checks.rule import Rule, Subject

_ARTICLE = re.compile(r"第([零〇一二三四五六七八九十百千]+)条(?:之[一二三四五六七八九十])?")
_SENTENCE = re.compile(r"[^。！？\n]+")
_THEN = ("当时", "当年", "事发时", "废止")
"""A sentence with one of these words tells what was in force when the case was handled."""

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def article_number(article: str) -> int | None:
    """Return the number in 第二百七十八条; None when it is not written so."""
    match = _ARTICLE.fullmatch(article)
    if match is None:
        return None
    total = digit = 0
    for character in match[1]:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def laws_in_force(subject: Subject) -> Iterator[Finding]:
    """law 一栏里的法现行有效，条号存在。"""
    for at, cited in enumerate(subject.case.law):
        if subject.reference.laws and cited.name:
            law = subject.reference.laws.by_name.get(cited.name.strip("《》"))
            articles = (cited.article,) if cited.article else ()
            yield from _about(subject, cited.name, law, articles, ("law", at))


def laws_in_text(subject: Subject) -> Iterator[Finding]:
    """正文里写的“某某法第几条”现行有效，条号存在；当年的依据写明“当时”。"""
    pattern = _citation(subject.reference.laws)
    for part in subject.case.sections:
        for sentence in _SENTENCE.findall(part.text):
            if pattern is None or any(word in sentence for word in _THEN):
                continue
            for match in pattern.finditer(sentence):
                law = subject.reference.laws.by_name[match[1]]
                articles = tuple(found[0] for found in _ARTICLE.finditer(match[2]))
                yield from _about(subject, match[1], law, articles, (f"## {part.heading}",))


def _citation(laws: Laws) -> re.Pattern[str] | None:
    """Return a pattern for any law of the table with the articles behind it; the longest name first."""
    names = "|".join(re.escape(name) for name in sorted(laws.by_name, key=len, reverse=True))
    # 某市物业管理条例 is another law than 物业管理条例.
    one = _ARTICLE.pattern.replace("(", "(?:", 1)
    return re.compile(rf"(?<![省市区县])({names})》?((?:{one}[、和及与]?)*)") if names else None


def _about(
    subject: Subject,
    name: str,
    law: LawInForce | ReplacedLaw | None,
    articles: tuple[str, ...],
    path: KeyPath,
) -> Iterator[Finding]:
    if law is None:
        yield subject.finding(
            "unknown-law",
            f"「{name}」不在法律依据表里，没有人核对过。",
            "核对现行文本后补进 cases/laws.yaml；写法律的全名。",
            *path,
            severity="warning",
        )
    elif isinstance(law, ReplacedLaw):
        yield subject.finding(
            "repealed-law",
            f"「{name}」{law.since} 起已被{law.by}取代。",
            f"改引{law.by}；要说当年的依据，在正文同一句里写明“{_THEN[0]}”。",
            *path,
        )
    else:
        yield from _articles(subject, law, articles, path)


def _articles(
    subject: Subject, law: LawInForce, articles: tuple[str, ...], path: KeyPath
) -> Iterator[Finding]:
    for article in articles:
        number = article_number(article)
        if law.numbers == "unchecked":
            yield subject.finding(
                "unchecked-article",
                f"「{law.name}」{law.since} 起施行的文本还没有核对过条号，文中写了{article}。",
                "只写法名，或核对后在 cases/laws.yaml 里写明共多少条。",
                *path,
            )
        elif number is None or not 1 <= number <= law.articles:
            yield subject.finding(
                "no-such-article",
                f"「{law.name}」共 {law.articles} 条，没有「{article}」。",
                "对照现行文本改正，写成“第二百七十八条”这样。",
                *path,
            )


RULES: tuple[Rule, ...] = (laws_in_force, laws_in_text)
