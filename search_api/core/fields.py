"""The fields by which cases are filtered and counted."""

from collections.abc import Callable
from dataclasses import dataclass

from indexer.case.model import Case


@dataclass(frozen=True)
class Field:
    """A field: its label, the vocabulary that controls it ('' for free values), and a case's values."""

    label: str
    vocabulary: str
    values: Callable[[Case], tuple[str, ...]]


def _given(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value)


FIELDS: dict[str, Field] = {
    "category": Field("类别", "categories", lambda case: _given(case.category)),
    "method": Field("办法", "methods", lambda case: case.methods),
    "actor": Field("参与力量", "actors", lambda case: case.actors),
    "setting": Field("社区类型", "settings", lambda case: _given(case.setting.type)),
    "outcome": Field("结果", "outcomes", lambda case: _given(case.outcome.status)),
    "level": Field("教学班次", "levels", lambda case: _given(case.teaching.level)),
    "province": Field("省份", "", lambda case: _given(case.place.province)),
    "year": Field("年份", "", lambda case: _given(case.date[:4])),
}
