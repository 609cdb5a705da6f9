"""What an element is: a thing in which a question and a case can be alike, as `cases/elements.yaml` writes it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from indexer.text.folded import Folded

GAP = ".."
"""Stands between the parts of a phrase that need not follow each other at once."""


def _phrase(value: Any) -> Any:
    """Refuse a phrase of which nothing, or a part of which nothing, would be left to compare."""
    if not isinstance(value, str) or not all(Folded.of(part).text.strip() for part in value.split(GAP)):
        raise ValueError("应是一句话，“..”两边都要有字")
    return value


Phrase = Annotated[str, BeforeValidator(_phrase)]
Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Question(_Part):
    """What to ask when the case tells something that the question does not."""

    zh: Name
    en: Name


class Measure(_Part):
    """Numbers `low` to `high` (`from`, `to` in the file), both included, of one of `units`."""

    units: tuple[Name, ...] = Field(min_length=1)
    low: float = Field(alias="from")
    high: float = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"from 应不大于 to，实际是 {self.low:g} 和 {self.high:g}")
        return self

    def holds(self, number: float, unit: str) -> bool:
        """Whether `number` of `unit` is within the range."""
        return unit in self.units and self.low <= number <= self.high


class Value(_Part):
    """One of the things that can be told of an element.

    Values of different facets do not contradict each other. `stated` are values of the front matter, word for
    word. `implied_by` are values of other elements that imply this one where a text says nothing of this element.
    """

    code: Name
    name: Name
    en: Name
    facet: str = ""
    said: tuple[Phrase, ...] = Field(min_length=1)
    excluded: tuple[Phrase, ...] = Field(default=(), alias="not")
    measures: tuple[Measure, ...] = ()
    stated: Mapping[str, tuple[Name, ...]] = Field(default_factory=dict)
    implied_by: Mapping[str, tuple[Name, ...]] = Field(default_factory=dict)

    def label(self, language: str = "zh") -> str:
        """Return the name in `language`."""
        return self.en if language == "en" else self.name


class Element(_Part):
    """An element with its values and the places of a case where it is read.

    `fields` are keys of the front matter and `sections` headings; with `order: fields-first` the sections are
    read only when the fields tell nothing. `unless_after` are words that, directly before a phrase, deny it.
    Only where `contradicts` is set are other values called a difference; elsewhere they are to be verified.
    """

    code: Name
    name: Name
    en: Name
    ask: Question
    contradicts: bool = False
    fields: tuple[Name, ...] = ()
    sections: tuple[Name, ...] = ()
    order: Literal["together", "fields-first"] = "together"
    unless_after: tuple[Phrase, ...] = ()
    values: tuple[Value, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [value.code for value in self.values]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"取值代号 {'、'.join(twice)} 用了两次")
        return self

    def label(self, language: str = "zh") -> str:
        """Return the name in `language`."""
        return self.en if language == "en" else self.name

    def question(self, language: str = "zh") -> str:
        """Return what to ask in `language`."""
        return self.ask.en if language == "en" else self.ask.zh

    def value(self, code: str) -> Value:
        """Return the value with this code; KeyError when there is none."""
        return self._by_code.get(code) or _unknown(self.code, code)

    @cached_property
    def _by_code(self) -> dict[str, Value]:
        return {value.code: value for value in self.values}


def _unknown(element: str, value: str) -> Value:
    raise KeyError(f"{element} has no value {value}")
