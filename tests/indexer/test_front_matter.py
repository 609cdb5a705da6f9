"""Safe YAML: text stays text, every value has its line, and YAML's dangers are refused."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indexer.case.front_matter import MAX_DEPTH, FrontMatterError, read_front_matter


@pytest.mark.parametrize(
    "written",
    ["no", "on", "yes", "true", "null", "~", "010", "0x1F", "1_000", "1e3", "12:30:00", "2024-07", "2024-07-01",
     "2024-07-01 08:00:00", "512", "99.2%", "3.10", ".inf", "=", "<<"],
)  # fmt: skip
def test_a_scalar_is_the_text_that_the_author_wrote(written):
    assert read_front_matter(f"value: {written}").values == {"value": written}


def test_a_key_is_text_too():
    assert read_front_matter("on: 2026-11-21\n010: x").values == {"on": "2026-11-21", "010": "x"}


@pytest.mark.parametrize(
    "text",
    [
        "title: 换物业 # 说明\nsummary: 一句话",
        "a: \"含：冒号, 逗号\\n换行\"\nb: 'it''s'",
        "topics: [更换物业, 业主大会]\nplace: {city: 沈阳市}",
        "asked_as:\n  - 甲\n  - 乙\nlaw:\n  - {name: 民法典}\n  - name: 条例\n    article: 第三条",
        "summary: |\n  第一行\n  第二行\nnote: >\n  折\n  叠",
        "empty:\nalso: ''",
    ],
)
def test_values_are_those_of_pyyaml(text):
    assert read_front_matter(text).values == yaml.load(text, Loader=yaml.BaseLoader)


def test_every_value_has_its_line():
    front = read_front_matter("id: x\nplace:\n  province: 辽宁省\n  city: 沈阳市\ntopics:\n  - 甲\n  - 乙\n")
    assert front.lines[("id",)] == 1
    assert front.lines[("place",)] == 2
    assert front.lines[("place", "city")] == 4
    assert front.lines[("topics", 1)] == 7


def test_nothing_written_is_nothing_read():
    assert read_front_matter("").values == {}
    assert read_front_matter("# 只有说明\n").values == {}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: &x 2", "yaml-alias", 2),
        ("a: [1]\nb: *x", "yaml-alias", 2),
        ("a: {<<: *x}", "yaml-alias", 1),
        ("a: 1\nb: !!int 2", "yaml-tag", 2),
        ("a: !!python/object/apply:os.system [ls]", "yaml-tag", 1),
        ("&k a: 1", "yaml-alias", 1),
        ("a: 1\nb: 2\na: 3", "duplicate-key", 3),
        ("a: {b: 1, 'b': 2}", "duplicate-key", 1),
        ("- a\n- b", "yaml-not-mapping", 1),
        ("只是一句话", "yaml-not-mapping", 1),
        ("? [a]\n: b", "yaml-broken", 1),
        ("a: 1\n---\nb: 2", "yaml-broken", 3),
        ("a: 1\nb: [甲, 乙\nc: 3", "yaml-broken", 2),
        ('a: 1\nb: "没有收尾\nc: 3\nd: 4', "yaml-broken", 2),
        ("a: 1\nb 没有冒号\nc: 3", "yaml-broken", 2),
        ("a: 1\nb: 甲: 乙", "yaml-broken", 2),
        ("a: 1\nb: 看不见\u0007的字符", "yaml-broken", 2),
        ("a: \ud800", "yaml-broken", 1),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_at_its_line(text, code, line):
    with pytest.raises(FrontMatterError) as caught:
        read_front_matter(text)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert caught.value.message
    assert caught.value.remedy


def nested(depth: int) -> str:
    return "a: " + "[" * (depth - 1) + "x" + "]" * (depth - 1)


def test_nesting_is_limited():
    read_front_matter(nested(MAX_DEPTH))
    with pytest.raises(FrontMatterError, match=str(MAX_DEPTH)) as caught:
        read_front_matter(nested(MAX_DEPTH + 1))
    assert caught.value.code == "yaml-too-deep"


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_a_file_full_of_brackets_is_refused_quickly(bracket):
    with pytest.raises(FrontMatterError):
        read_front_matter("a:\n " + bracket * (64 * 1024 // len(bracket)))


LINE_BREAKS = "\n\r\x85\u2028\u2029"


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        lines = set(read_front_matter(text).lines.values())
    except FrontMatterError as error:
        lines = {error.line}
    assert lines <= set(range(1, 2 + sum(map(text.count, LINE_BREAKS))))
