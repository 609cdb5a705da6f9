"""BM25 against its own formula (Lucene's, Kamphuis et al. 2020), computed by brute force."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SnapshotError
from indexer.lexical import LexicalIndex

K1, B = 1.2, 0.75


def brute_force(documents, terms):
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts, score = Counter(document), 0.0
        for term in terms:
            df = sum(term in other for other in documents)
            if df:
                idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
                score += idf * counts[term] / (counts[term] + K1 * (1 - B + B * len(document) / average))
        scores.append(score)
    return scores


TERMS = st.lists(st.sampled_from(["漏水", "噪音", "物业", "狗", "12345", "§楼上漏水", "漏水·"]), max_size=12)


@given(st.lists(TERMS.filter(bool), min_size=1, max_size=8), TERMS)
def test_scores_are_those_of_the_formula(documents, terms):
    scores = LexicalIndex.build(documents).scores([*terms, "没有的词"])
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, brute_force(documents, terms), rtol=1e-4, atol=1e-6)


def test_a_rarer_word_counts_more_and_a_longer_document_less():
    index = LexicalIndex.build([["漏水", "楼上"], ["噪音", "楼上"], ["漏水", "楼上", "电梯", "停车"]])
    scores = index.scores(["漏水"])
    assert scores[0] > scores[2] > 0
    assert scores[1] == 0
    assert index.scores(["噪音"])[1] > index.scores(["楼上"])[1]


@pytest.mark.parametrize("terms", [[], ["没有的词"], [""]])
def test_nothing_known_finds_nothing(terms):
    scores = LexicalIndex.build([["漏水"], ["噪音"]]).scores(terms)
    assert scores.tolist() == [0, 0]


def test_an_empty_document_is_never_found():
    index = LexicalIndex.build([["漏水"], [], ["漏水", "噪音"]])
    assert index.scores(["漏水", "噪音"])[1] == 0
    assert len(index.scores(["漏水"])) == 3


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_documents_without_a_single_term(documents):
    assert LexicalIndex.build(documents).scores(["漏水"]).tolist() == [0] * len(documents)


def test_rarity_is_the_logarithm_of_how_few_hold_it():
    index = LexicalIndex.build([["漏水", "漏水"], ["漏水"], ["噪音"]])
    assert index.rarity("漏水") == pytest.approx(math.log(1 + 3 / 2))
    assert index.rarity("噪音") == pytest.approx(math.log(1 + 3))
    assert index.rarity("没有的词") == 0


def test_it_survives_the_disk(tmp_path):
    documents = [["漏水", "楼上"], [], ["噪音", "§楼上脚步声"]]
    index = LexicalIndex.build(documents)
    index.save(tmp_path / "lexical")
    again = LexicalIndex.load(tmp_path / "lexical", len(documents))
    for terms in (["漏水"], ["噪音", "§楼上脚步声", "噪音"], []):
        np.testing.assert_array_equal(again.scores(terms), index.scores(terms))
    assert again.rarity("噪音") == index.rarity("噪音")


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(SnapshotError, match="lexical"):
        LexicalIndex.load(tmp_path / "lexical", 1)


def test_the_scores_of_the_terms_add_up_to_the_score_of_the_document():
    index = LexicalIndex.build([["漏水", "楼上", "漏水"], ["停车"], []])
    terms = ["漏水", "停车", "没有的词", "楼上", "漏水"]
    for document, score in enumerate(index.scores(terms)):
        assert index.postings(terms).of(document).sum() == pytest.approx(score)
    assert index.postings([]).of(0).tolist() == []
