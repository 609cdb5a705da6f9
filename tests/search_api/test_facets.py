"""Facets: a count is what choosing the value would leave, checked by counting with plain loops."""

import pytest
from library_maker import ROOT, made_case, page_library

from indexer.case.model import Outcome, Place, Reuse, Setting, Teaching
from indexer.case.vocabulary import Vocabulary
from search_api.core.facets import count_facets, left_out_by, passes
from search_api.core.fields import FIELDS, households_band

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
        setting=Setting(type="村庄", property="无物业", place_kind="农村", households=2001),
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
        "property": ("无物业",),
        "place_kind": ("农村",),
        "households": ("over-2000",),
        "outcome": ("partly",),
        "standing": ("single",),
        "level": ("骨干",),
        "year": ("2021",),
        "province": ("吉林省",),
    }


def test_what_a_case_does_not_say_is_no_value():
    empty = made_case("one", category="", methods=(), actors=(), setting=Setting(), date="", place=Place())
    values = {name: field.values(empty) for name, field in FIELDS.items()}
    assert {name for name in FIELDS if values[name]} == {"outcome", "standing", "level"}


@pytest.mark.parametrize(
    ("households", "band"),
    [
        (None, ()),
        (0, ("under-500",)),
        (499, ("under-500",)),
        (500, ("500-2000",)),
        (2000, ("500-2000",)),
        (2001, ("over-2000",)),
    ],
)
def test_a_number_of_households_falls_into_one_band(households, band):
    assert households_band(households) == band


def test_bands_stand_in_order_of_size_and_are_named_in_plain_words():
    cases = [
        made_case(f"case-{number}", setting=Setting(households=households))
        for number, households in enumerate((3000, 3000, 3000, 80, 900, 900))
    ]
    values = facet("households", cases=cases).values
    assert [(value.label, value.count) for value in values] == [
        ("500 户以下", 1),
        ("500 到 2000 户", 2),
        ("2000 户以上", 3),
    ]
    assert facet("households", language="en", cases=cases).values[0].label == "Under 500 households"


def test_what_a_case_rests_on_is_named_and_borne_out_best_comes_first():
    several = made_case(
        "one", reuse=tuple(Reuse(where=where, result="worked") for where in ("甲市", "乙市", "丙市"))
    )
    taught = [made_case(f"taught-{number}", provenance="composite") for number in (1, 2)]
    values = facet("standing", cases=[*taught, several]).values
    assert [(value.value, value.label) for value in values] == [
        ("several", "多地复用"),
        ("composite", "教学改编"),
    ]


def test_what_each_filter_alone_costs_the_dearest_first():
    filters = {"category": ("noise",), "province": ("火星省",), "year": ("2020", "2021")}
    cases = [
        *(made_case(f"kept-{number}", category="noise", date="2021-05") for number in range(3)),
        made_case("other", category="safety", place=Place(province="火星省"), date="2021-05"),
    ]
    assert [(one.field, one.values, one.cases) for one in left_out_by(cases, filters)] == [
        ("province", ("火星省",), 3),
        ("category", ("noise",), 1),
    ]


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
    for name in (name for name, field in FIELDS.items() if not field.own):
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
