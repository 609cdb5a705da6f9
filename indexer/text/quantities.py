"""Quantities as people say them: 三户, 二十多个人, 两三年, 半年, 2000户."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_DIGITS = {"半": 0.5, "几": 3, "数": 3, "两": 2} | dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = 10_000
_PLACES = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
"""Digits written one by one: 二〇二三."""

_NUMERALS = "〇零" + "".join((*_DIGITS, *_POWERS)) + "万"
_NUMBER = rf"(?P<number>\d+(?:\.\d+)?万?|[{_NUMERALS}]+)"
_ABOUT = "[多余来几]?"
# Not in the middle of a number, an ordinal or a date: 第三天, 3月5日.
_BEFORE = rf"(?<![\d.第月号{_NUMERALS}])"


@dataclass(frozen=True)
class Quantity:
    """A number with its unit and where it stands."""

    number: float
    unit: str
    start: int
    end: int


def number_of(text: str) -> float:
    """Return the number that `text` writes in Arabic or Chinese digits: 47, 1.2万, 四十七, 十几 (13), 两三 (2).

    Of two digits side by side the first counts, of more each (二〇二三); 几 and 数 are 3, 半 is a half.
    """
    if text[0].isdecimal():
        return float(text.rstrip("万")) * (_MYRIAD if text.endswith("万") else 1)
    if len(text) > len("两三") and set(text) <= _PLACES.keys():
        return float("".join(_PLACES[character] for character in text))
    return _chinese_number(text)


def _chinese_number(text: str) -> float:
    total = 0.0
    digit: float | None = None
    for character in text:
        if character in _POWERS:
            total += (digit or 1) * _POWERS[character]
            digit = None
        elif character == "万":
            total, digit = (total + (digit or 0) or 1) * _MYRIAD, None
        elif digit is None:
            digit = _DIGITS.get(character)
    return total + (digit or 0)


def quantity_pattern(units: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for a number before any of `units`; the longer unit wins."""
    longest_first = "|".join(map(re.escape, sorted(set(units), key=lambda unit: (-len(unit), unit))))
    return re.compile(rf"{_BEFORE}{_NUMBER}{_ABOUT}(?P<unit>{longest_first})")


def quantities_in(text: str, pattern: re.Pattern[str]) -> Iterator[Quantity]:
    """Yield the quantities in folded `text` that `pattern` describes."""
    for match in pattern.finditer(text):
        yield Quantity(number_of(match["number"]), match["unit"], match.start(), match.end())
