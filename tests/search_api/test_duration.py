"""How long a case took: from its days, from the sentence that says so, and from nothing else."""

import pytest
from library_maker import ROOT, made_case

from indexer.case.library import Library
from indexer.case.model import Outcome
from search_api.core.duration import duration_of


def told(*, summary="两家签了约定。", result="两家签了约定。", steps="1. 上门。\n2. 商量。"):
    return duration_of(made_case("one", summary=summary, texts={"结果": result, "怎么干": steps}))


def words(found):
    return [found.text[span.start : span.end] for span in found.highlights]


def test_the_days_of_the_file_come_first():
    case = made_case("one", outcome=Outcome(status="resolved", days=3), texts={"结果": "历时一年多。"})
    assert duration_of(case).days == 3
    assert duration_of(case).text == ""


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("从信箱留言到回访，半个月左右。", "从信箱留言到回访，半个月左右"),
        ("从移送到付清一个月。", "从移送到付清一个月"),
        ("历时一年多，桶站搬出了楼前。", "历时一年多"),
        ("前后两年半，改造完成。", "前后两年半"),
        ("前后花了七个多月。", "前后花了七个多月"),
        ("墙修好了，用了两天。", "用了两天"),
        ("堆了几年的垃圾，两天清掉。", "两天清掉"),
        ("仅用40分钟就谈妥。", "仅用40分钟"),
        ("耗时12个工作日。", "耗时12个工作日"),
        ("五户一天之内全部装完。", "一天之内全部装完"),
    ],
)
def test_a_sentence_that_says_how_long_is_quoted_with_the_words_marked(sentence, marked):
    found = told(result=f"双方签字。{sentence}之后再没有吵过。")
    assert found.days is None
    assert found.text == sentence
    assert words(found) == [marked]
    assert (found.section, found.anchor) == ("结果", "结果-1")


@pytest.mark.parametrize(
    "sentence",
    [
        "质保两年，物业承诺三天内修好。",
        "合同约定从交房到入住一年。",
        "楼里两部电梯用了近20年，停运困人。",
        "住户说装了快一个月没事。",
        "这栋楼1983年建成。",
        "2022年完工。",
        "老人今年78岁，独居十年。",
        "计划从进场到验收三个月。",
        "要求十日内拆除。",
        "从1.1元提到1.3元。",
        "2014年4月前后，下班抢位。",
        "具体前后几天，来源未交代。",
        "空坟还在，门还堵着，前后十年。",
        "从申诉到见报不到三周。",
        "每三个月维护一次。",
        "持续数月的僵局解开了。",
    ],
)
def test_another_time_is_not_how_long_it_took(sentence):
    assert told(result=sentence) is None
    assert told(summary=sentence) is None


def test_the_outcome_is_asked_before_the_summary_and_the_steps():
    steps = "1. 上门。\n2. 谈拢——前后近两个月，双方签字。"
    assert told(result="历时三天。", summary="历时四天。", steps=steps).text == "历时三天。"
    assert told(summary="历时四天。", steps=steps).anchor == "summary"
    assert told(steps=steps).anchor == "怎么干-2"
    assert words(told(steps=steps)) == ["前后近两个月"]


def test_the_hours_of_one_step_are_not_the_time_of_the_case():
    assert told(steps="1. 清运——一起干，前后12小时。\n2. 去开会，用了两天。") is None


def test_a_semicolon_at_the_end_is_not_quoted():
    assert told(result="从立案到付清一个月；余款分期。").text == "从立案到付清一个月"


def test_in_the_real_library_what_is_said_stands_word_for_word_in_the_case():
    cases = [file.parsed.case for file in Library.load(ROOT / "cases").files if file.parsed.case]
    quoted = [(case, found) for case in cases if (found := duration_of(case)) and found.days is None]
    assert len(quoted) >= 20
    for case, found in quoted:
        section = case.summary if found.section == "summary" else case.section(found.section)
        assert found.text in section.replace("**", "")
        assert words(found)[0] in found.text
