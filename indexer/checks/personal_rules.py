"""Rules that keep personal data out: numbers that lead to one person."""

import re
from collections.abc import Iterator

from indexer.case.finding import Finding
from indexer.case.serialize import serialize
from indexer.checks.rule import Rule, Subject

_PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)
_URL = re.compile(r"https?://[^\s'\",}）)]+")

# Citizen identity number, GB 11643-1999: weights 2^(17-i) mod 11 and the check characters for each remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def is_identity_number(number: str) -> bool:
    """Whether the 18 characters carry the right check character (GB 11643-1999)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK_CHARACTERS[total % 11] == number[-1].upper()


def no_personal_numbers(subject: Subject) -> Iterator[Finding]:
    """没有手机号、身份证号、车牌号；网址里的数字不算。"""
    text = _URL.sub("", serialize(subject.case))
    found = [("手机号", match[0]) for match in _PHONE.finditer(text)]
    found += [("身份证号", match[0]) for match in _IDENTITY.finditer(text) if is_identity_number(match[0])]
    found += [("车牌号", match[0]) for match in _PLATE.finditer(text)]
    for noun, value in found:
        # The value itself is not repeated: findings end up in logs and on public pages.
        shown = f"{value[:2]}…{value[-2:]}"
        yield subject.finding(
            "personal-number", f"文中有{noun}（{shown}）。", "删去，或改成「电话」「车辆」这样的说法。"
        )


RULES: tuple[Rule, ...] = (no_personal_numbers,)
