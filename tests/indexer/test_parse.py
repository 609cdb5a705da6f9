"""Case file to case: as much as can be understood, and the rest as findings with line numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.case.model import FRONT_MATTER_KEYS, Case
from indexer.case.parse import parse


def found(parsed):
    return [(finding.code, finding.line) for finding in parsed.findings]


@pytest.fixture(scope="session")
def file_text(fixtures):
    return (fixtures / "cases/water-leak/tieling-upstairs-bathroom-leak.md").read_text(encoding="utf-8")


def test_a_whole_file(file_text):
    parsed = parse(file_text, "water-leak/tieling-upstairs-bathroom-leak.md")
    case = parsed.case
    assert parsed.findings == ()
    assert case.schema_version == 1
    assert case.id == "tieling-upstairs-bathroom-leak"
    assert case.setting.households == 420
    assert case.place.district == "银州区"
    assert case.date == "2024-03"
    assert case.law[0].article == "第二百九十六条"
    assert (case.outcome.status, case.outcome.days, case.outcome.metrics[0].value) == ("resolved", 12, "24")
    assert len(case.asked_as) == 4
    assert case.teaching.visitable is False
    assert case.reuse[0].adopted == ("当面闭水试验",)
    assert case.section("结果").startswith("五楼防水当月做完")
    assert case.section("没有这一节") == ""
    assert not case.withdrawn


def test_lines_are_those_of_the_file(file_text):
    parsed = parse(file_text)
    written = file_text.split("\n")
    assert written[parsed.line_of("title") - 1].startswith("title:")
    assert written[parsed.line_of("asked_as", 2) - 1] == "  - 拿盆接着水呢，谁来给评评理"
    assert written[parsed.line_of("place", "city") - 1].startswith("place:")
    assert written[parsed.line_of("## 怎么干") - 1] == "## 怎么干"


def test_what_is_not_in_the_file_has_the_line_of_what_holds_it(file_text):
    parsed = parse(file_text)
    assert parsed.line_of("place", "community") == parsed.line_of("place")
    assert parsed.line_of("no such key") == 1


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: text.replace("\n---\n", "\n---  \n"),
        lambda text: text.replace("\n## 案情\n", "\n##案情\n"),
        lambda text: text.replace("\n## 案情\n", "\n##\u3000案情  \n"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n\n",
    ],
    ids=[
        "CRLF",
        "BOM",
        "BOM and CRLF",
        "blanks after ---",
        "no blank",
        "full-width blank",
        "no end",
        "blank end",
    ],
)
def test_how_an_editor_saves_it_makes_no_difference(file_text, changed):
    assert changed(file_text) != file_text
    parsed, plain = parse(changed(file_text)), parse(file_text)
    assert parsed.case == plain.case
    assert parsed.lines == plain.lines


def test_text_stays_as_written(read_front):
    case = read_front(
        "title: no\ndate: 010\nplace: {city: 12:30:00}\noutcome: {metrics: [{name: on, value: 099.20}]}\n"
        "review: {on: 2026-11-21}\ntopics: [true, null, 1_000]"
    ).case
    assert case.title == "no"
    assert case.date == "010"
    assert case.place.city == "12:30:00"
    assert case.outcome.metrics[0].model_dump() == {"name": "on", "value": "099.20", "unit": ""}
    assert case.review.on == "2026-11-21"
    assert case.topics == ("true", "null", "1_000")


def test_a_key_without_a_value_is_not_known(read_front):
    assert read_front("date:\nplace: {city: }\nsetting:").case == Case()


def test_an_empty_draft_is_still_a_case(read_front):
    parsed = read_front("")
    assert parsed.case == Case()
    assert parsed.findings == ()


def test_an_unknown_category_is_kept(read_front):
    assert read_front("category: 还没有的类别").case.category == "还没有的类别"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("no-front-matter", 1)),
        ("## 案情\n\n先写正文", ("no-front-matter", 1)),
        ("---\ntitle: 没有收尾\n", ("no-front-matter", 1)),
        ("---\ntitle: 甲\n\ttopics: 乙\n---\n", ("yaml-broken", 3)),
        ("---\ntitle: 甲\ntitle: 乙\n---\n", ("duplicate-key", 3)),
        ("---\ntitle: 甲\ntopics: *all\n---\n", ("yaml-alias", 3)),
    ],
)
def test_a_front_matter_that_is_none_leaves_no_case(text, expected):
    parsed = parse(text, "x.md")
    assert parsed.case is None
    assert found(parsed) == [expected]
    assert parsed.findings[0].path == "x.md"


@pytest.mark.parametrize(
    ("front", "expected", "hint"),
    [
        ("tpoics: [甲]", "tpoics", "topics"),
        ("askedas: [甲]", "askedas", "asked_as"),
        ("xyz: 甲", "xyz", "模板"),
        ("place: {town: 甲}", "place.town", "模板"),
        ("law: [{name: 甲}, {title: 乙}]", "law.2.title", "模板"),
        # Names of the program, not of the format.
        ("schema_version: 1", "schema_version", "schema"),
        ("sections: [甲]", "sections", "改过来"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(read_front, front, expected, hint):
    parsed = read_front(f"id: x\n{front}")
    assert found(parsed) == [("unknown-key", 3)]
    assert f"「{expected}」" in parsed.findings[0].message
    assert hint in parsed.findings[0].remedy
    assert parsed.case.id == "x"


@pytest.mark.parametrize(
    ("front", "named", "expected"),
    [
        ("title: [甲]", "title", "文字"),
        ("topics: 甲", "topics", "列表"),
        ("topics: [甲, {乙: 丙}]", "topics.2", "文字"),
        ("place: 沈阳市", "place", "键: 值"),
        ("law: {name: 民法典}", "law", "列表"),
        ("law: [民法典]", "law.1", "键: 值"),
        ("setting: {households: 八百}", "setting.households", "整数"),
        ("setting: {households: 800.5}", "setting.households", "整数"),
        ("outcome: {days: -3}", "outcome.days", "不小于 0"),
        ("outcome: {days: " + "9" * 5000 + "}", "outcome.days", "整数"),
        ("teaching: {visitable: yes}", "teaching.visitable", "true 或 false"),
        ("teaching: {visitable: 1}", "teaching.visitable", "true 或 false"),
        ("schema: 一", "schema", "整数"),
    ],
)
def test_a_wrong_type_is_named_with_the_right_one_and_only_it_is_left_out(read_front, front, named, expected):
    parsed = read_front(f"id: x\n{front}\ndate: 2024")
    (finding,) = parsed.findings
    assert (finding.code, finding.line) == ("wrong-type", 3)
    assert f"「{named}」" in finding.message
    assert expected in finding.message
    assert len(finding.message) < 120
    assert (parsed.case.id, parsed.case.date) == ("x", "2024")


def test_all_that_is_wrong_is_listed_together_and_the_rest_is_kept(read_front):
    parsed = read_front(
        "id: x\n"
        "law: [{name: 甲, no: 1}, 乙, {name: [丙]}, {name: 丁}]\n"
        "tpoics: [甲]\n"
        "setting: {households: 多, type: 老旧小区}\n"
        "reuse: [{result: {a: b}}, 丙]\n"
    )
    assert found(parsed) == [
        ("unknown-key", 3), ("wrong-type", 3), ("wrong-type", 3),
        ("unknown-key", 4),
        ("wrong-type", 5),
        ("wrong-type", 6), ("wrong-type", 6),
    ]  # fmt: skip
    assert [article.name for article in parsed.case.law] == ["甲", "", "丁"]
    assert parsed.case.setting.type == "老旧小区"
    assert parsed.case.setting.households is None


def sections_of(body):
    return [(part.heading, part.text) for part in parse(f"---\n---\n{body}").case.sections]


def test_sections():
    assert sections_of("\n## 案情\n\n甲\n\n乙\n\n## 结果\n") == [("案情", "甲\n\n乙"), ("结果", "")]


def test_text_before_the_first_heading_has_no_heading():
    assert sections_of("先说两句\n\n## 案情\n甲") == [("", "先说两句"), ("案情", "甲")]


def test_a_smaller_heading_is_text():
    assert sections_of("## 怎么干\n\n### 第一步\n\n甲\n\n##\n\n#### 乙") == [
        ("怎么干", "### 第一步\n\n甲\n\n##\n\n#### 乙")
    ]


def test_a_rule_in_the_body_does_not_end_the_front_matter_again():
    assert sections_of("## 案情\n甲\n\n---\n\n乙") == [("案情", "甲\n\n---\n\n乙")]


@given(st.text())
def test_any_text_is_parsed_or_refused(text):
    parsed = parse(text)
    assert parsed.case is not None or parsed.findings


KEYS = st.sampled_from([*FRONT_MATTER_KEYS, "sections", "schema_version", "name", "x"])
VALUES = st.recursive(
    st.sampled_from(["甲", "1", "-1", "", "true", "2024-07"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def flow(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return f"'{value}'"


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_front_matter_of_any_types_is_a_case_and_findings_of_its_lines(front):
    written = "".join(f"{key}: {flow(value)}\n" for key, value in front.items())
    parsed = parse(f"---\n{written}---\n")
    keys = list(front)
    for finding in parsed.findings:
        assert finding.code in {"wrong-type", "unknown-key", "yaml-too-deep"}
        assert f"「{keys[finding.line - 2]}" in finding.message or finding.code == "yaml-too-deep"
    assert parsed.case is not None or found(parsed)[0][0] == "yaml-too-deep"
