"""Rules that keep personal data out: numbers that lead to one person."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from indexer.case.finding import Finding
from indexer.case.front_matter import KeyPath
from indexer.case.model import Case
from indexer.checks.rule import Rule, Subject

_PHONE = re.compile(r"(?<![\d.])1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)
# An address ends where Chinese text, a quotation mark, a comma or a bracket begins.
_URL = re.compile(r"https?://[\w.~:/?#@!$&*+;=%-]+", re.ASCII)

# Citizen identity number, GB 11643-1999: weights 2^(17-i) mod 11 and the check characters for each remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def is_identity_number(number: str) -> bool:
    """Whether the 18 characters carry the right check character (GB 11643-1999)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK_CHARACTERS[total % 11] == number[-1].upper()


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
    for match in _PHONE.finditer(text):
        yield "手机号", match[0]
    for match in _IDENTITY.finditer(text):
        if is_identity_number(match[0]):
            yield "身份证号", match[0]
    for match in _PLATE.finditer(text):
        yield "车牌号", match[0]


RULES: tuple[Rule, ...] = (no_personal_numbers,)
