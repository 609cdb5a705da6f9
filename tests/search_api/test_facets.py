"""Facets: a count is what choosing the value would leave, checked by counting with plain loops."""

import pytest
from library_maker import ROOT, made_case, page_library

from indexer.case.model import Outcome, Place, Setting, Teaching
from indexer.case.vocabulary import Vocabulary
from search_api.core.facets import count_facets, passes
from search_api.core.fields import FIELDS

VOCABULARY = Vocabulary.load(ROOT / "cases" / "vocabulary.yaml")
CASES = [case for case in page_library() if not case.withdrawn]


def facet(field, filters=None, language="zh", cases=CASES):
    return next(
        found for found in count_facets(cases, filters or {}, VOCABULARY, language) if found.field == field
    )


def test_every_field_is_read_from_its_place_in_the_case():
    case = made_case(
        "one",
        category="safety",
        methods=("圆桌会", "议事会"),
        actors=("居委会", "派出所"),
        setting=Setting(type="村庄"),
        outcome=Outcome(status="partly"),
        teaching=Teaching(level="骨干"),
        place=Place(province="吉林省", city="长春市"),
        date="2021-05",
    )
    assert {name: field.values(case) for name, field in FIELDS.items()} == {
        "category": ("safety",),
        "method": ("圆桌会", "议事会"),
        "actor": ("居委会", "派出所"),
        "setting": ("村庄",),
        "outcome": ("partly",),
        "level": ("骨干",),
        "province": ("吉林省",),
        "year": ("2021",),
    }


def test_what_a_case_does_not_say_is_no_value():
    empty = made_case("one", category="", methods=(), actors=(), setting=Setting(), date="", place=Place())
    values = {name: field.values(empty) for name, field in FIELDS.items()}
    assert not any(values[name] for name in ("category", "method", "actor", "setting", "province", "year"))


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"category": ("noise",)},
        {"category": ("noise", "water-leak"), "province": ("北京市",)},
        {"method": ("圆桌会",), "year": ("2020", "2021")},
        {"province": ("火星省",)},
    ],
)
def test_choosing_a_value_leaves_as_many_cases_as_its_count_says(filters):
    for field in FIELDS:
        for value in facet(field, filters).values:
            chosen = {**filters, field: (value.value,)}
            assert value.count == sum(passes(case, chosen) for case in CASES), (field, value.value)


def test_no_value_that_a_case_has_is_missing():
    for name, field in FIELDS.items():
        assert {value.value for value in facet(name).values} == {
            v for case in CASES for v in field.values(case)
        }


def test_the_most_frequent_come_first_and_equal_ones_in_order_of_value():
    for name in FIELDS:
        values = [(-value.count, value.value) for value in facet(name).values]
        assert values == sorted(values)


def test_a_chosen_value_stays_even_when_nothing_is_left_of_it():
    values = facet("outcome", {"outcome": ("ongoing",), "category": ("noise",)}).values
    assert [(value.value, value.count) for value in values if value.chosen] == [("ongoing", 0)]


def test_labels_are_words_in_the_language_asked_for():
    assert {value.value: value.label for value in facet("category").values}["water-leak"] == "漏水渗水"
    assert {value.value: value.label for value in facet("category", language="en").values}[
        "water-leak"
    ] == "Water leaks"
    assert {value.value: value.label for value in facet("outcome").values}["resolved"] == "已化解"
    assert (facet("outcome").label, facet("outcome", language="en").label) == ("结果", "Outcome")
    assert facet("province").values[0].label == facet("province").values[0].value


def test_one_value_of_a_field_is_enough_but_every_field_must_agree():
    case = made_case("one", methods=("圆桌会",), category="noise")
    assert passes(case, {})
    assert passes(case, {"method": ("议事会", "圆桌会")})
    assert passes(case, {"method": ("圆桌会",), "category": ("noise", "safety")})
    assert not passes(case, {"method": ("圆桌会",), "category": ("safety",)})
    assert passes(case, {"method": ("圆桌会",), "category": ("safety",)}, but="category")
