"""How like a case's community is to the reader's, and what that does to the order of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_maker import engine_over, made_case

from indexer.case.model import Setting
from search_api.core.likeness import Likeness, LikenessRow, likeness, likest_first
from search_api.core.query import Query

MINE = Setting(type="老旧小区", property="无物业", place_kind="城市", households=800)


def degrees(mine, **theirs):
    return {row.trait: row.degree for row in likeness(mine, made_case("one", setting=Setting(**theirs))).rows}


def test_every_trait_is_the_same_near_different_or_not_said():
    assert degrees(MINE, type="老旧小区", property="市场化物业", households=650) == {
        "setting": "same",
        "households": "near",
        "property": "different",
        "place_kind": "unknown",
    }


def test_what_the_reader_leaves_open_is_not_compared():
    assert degrees(Setting(type="村庄"), type="村庄", households=3) == {"setting": "same"}
    assert degrees(Setting(), type="村庄", households=3) == {}


@pytest.mark.parametrize(
    ("theirs", "degree"),
    [
        (800, "same"),
        (400, "near"),
        (1600, "near"),
        (399, "different"),
        (1601, "different"),
        (0, "different"),
        (None, "unknown"),
    ],
)
def test_households_are_near_within_a_factor_of_two(theirs, degree):
    assert degrees(Setting(households=800), households=theirs) == {"households": degree}


def test_a_row_quotes_both_sides():
    (row,) = likeness(Setting(households=800), made_case("one", setting=Setting(households=650))).rows
    assert (row.mine, row.theirs) == ("800", "650")


def alike(*found):
    return Likeness(tuple(LikenessRow("setting", "x", "y", degree) for degree in found))


def test_more_in_common_first_then_fewer_differences_then_as_before():
    rated = [
        ("close", alike("unknown", "different"), "a difference"),
        ("close", alike("unknown", "unknown"), "nothing said"),
        ("close", alike("unknown", "unknown"), "nothing said either"),
        ("close", alike("near", "different"), "near"),
        ("close", alike("same", "near"), "same and near"),
    ]
    assert likest_first(rated) == [
        "same and near",
        "near",
        "nothing said",
        "nothing said either",
        "a difference",
    ]


GROUPS = st.sampled_from(["close", "method", "idea", "none"])
DEGREES = st.lists(st.sampled_from(["same", "near", "different", "unknown"]), max_size=4)


@given(st.lists(st.tuples(GROUPS, DEGREES)))
def test_nothing_is_lost_and_no_case_leaves_its_level(found):
    rated = [(group, alike(*said), (number, group)) for number, (group, said) in enumerate(found)]
    ordered = likest_first(rated)
    assert sorted(ordered) == [value for _, _, value in rated]
    assert [group for _, group in ordered] == [group for group, _, _ in rated]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Nine cases that differ in the length of what they tell; the two from old estates tell the longest."""
    kinds = ["商品房小区"] * 7 + ["老旧小区"] * 2
    cases = [
        made_case(
            f"case-{number}",
            setting=Setting(type=kind),
            texts={"案情": f"楼上漏水。{'无关的话。' * number * 5}"},
        )
        for number, kind in enumerate(kinds)
    ]
    return engine_over(tmp_path_factory.mktemp("likeness"), cases)


def ids(engine, **more):
    return [match.case.id for match in engine.search(Query("楼上漏水", **more)).results]


def test_cases_from_a_like_community_come_forward_even_from_behind_the_fifth(engine):
    before = ids(engine, top_k=10)
    like = [case for case in before if case in ("case-7", "case-8")]
    assert not set(like) <= set(before[:5])
    after = ids(engine, community=Setting(type="老旧小区"))
    assert after == [*like, *(case for case in before if case not in like)][:5]


def test_without_a_community_nothing_is_compared(engine):
    assert {match.likeness for match in engine.search(Query("楼上漏水")).results} == {Likeness()}
