"""A case in pieces that can be pointed at: paragraphs, steps, and how well it is borne out."""

import pytest
from library_maker import made_case

from indexer.case.model import Reuse, Source
from search_api.core.paragraphs import paragraph_of, paragraphs
from search_api.core.standing import standing_name, standing_of
from search_api.core.steps import first_steps, steps_of

TEXT = """先看现场。

1. 第一天——**书记**上门听各方说话。
2. 第三天，请两家坐下来
   商量。

- 约定贴在楼门口"""


def test_paragraphs_are_counted_through_lists_and_text():
    found = paragraphs(TEXT)
    assert [(part.number, part.text, part.ordered) for part in found] == [
        (1, "先看现场。", False),
        (2, "第一天——书记上门听各方说话。", True),
        (3, "第三天，请两家坐下来\n商量。", True),
        (4, "约定贴在楼门口", False),
    ]


@pytest.mark.parametrize(
    ("quoted", "number"), [("书记上门", 2), ("约定贴在楼门口", 4), ("没有这句", 0), ("先看现场。", 1)]
)
def test_a_quotation_leads_to_its_paragraph(quoted, number):
    assert paragraph_of(TEXT, quoted) == number


def test_steps_are_the_numbered_ones_with_when_and_where_to_read_them():
    steps = steps_of(made_case("one", texts={"怎么干": TEXT}))
    assert [(step.number, step.when, step.what, step.anchor) for step in steps] == [
        (1, "第一天", "书记上门听各方说话。", "怎么干-2"),
        (2, "", "第三天，请两家坐下来\n商量。", "怎么干-3"),
    ]
    assert steps[0].text == "第一天——书记上门听各方说话。"


def test_steps_without_numbers_are_the_paragraphs():
    steps = steps_of(made_case("one", texts={"怎么干": "先看现场。\n\n再坐下来商量。"}))
    assert [step.what for step in steps] == ["先看现场。", "再坐下来商量。"]


def test_a_case_without_steps_has_none():
    assert steps_of(made_case("one", texts={"怎么干": ""})) == ()


def reused(*results):
    return tuple(Reuse(where=f"某市{number}", result=result) for number, result in enumerate(results))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "single"),
        ({"sources": (Source(publisher="甲报"), Source(publisher="甲报"))}, "single"),
        ({"sources": (Source(publisher="甲报"), Source(publisher="乙网"))}, "sources"),
        ({"reuse": reused("worked")}, "two"),
        ({"reuse": reused("failed")}, "single"),
        ({"reuse": reused("worked", "partly")}, "several"),
        ({"provenance": "composite", "reuse": reused("worked", "worked")}, "composite"),
    ],
)
def test_a_case_stands_on_the_places_that_did_the_same(changes, code):
    assert standing_of(made_case("one", **changes)).code == code


def test_a_failure_elsewhere_is_counted():
    standing = standing_of(made_case("one", reuse=reused("worked", "failed")))
    assert (standing.places, standing.failed) == (2, 1)


def test_standings_have_names_in_both_languages():
    assert standing_name("two") == "两地复用"
    assert standing_name("two", "en") == "Reused in two places"
    assert standing_name("canary") == "canary"


FAILED = (
    "1. 自己谈（没成）——对方不开门。\n2. 换人——司法所接手。\n3. 上门——隔着门说话。\n4. 约定——写成一张纸。\n"
)


def test_to_begin_with_are_the_first_steps_that_led_somewhere():
    case = made_case("one", texts={"怎么干": FAILED})
    assert [step.number for step in steps_of(case) if step.failed] == [1]
    assert [step.number for step in first_steps(case)] == [2, 3, 4]


def test_where_every_step_failed_they_are_what_there_is():
    assert [
        step.number for step in first_steps(made_case("one", texts={"怎么干": "1. 劝（没成）——不听。"}))
    ] == [1]
