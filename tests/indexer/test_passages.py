"""Case to passages: facts and method apart, nothing of the template, nothing lost."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.case.model import SECTIONS, Case, Review, Section
from indexer.passages import MAX_CHARACTERS, sentences, split


def of(case, section):
    return [passage.text for passage in split(case) if passage.section == section]


def body(text, heading="案情"):
    return Case(id="x", sections=(Section(heading=heading, text=text),))


def test_facts_and_method_are_kept_apart(leak):
    kinds = {}
    for passage in split(leak):
        kinds.setdefault(passage.kind, set()).add(passage.section)
    assert kinds == {
        "facts": {"title", "summary", "asked_as", "案情", "争议焦点", "怎么看"},
        "method": {"methods", "怎么干", "结果", "经验与教训"},
    }


def test_every_passage_knows_its_case(leak):
    assert {passage.case_id for passage in split(leak)} == {leak.id}


def test_every_line_that_people_say_is_a_passage_of_its_own(leak):
    assert of(leak, "asked_as") == list(leak.asked_as)
    assert len(leak.asked_as) == 4


def test_list_items_are_passages_without_their_marks(leak):
    assert of(leak, "争议焦点") == [
        "水从五楼卫生间来，还是从公共立管来",
        "五楼要不要让人进门检修",
        "吊顶由谁修",
    ]
    assert len(of(leak, "怎么干")) == 4
    assert of(leak, "怎么干")[0].startswith("第1天——共情倾听")


def test_the_transferable_part_is_one_passage(leak):
    assert of(leak, "methods") == ["三步调解法，现场勘查，人民调解协议，空调滴水查因，屋面漏雨查因"]


def test_headings_and_discussion_questions_are_never_embedded(sound_library):
    for file in sound_library.files:
        case = file.parsed.case
        texts = [passage.text for passage in split(case)]
        questions = [re.sub(r"^\d+\. ", "", line) for line in case.section("讨论题").split("\n")]
        assert questions
        assert not any(question in text for question in questions for text in texts)
        assert not set(SECTIONS) & set(texts)
        assert not any("##" in text for text in texts)


def test_an_unknown_section_and_text_before_the_first_are_not_embedded():
    case = Case(
        id="x", sections=(Section(heading="", text="前言"), Section(heading="领导讲话", text="三点意见"))
    )
    assert split(case) == ()


def test_a_withdrawn_case_has_no_passages(leak):
    assert split(leak)
    assert split(leak.model_copy(update={"review": Review(status="withdrawn", reason="有误")})) == ()


def test_an_empty_draft_has_no_passages():
    assert split(Case()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。\n\n乙。", ["甲。", "乙。"]),
        ("- 甲\n* 乙\n+ 丙", ["甲", "乙", "丙"]),
        ("1. 甲\n2) 乙\n10. 丙", ["甲", "乙", "丙"]),
        ("**甲**和`乙`", ["甲和乙"]),
        ("> 引用的话", ["引用的话"]),
        ("1.5米高的墙", ["1.5米高的墙"]),
        ("-5度", ["-5度"]),
    ],
)
def test_markdown_is_taken_off_and_numbers_are_not(text, expected):
    assert of(body(text), "案情") == expected


def test_a_long_paragraph_is_split_between_sentences():
    sentence = "这是一个正好有二十个字的句子用来数数的。"
    assert len(sentence) == 20
    assert [len(text) for text in of(body(sentence * 20), "案情")] == [160, 160, 80]


def test_a_closing_mark_stays_with_its_sentence():
    quoted = "他说：“我家没漏！”"
    pieces = of(body(quoted * 30), "案情")
    assert len(pieces) > 1
    assert all(piece.endswith("”") and piece.startswith("他说") for piece in pieces)


def test_a_sentence_is_never_cut():
    sentence = "很长" * MAX_CHARACTERS + "。"
    assert of(body(f"短句。{sentence}又短。"), "案情") == ["短句。", sentence, "又短。"]


PROSE = st.text(st.sampled_from("甲乙丙丁， 。！？；”）?!;…—1.a"), max_size=600)


@given(PROSE)
def test_nothing_is_lost_and_nothing_added(text):
    pieces = of(body(f"字{text}"), "案情")
    assert "".join("".join(pieces).split()) == "".join(f"字{text}".split())


@given(PROSE)
def test_only_a_single_sentence_is_longer_than_the_limit(text):
    for piece in of(body(f"字{text}"), "案情"):
        assert len(piece) <= MAX_CHARACTERS + 5 or len(sentences(piece)) == 1


@given(PROSE)
def test_sentences_are_parts_of_the_text_in_order(text):
    spans = sentences(text)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_sentences():
    text = "  三楼漏了。“谁家的？”他问；\n没人答！  "
    assert [text[start:end] for start, end in sentences(text)] == [
        "三楼漏了。",
        "“谁家的？”",
        "他问；",
        "没人答！",
    ]


def test_the_same_text_has_the_same_digest_in_whatever_case_it_stands(leak):
    other = leak.model_copy(update={"id": "other", "title": "别的标题"})
    digests = {passage.sha256 for passage in split(leak)}
    assert len({passage.sha256 for passage in split(other)} - digests) == 1
