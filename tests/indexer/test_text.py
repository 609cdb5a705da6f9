"""One rule for what is indexed and for what is asked: the normaliser and the tokenizer."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.text.normalize import has_words, normalize
from indexer.text.tokenize import index_terms, query_terms


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＢＣ１２３，（漏水）！", "abc123,(漏水)!"),
        ("漏　水\t\n 了", "漏 水 了"),
        ("樓上漏水，牆皮掉了", "楼上漏水,墙皮掉了"),
        ("臺灣裡麵", "台湾里面"),
        ("① ② ㎡ ½", "1 2 m2 1⁄2"),
        ("WiFi 12345", "wifi 12345"),
        ("零宽\u200b空格\ufeff和\u0007控制符", "零宽空格和控制符"),
        ("é e\u0301", "é é"),
        ("  前后  ", "前后"),
        ("", ""),
    ],
)
def test_normalize(written, compared):
    assert normalize(written) == compared


CHINESE = st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=30)


@given(st.text() | CHINESE)
@example("薴麻")
@example("ẞıİﬁΣς")
@example("\ufdfa㍿㈱")
def test_normalising_twice_changes_nothing(text):
    once = normalize(text)
    assert normalize(once) == once


def test_normalising_any_single_character_twice_changes_nothing():
    blocks = [range(0x20, 0xD800), range(0xE000, 0x10000), range(0x1F000, 0x1FB00), range(0x2F800, 0x2FA20)]
    changed = [
        hex(code) for block in blocks for code in block if normalize(once := normalize(chr(code))) != once
    ]
    assert changed == []


@given(st.text())
def test_what_is_compared_is_nfkc_without_anything_invisible(text):
    compared = normalize(text)
    assert compared == compared.strip()
    assert unicodedata.is_normalized("NFKC", compared)
    assert "  " not in compared
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in compared)


@pytest.mark.parametrize(
    ("text", "expected"), [("狗", True), ("１２", True), ("？！…", False), ("  ", False), ("😀", False)]
)
def test_whether_there_is_anything_to_search_for(text, expected):
    assert has_words(text) is expected


def test_terms_are_words_and_pairs():
    terms = query_terms("楼上漏水")
    assert {"楼上", "漏水", "楼上·", "上漏·", "漏水·"} <= set(terms)


def test_a_run_of_chinese_is_not_one_term():
    sentence = "楼上洗完衣服我家客厅就下雨"
    assert sentence not in query_terms(sentence)
    assert {"洗完", "衣服", "客厅"} & set(query_terms(sentence))


def test_letters_and_digits_stay_together():
    assert {"12345", "wifi"} <= set(query_terms("打12345投诉wifi太差"))


@pytest.mark.parametrize("character", ["狗", "漏", "水"])
def test_one_character_finds_every_text_that_holds_it(character):
    text = f"他家{character}的事"
    assert set(query_terms(character)) & set(index_terms(normalize(text)))
    assert set(query_terms(f"{character}?")) & set(index_terms(normalize(text)))


def test_one_character_is_asked_for_only_when_it_is_the_whole_query():
    assert "·狗" in query_terms("狗")
    assert "·狗" not in query_terms("狗叫")
    assert "·狗" in index_terms("狗叫")


def test_grammar_is_no_term_unless_there_is_nothing_else():
    assert not {"我们", "的", "怎么办"} & set(query_terms("我们楼道的灯怎么办"))
    assert query_terms("怎么办")


@given(CHINESE)
def test_whatever_is_asked_for_is_found_in_the_same_text(text):
    plain = normalize(f"{text}漏水")
    assert set(query_terms(plain)) <= set(index_terms(plain))


def test_traditional_full_width_and_plain_text_have_the_same_terms():
    plain = query_terms(normalize("楼上漏水12345"))
    assert query_terms(normalize("樓上漏水１２３４５")) == plain
    assert plain
