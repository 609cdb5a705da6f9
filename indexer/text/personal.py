"""What leads to one person, out of a text: by the rules of `personal.json`, which the browser reads too.

The rules are written in what Python and old browsers understand alike: no lookbehind, no named groups, no `\\d`.
Of a match the first group stays and the rest becomes the rule's word. Patterns see the text with full-width
characters folded, one for one, so that places in both are the same.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# Citizen identity number, GB 11643-1999: weights 2^(17-i) mod 11 and the check characters for each remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_DIGITS = "0123456789"
_NINE = 9


@dataclass(frozen=True)
class Masked:
    """A text without personal data: `count` places were masked, of these `kinds`, in order of the rules."""

    text: str
    count: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    name: str
    kind: str
    word: str
    pattern: re.Pattern[str]
    right: Callable[[str], bool]
    unless: re.Pattern[str] | None


def mask(text: str) -> Masked:
    """Return `text` with personal data replaced by words. `mask(mask(text).text).text == mask(text).text`."""
    count = 0
    kinds: set[str] = set()
    while True:
        # A word put in can make room for the next rule, so the rules go round until nothing changes.
        before = text
        for rule in _rules():
            text, found = _mask_one(text, rule)
            if found:
                count += found
                kinds.add(rule.kind)
        if text == before:
            return Masked(text, count, tuple(kind for kind in _kinds() if kind in kinds))


def found(text: str, name: str) -> Iterator[str]:
    """Yield what the rule called `name` finds in `text`, in order. Raises KeyError for an unknown rule."""
    rule = {rule.name: rule for rule in _rules()}[name]
    for start, end in _places(text, rule):
        yield text[start:end]


def is_identity_number(number: str) -> bool:
    """Whether the 18 characters carry the right check character (GB 11643-1999)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK_CHARACTERS[total % 11] == number[-1].upper()


def is_card_number(number: str) -> bool:
    """Whether the digits of `number` pass the Luhn check; blanks and dashes are left out."""
    digits = [int(character) for character in number if character in _DIGITS]
    doubled = [digit * 2 - _NINE * (digit * 2 > _NINE) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def rule_file() -> dict[str, Any]:
    """Return the rules as they stand in the file, for whoever masks elsewhere."""
    text = resources.files("indexer.text").joinpath("personal.json").read_text(encoding="utf-8")
    rules: dict[str, Any] = json.loads(text)
    return rules


def _mask_one(text: str, rule: _Rule) -> tuple[str, int]:
    pieces = []
    at = count = 0
    for start, end in _places(text, rule):
        pieces += [text[at:start], rule.word]
        at = end
        count += 1
    return "".join([*pieces, text[at:]]), count


def _places(text: str, rule: _Rule) -> Iterator[tuple[int, int]]:
    folded = text.translate(_FULL_WIDTH)
    for match in rule.pattern.finditer(folded):
        start = match.end(1)
        if not rule.right(folded[start : match.end()]):
            continue
        if rule.unless is None or not rule.unless.search(folded[max(0, start - _LOOK_BACK) : start]):
            yield start, match.end()


_LOOK_BACK = 20
"""How many characters before a number can say that it is the number of an order, not of a person."""

_CHECKS: dict[str, Callable[[str], bool]] = {
    "": lambda _: True,
    "gb11643": is_identity_number,
    "luhn": is_card_number,
}


@cache
def _rules() -> tuple[_Rule, ...]:
    written = rule_file()
    words: dict[str, str] = {}
    for name, pattern in written["words"].items():
        words[name] = _filled(pattern, words)
    unless = {name: re.compile(_filled(pattern, words)) for name, pattern in written["unless"].items()}
    return tuple(
        _Rule(
            rule["name"],
            rule["kind"],
            rule["word"],
            re.compile(_filled(rule["pattern"], words)),
            _CHECKS[rule.get("check", "")],
            unless.get(rule.get("unless", "")),
        )
        for rule in written["rules"]
    )


@cache
def _kinds() -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.kind for rule in _rules()))


def _filled(pattern: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        pattern = pattern.replace(f"<{name}>", word)
    return pattern
