"""Case to case file and back: nothing changes, and the form is the canonical one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.case.model import (
    FRONT_MATTER_KEYS,
    SECTIONS,
    Case,
    LawArticle,
    Metric,
    Outcome,
    Place,
    Reuse,
    Review,
    Section,
    Setting,
    Source,
    Teaching,
)
from indexer.case.parse import parse
from indexer.case.serialize import serialize

# What YAML could take for something else, and what people do write.
TRAPS = st.sampled_from(
    ["no", "on", "true", "null", "~", "010", "1e3", "12:30:00", "2024-07-01", "- 甲", "# 井号", "a: b", "a #b", "&x", "*x",
     "!tag", "[甲", "{甲", "甲]", "'", '"', "\\", "%", "@", "`", "|", ">", "---", "...", "\n---\n", "甲\n\n乙", " 前后空 ", "\t",
     "？", "：", "，", "?", "=", "<<", "\u3000", "\u2028", "\x85", "\ufeff", "\x07", "\r\n", "😀", "<b>", "x<y"]
)  # fmt: skip
TEXT = TRAPS | st.text(max_size=20) | st.lists(TRAPS, max_size=3).map("".join)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
COUNT = st.none() | st.integers(0, 10**9)


def part(model, **fields):
    return st.builds(model, **{name: TEXT for name in model.model_fields if name not in fields}, **fields)


HEADING = st.sampled_from(SECTIONS) | st.text(min_size=1, max_size=8).filter(
    lambda text: "\n" not in text and text == text.strip() and not text.startswith("#") and "\r" not in text
)
LINES = st.sampled_from(
    ["1. 第一步", "- 甲", "", "---", "### 小标题", "##", "> 引用", "```", "| a | b |"]
) | st.text(max_size=15).filter(
    lambda line: "\n" not in line and "\r" not in line and not line.startswith("##")
)


def without_blank_ends(lines):
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return "\n".join(lines)


BODY = st.lists(LINES, max_size=5).map(without_blank_ends)
SECTION = st.builds(Section, heading=HEADING, text=BODY)
LEADING = st.builds(Section, heading=st.just(""), text=BODY.filter(bool))
BODY_SECTIONS = st.tuples(st.lists(LEADING, max_size=1), st.lists(SECTION, max_size=4)).map(
    lambda parts: (*parts[0], *parts[1])
)

LISTS_OF_TEXTS = (
    "topics",
    "situations",
    "methods",
    "parties",
    "actors",
    "asked_as",
    "redlines",
    "transfers_to",
    "borrowed_from",
)
CASES = part(
    Case,
    schema_version=st.integers(0, 9),
    **dict.fromkeys(LISTS_OF_TEXTS, TEXTS),
    setting=part(Setting, households=COUNT),
    place=part(Place),
    law=st.lists(part(LawArticle), max_size=2).map(tuple),
    outcome=part(Outcome, days=COUNT, metrics=st.lists(part(Metric), max_size=2).map(tuple)),
    teaching=part(Teaching, formats=TEXTS, visitable=st.booleans()),
    sources=st.lists(part(Source), max_size=2).map(tuple),
    review=part(Review),
    reuse=st.lists(part(Reuse, adopted=TEXTS), max_size=2).map(tuple),
    sections=BODY_SECTIONS,
)  # fmt: skip


@settings(max_examples=80)
@given(CASES)
def test_what_is_written_is_what_is_read(case):
    parsed = parse(serialize(case))
    assert parsed.findings == ()
    assert parsed.case == case


@settings(max_examples=30)
@given(CASES)
def test_the_form_is_canonical(case):
    text = serialize(case)
    assert serialize(parse(text).case) == text
    assert "\r" not in text.split("\n---\n", 1)[0]


def test_keys_come_in_their_order_and_nothing_unknown_is_written(leak):
    front = serialize(leak).split("\n---\n", 1)[0].split("\n")[1:]
    keys = [line.partition(":")[0] for line in front if not line.startswith(("-", " "))]
    assert keys == [key for key in FRONT_MATTER_KEYS if key in keys]
    assert "date" in keys


def test_what_is_not_known_is_left_out():
    assert serialize(Case()) == "---\n---\n"
    assert serialize(Case(id="x", sections=(Section(heading="案情"),))) == "---\nid: x\n---\n\n## 案情\n"


def test_a_person_can_read_it(leak):
    text = serialize(leak)
    assert "title: 卫生间漏水三年互相推，当面闭水试验定责任\n" in text
    assert "methods: [三步调解法, 现场勘查, 人民调解协议]\n" in text
    assert "- 天花板鼓包掉皮三年了，敲门人家都不开\n" in text
    assert "\n## 案情\n\n2021年起，" in text
    assert "visitable" not in text
    assert text.endswith("还是先查？\n")


@pytest.mark.parametrize("value", ["true", "false"])
def test_a_flag_is_a_flag_and_the_same_word_elsewhere_is_text(value):
    case = Case(title=value, teaching=Teaching(visitable=value == "true"))
    assert parse(serialize(case)).case == case
