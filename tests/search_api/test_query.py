"""What can be asked, and that every refusal names the part of the request at fault."""

import pytest
from library_maker import ROOT

from indexer.case.model import Setting
from indexer.case.vocabulary import Vocabulary
from indexer.errors import QueryError
from search_api.core.fields import FIELDS
from search_api.core.query import (
    MAX_CHARACTERS,
    MAX_TOP_K,
    MAX_WITHIN,
    Query,
    checked_community,
    checked_filters,
)

VOCABULARY = Vocabulary.load(ROOT / "cases" / "vocabulary.yaml")


def checked(text="楼上漏水", top_k=5, filters=None):
    return Query.checked(text, top_k, filters, vocabulary=VOCABULARY)


def refused_field(*arguments):
    with pytest.raises(QueryError) as refused:
        checked(*arguments)
    return refused.value.field


@pytest.mark.parametrize(
    "text",
    [
        "狗",
        "漏水",
        "停车难",
        "a",
        "7",
        "x" * MAX_CHARACTERS,
        "漏" * MAX_CHARACTERS,
        " 漏水\r\n怎么办\t",
        "😡漏水",
        "樓上漏水",
        "<b>",
        "'; --1",
    ],
)
def test_anything_with_a_word_in_it_can_be_asked(text):
    assert checked(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        " \t\r\n　",
        "漏" * (MAX_CHARACTERS + 1),
        "漏\0水",
        "漏\ud800水",
        "\udfff",
        "😡😡",
        "？！……",
        "\u200b\u200d",
        "\x07",
    ],
)
def test_what_holds_no_words_too_many_or_broken_ones_is_refused(text):
    assert refused_field(text) == "query"


def test_a_message_never_repeats_the_query():
    with pytest.raises(QueryError) as refused:
        checked("秘密" * 1500)
    assert "秘密" not in str(refused.value)
    assert "3000" in str(refused.value)


@pytest.mark.parametrize("top_k", [1, 5, MAX_TOP_K])
def test_between_one_and_fifty_results_can_be_asked_for(top_k):
    assert checked(top_k=top_k).top_k == top_k


@pytest.mark.parametrize("top_k", [-1, 0, MAX_TOP_K + 1, 10**30])
def test_another_number_of_results_is_refused(top_k):
    assert refused_field("漏水", top_k) == "top_k"


def test_five_results_and_no_filters_unless_asked_for():
    assert (checked().top_k, dict(checked().filters)) == (5, {})


def test_an_unknown_filter_is_named_and_the_known_ones_are_listed():
    with pytest.raises(QueryError) as refused:
        checked("漏水", 5, {"colour": ["red"]})
    assert refused.value.field == "filters.colour"
    assert all(name in str(refused.value) for name in ("colour", *FIELDS))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "漏水渗水"),
        ("category", ""),
        ("method", "打一顿"),
        ("actor", "water-leak"),
        ("setting", "月球"),
        ("outcome", "Resolved"),
        ("level", "高级"),
        ("households", "800"),
        ("standing", "单例"),
    ],
)
def test_a_value_outside_the_vocabulary_is_refused_with_its_field(name, value):
    assert refused_field("漏水", 5, {name: [value]}) == f"filters.{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "water-leak"),
        ("method", "圆桌会"),
        ("actor", "居委会"),
        ("setting", "老旧小区"),
        ("outcome", "partly"),
        ("level", "骨干"),
        ("province", "辽宁省"),
        ("province", "火星省"),  # places and years are free: one without cases is empty, not an error
        ("year", "1999"),
        ("property", "无物业"),
        ("place_kind", "农村"),
        ("households", "500-2000"),
        ("standing", "several"),
    ],
)
def test_a_value_of_the_vocabulary_is_accepted(name, value):
    assert dict(checked_filters({name: [value]}, VOCABULARY)) == {name: (value,)}


def test_a_filter_without_values_is_no_filter():
    assert dict(checked("漏水", 5, {"category": []}).filters) == {}


def test_a_very_long_filter_name_is_cut_in_the_message():
    with pytest.raises(QueryError) as refused:
        checked("漏水", 5, {"x" * 5000: ["y"]})
    assert len(str(refused.value)) < 300


def test_a_query_cannot_be_changed_afterwards():
    query = checked("漏水", 5, {"category": ["noise"]})
    with pytest.raises(AttributeError):
        query.text = "别的"
    with pytest.raises(TypeError):
        query.filters["level"] = ("强基",)


def test_words_to_look_for_in_the_cases_go_with_the_query():
    assert Query.checked("漏水", vocabulary=VOCABULARY, within=" 法院 ").within == "法院"


@pytest.mark.parametrize("words", ["漏" * (MAX_WITHIN + 1), "漏\0", "\ud800"])
def test_words_too_many_or_broken_are_refused(words):
    with pytest.raises(QueryError) as refused:
        Query.checked("漏水", vocabulary=VOCABULARY, within=words)
    assert refused.value.field == "within"


def community(kind="", prop="", place_kind="", households=""):
    return checked_community(kind, prop, place_kind, households, vocabulary=VOCABULARY)


def test_a_community_is_what_was_said_of_it_and_nothing_when_nothing_was():
    assert community() is None
    assert community(households="  ") is None
    assert community("老旧小区", "无物业", "城市", " 800 ") == Setting(
        type="老旧小区", property="无物业", place_kind="城市", households=800
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "月球"}, "filters.setting"),
        ({"prop": "黑物业"}, "filters.property"),
        ({"place_kind": "海上"}, "filters.place_kind"),
        *(
            ({"households": text}, "households")
            for text in ("很多", "0", "-5", "8.5", "²", "100001", "9" * 5000)
        ),
    ],
)
def test_a_community_that_cannot_be_is_refused_with_its_field(said, field):
    with pytest.raises(QueryError) as refused:
        community(**said)
    assert refused.value.field == field
    assert len(str(refused.value)) < 200
