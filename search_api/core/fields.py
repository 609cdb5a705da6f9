"""The fields by which cases are filtered and counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from search_api.core.standing import ORDER, standing_name, standing_of

_SMALL, _LARGE = 500, 2000

_BANDS = {
    "under-500": ("500 户以下", "Under 500 households"),
    "500-2000": ("500 到 2000 户", "500 to 2,000 households"),
    "over-2000": ("2000 户以上", "Over 2,000 households"),
}
_STANDINGS: dict[str, tuple[str, str]] = {
    code: (standing_name(code), standing_name(code, "en")) for code in ORDER
}


@dataclass(frozen=True)
class Field:
    """A field: its labels, the vocabulary that controls it ('' for other values), and a case's values.

    `own` are the names, Chinese and English, of values that only this field has, in the order to show them.
    """

    zh: str
    en: str
    vocabulary: str
    values: Callable[[Case], tuple[str, ...]]
    own: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def label(self, language: str) -> str:
        """Return what people read for the field."""
        return self.en if language == "en" else self.zh

    def known(self, vocabulary: Vocabulary) -> tuple[str, ...] | None:
        """Return the values that there may be, None when any text may be one."""
        if self.vocabulary:
            return vocabulary.codes(self.vocabulary)
        return tuple(self.own) or None

    def name(self, value: str, vocabulary: Vocabulary, language: str = "zh") -> str:
        """Return what people read for `value`; an unknown one is its own name."""
        if self.vocabulary:
            return vocabulary.label(self.vocabulary, value, language)
        return self.own.get(value, (value, value))[language == "en"]


def households_band(households: int | None) -> tuple[str, ...]:
    """Return the code of the band that a number of households falls in, nothing when it is not known."""
    if households is None:
        return ()
    return ("under-500" if households < _SMALL else "over-2000" if households > _LARGE else "500-2000",)


def _given(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value)


FIELDS: dict[str, Field] = {
    "category": Field("类别", "Kind of dispute", "categories", lambda case: _given(case.category)),
    "method": Field("办法", "What was done", "methods", lambda case: case.methods),
    "setting": Field("社区类型", "Kind of community", "settings", lambda case: _given(case.setting.type)),
    "property": Field(
        "物业", "Property service", "property_kinds", lambda case: _given(case.setting.property)
    ),
    "place_kind": Field(
        "城乡", "Town or country", "place_kinds", lambda case: _given(case.setting.place_kind)
    ),
    "households": Field(
        "户数", "Households", "", lambda case: households_band(case.setting.households), _BANDS
    ),
    "actor": Field("参与力量", "Who joined in", "actors", lambda case: case.actors),
    "outcome": Field("结果", "Outcome", "outcomes", lambda case: _given(case.outcome.status)),
    "standing": Field("证据", "Borne out by", "", lambda case: (standing_of(case).code,), _STANDINGS),
    "level": Field("教学班次", "Teaching level", "levels", lambda case: _given(case.teaching.level)),
    "year": Field("年份", "Year", "", lambda case: _given(case.date[:4])),
    "province": Field("省份", "Province", "", lambda case: _given(case.place.province)),
}

OF_COMMUNITY = ("setting", "property", "place_kind", "households")
"""The fields that together say what kind of community it is."""
