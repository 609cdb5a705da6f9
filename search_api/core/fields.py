"""The fields by which cases are filtered and counted."""

from collections.abc import Callable
from dataclasses import dataclass

from indexer.case.model import Case


@dataclass(frozen=True)
class Field:
    """A field: its labels, the vocabulary that controls it ('' for free values), and a case's values."""

    zh: str
    en: str
    vocabulary: str
    values: Callable[[Case], tuple[str, ...]]

    def label(self, language: str) -> str:
        """Return what people read for the field."""
        return self.en if language == "en" else self.zh


def _given(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value)


FIELDS: dict[str, Field] = {
    "category": Field("类别", "Kind of dispute", "categories", lambda case: _given(case.category)),
    "method": Field("办法", "What was done", "methods", lambda case: case.methods),
    "actor": Field("参与力量", "Who joined in", "actors", lambda case: case.actors),
    "setting": Field("社区类型", "Kind of community", "settings", lambda case: _given(case.setting.type)),
    "outcome": Field("结果", "Outcome", "outcomes", lambda case: _given(case.outcome.status)),
    "level": Field("教学班次", "Teaching level", "levels", lambda case: _given(case.teaching.level)),
    "province": Field("省份", "Province", "", lambda case: _given(case.place.province)),
    "year": Field("年份", "Year", "", lambda case: _given(case.date[:4])),
}
