"""Rules that keep personal data out: numbers that lead to one person."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from indexer.case.finding import Finding
from indexer.case.front_matter import KeyPath
from indexer.case.model import Case
from indexer.checks.rule import Rule, Subject
from indexer.text.personal import found

# An address ends where Chinese text, a quotation mark, a comma or a bracket begins.
_URL = re.compile(r"https?://[\w.~:/?#@!$&*+;=%-]+", re.ASCII)

_NOUNS = {"mobile": "手机号", "identity": "身份证号", "plate": "车牌号"}
"""The rules of `indexer.text.personal` that a case file is held to, with what a finding calls them."""


def no_personal_numbers(subject: Subject) -> Iterator[Finding]:
    """没有手机号、身份证号、车牌号；网址里的数字不算。"""
    for key_path, text in _texts(subject.case):
        for noun, value in _numbers(unicodedata.normalize("NFKC", _URL.sub(" ", text))):
            # The value itself is not repeated: findings end up in logs and on public pages.
            shown = f"{value[:2]}…{value[-2:]}"
            yield subject.finding(
                "personal-number",
                f"文中有{noun}（{shown}）。",
                "删去，或改成「电话」「车辆」这样的说法。",
                *key_path,
            )


def _texts(case: Case) -> Iterator[tuple[KeyPath, str]]:
    """Yield everything written in `case` with the place where it stands."""
    yield from _leaves(case.model_dump(by_alias=True, exclude={"sections"}), ())
    for part in case.sections:
        yield (f"## {part.heading}",), part.text


def _leaves(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _leaves(item, (*path, at))
    else:
        yield path, str(value)


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    for rule, noun in _NOUNS.items():
        for value in found(text, rule):
            yield noun, value


RULES: tuple[Rule, ...] = (no_personal_numbers,)
