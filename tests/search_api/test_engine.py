"""The engine, held against a ranking worked out with plain loops over the same snapshot."""

import shutil
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from library_maker import ENCODER, WITHDRAWN, build_index, engine_over, made_case, page_library, write_library

from indexer.case.model import Review
from indexer.encoders.base import SHIPPED_ENCODER, open_encoder
from indexer.errors import NoSnapshotError, NotFoundError, SnapshotError, SnapshotMismatchError
from indexer.text.normalize import normalize
from indexer.text.tokenize import query_terms
from search_api.core.engine import HYBRID, SearchEngine
from search_api.core.facets import passes
from search_api.core.fusion import SMOOTHING
from search_api.core.query import Query
from search_api.core.retrieve import TOGETHER

HASHING = open_encoder(ENCODER)
QUERIES = [
    "楼上漏水滴到厨房",
    "狗",
    "停车难",
    "半夜音响吵得睡不着，去说了三回",
    "圆桌会",
    "書記，樓上又滴水了",
    "上门走访",
]
FILTERS = [
    {},
    {"category": ("water-leak",)},
    {"province": ("北京市",), "method": ("圆桌会",)},
    {"category": ("noise", "parking-charging"), "outcome": ("ongoing",)},
    {"province": ("火星省",)},
]


@pytest.fixture(scope="module")
def engine(made_index):
    return SearchEngine.open(made_index, HASHING)


def search(engine, text, top_k=50, filters=None):
    return engine.search(Query.checked(text, top_k, filters, vocabulary=engine.snapshot.vocabulary))


def ids(matches):
    return [match.case.id for match in matches]


def best_by_hand(snapshot, scores, kind):
    """The highest score of each case's passages of one kind."""
    best = defaultdict(lambda: -np.inf)
    for score, passage in zip(scores, snapshot.passages, strict=True):
        if passage.kind == kind:
            best[passage.case_id] = max(best[passage.case_id], score)
    return best


def together_by_hand(snapshot, scores):
    """The mean of each case's best passages."""
    of_case = defaultdict(list)
    for score, passage in zip(scores, snapshot.passages, strict=True):
        of_case[passage.case_id].append(float(score))
    best = {case_id: sorted(found, reverse=True)[:TOGETHER] for case_id, found in of_case.items()}
    return {case_id: np.float32(sum(found) / len(found)) for case_id, found in best.items()}


def scores_by_hand(engine, text):
    """Every engine's score of every case, by passages of a kind and as a whole."""
    snapshot, plain = engine.snapshot, normalize(text)
    terms = [*query_terms(plain), *snapshot.lexicon.terms_in(plain)]
    hits = snapshot.store.search(HASHING.encode([plain])[0], len(snapshot.passages))
    dense = dict(zip(hits.rows.tolist(), hits.scores.tolist(), strict=True))
    dense = [dense[row] for row in range(len(snapshot.passages))]
    words = snapshot.lexical.scores(terms).tolist()
    case_ids = [case.id for case in snapshot.cases]
    scores = {
        ("dense", "case"): together_by_hand(snapshot, dense),
        ("words", "case"): dict(zip(case_ids, snapshot.lexical_cases.scores(terms).tolist(), strict=True)),
        ("bank", "case"): {},
        ("bank", "method"): {},  # a library without situations; with them see test_bridge.py
    }
    for kind in ("facts", "method"):
        scores["dense", kind] = best_by_hand(snapshot, dense, kind)
        scores["words", kind] = best_by_hand(snapshot, words, kind)
    return scores


def ranked_by_hand(engine, text, filters, weights=HYBRID):
    """Leave out the cases that do not pass, rank the rest by each score, add up weight / (smoothing + rank).

    Sums are exact fractions, so that ties are ties.
    """
    left = {case.id for case in engine.snapshot.cases if not case.withdrawn and passes(case, filters)}
    total = dict.fromkeys(left, Fraction(0))
    scores = scores_by_hand(engine, text)
    for part, weight in weights.items():
        found = sorted(
            (-score, case_id) for case_id, score in scores[part].items() if case_id in left and score > 0
        )
        for rank, (_, case_id) in enumerate(found, start=1):
            total[case_id] += Fraction(str(weight)) / (SMOOTHING + rank)
    return sorted(
        (case_id for case_id in left if total[case_id]), key=lambda case_id: (-total[case_id], case_id)
    )


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("text", QUERIES)
def test_a_filtered_search_is_the_ranking_of_the_filtered_library(engine, text, filters):
    outcome = search(engine, text, 50, filters)
    assert ids(outcome.results) == ranked_by_hand(engine, text, filters)
    assert outcome.considered == sum(passes(c, filters) for c in engine.snapshot.cases if not c.withdrawn)


def test_with_vectors_alone_it_equals_a_search_in_a_library_of_only_those_cases(tmp_path):
    dense = {part: weight for part, weight in HYBRID.items() if part[0] == "dense"}
    beijing = [case for case in page_library() if case.place.province == "北京市"]
    whole = engine_over(tmp_path / "whole", page_library(), weights=dense)
    part = engine_over(tmp_path / "part", beijing, weights=dense)
    for text in QUERIES:
        filtered = search(whole, text, 50, {"province": ["北京市"]}).results
        assert ids(filtered) == ids(search(part, text).results)


@pytest.fixture(scope="module")
def shipped(made_library, tmp_path_factory):
    """The made library under the encoder that comes with the project."""
    index = build_index(made_library, tmp_path_factory.mktemp("shipped") / "index", str(SHIPPED_ENCODER))
    return SearchEngine.open(index, open_encoder(str(SHIPPED_ENCODER)))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("狗", "pets-falling-objects"),
        ("吵", "noise"),
        ("漏水", "water-leak"),
        ("停车难", "parking-charging"),
        ("养狗不拴绳", "pets-falling-objects"),
        ("楼上漏水", "water-leak"),
        ("樓上漏水", "water-leak"),
    ],
)
def test_a_word_or_two_is_enough(shipped, text, category):
    assert {match.case.category for match in search(shipped, text, 5).results} == {category}


def test_equal_cases_stand_in_order_of_id(tmp_path):
    same = [made_case(case_id) for case_id in ("zeta", "alpha", "b10", "b9", "mid")]
    engine = engine_over(tmp_path, same)
    assert ids(search(engine, "两家人天天吵").results) == ["alpha", "b10", "b9", "mid", "zeta"]


def test_a_case_counts_by_its_best_passage_not_by_how_much_it_says(tmp_path):
    point = "地下车库的喷淋头被货车撞坏了"
    engine = engine_over(
        tmp_path,
        [
            made_case(
                "talks-about-it-once", asked_as=(point, "谁也不让着谁", "书记给评评理", "大家都等着听个说法")
            ),
            made_case(
                "talks-around-it",
                texts={
                    "案情": "地下车库进了水。\n\n车库又进了水。\n\n地下车库漏水，货车进不去，车库的灯也坏了。"
                },
            ),
        ],
    )
    best = search(engine, point).results[0]
    assert best.case.id == "talks-about-it-once"
    assert (best.passages[0].section, best.passages[0].text) == ("asked_as", point)
    assert best.closeness == pytest.approx(1.0, abs=1e-5)


def test_a_case_appears_once_however_many_of_its_passages_match(engine):
    found = ids(search(engine, "楼上漏水滴到我家，厨房顶上漏水").results)
    assert len(found) == len(set(found))


def test_a_match_on_method_is_told_apart_from_one_on_facts(tmp_path):
    engine = engine_over(
        tmp_path,
        [
            made_case("by-method", texts={"怎么干": "1. 请两家互换钥匙住一晚换位体验，再开圆桌会逐条表决。"}),
            made_case(
                "by-facts", texts={"案情": "冰箱运上楼的时候磕坏了新刷的扶手和电梯门套，谁也不认这笔修理钱。"}
            ),
        ],
    )
    method = search(engine, "互换钥匙住一晚换位体验，再开圆桌会逐条表决").results[0]
    facts = search(engine, "冰箱磕坏了新刷的扶手和电梯门套").results[0]
    assert (method.case.id, method.match) == ("by-method", "method")
    assert (facts.case.id, facts.match) == ("by-facts", "facts")


@pytest.mark.parametrize("text", ["独轮车表演占道", "独轮车太吵", "广场舞占道独轮车表演"])
def test_a_withdrawn_case_is_never_found(engine, text):
    assert WITHDRAWN not in ids(search(engine, text).results)
    assert WITHDRAWN not in [case_id for case_id, _ in engine.rank(text)]


def test_a_withdrawn_case_can_be_read_but_not_listed(engine):
    assert engine.case(WITHDRAWN).review.reason == "来源后来更正了说法"
    assert WITHDRAWN not in [case.id for case in engine.cases({}, page_size=100).cases]
    assert WITHDRAWN not in ids(engine.similar("noise-03", 50))


def test_a_withdrawn_case_does_not_count_in_facets_or_totals(engine):
    everything = engine.cases({}, page_size=100)
    assert (everything.total, len(everything.cases)) == (45, 45)
    categories = next(facet for facet in everything.facets if facet.field == "category")
    assert sum(value.count for value in categories.values) == 45


def test_similar_leaves_the_case_itself_out_and_starts_with_its_kind(engine):
    found = engine.similar("water-leak-00", 50)
    assert "water-leak-00" not in ids(found)
    assert len(found) == len(set(ids(found))) == 44


def test_similar_finds_the_twin(tmp_path):
    summary = "九楼的鸽子棚臭气熏天，羽毛飘进各家厨房，" * 6
    engine = engine_over(
        tmp_path,
        [
            made_case("a-other"),
            made_case("pigeons-one", summary=summary[:150]),
            made_case("pigeons-two", summary=summary[:140]),
        ],
    )
    assert ids(engine.similar("pigeons-one"))[0] == "pigeons-two"


def test_an_unknown_case_is_an_error_that_names_it(engine):
    for ask in (engine.case, engine.similar):
        with pytest.raises(NotFoundError, match="no-such-case"):
            ask("no-such-case")


def test_the_same_question_always_gets_the_same_answer(engine, made_index):
    again = SearchEngine.open(made_index, open_encoder(ENCODER))
    for text in QUERIES:
        first, second, other = (search(each, text) for each in (engine, engine, again))
        assert first.results == second.results == other.results
        assert first.facets == second.facets == other.facets


def test_the_store_makes_no_difference(made_library, tmp_path, engine):
    from indexer.build import build

    build(made_library, tmp_path / "index", HASHING, store_kind="numpy")
    numpy_engine = SearchEngine.open(tmp_path / "index", HASHING)
    for text in QUERIES:
        # Sums of floats differ in the last digit, and so may the order of near twins.
        assert numpy_engine.confidence(text) == pytest.approx(engine.confidence(text), abs=1e-6)
        assert set(ids(search(numpy_engine, text).results)) == set(ids(search(engine, text).results))


def test_top_k_cuts_the_same_ranking(engine):
    whole = ids(search(engine, "楼上漏水", 50).results)
    for top_k in (1, 2, 7):
        assert ids(search(engine, "楼上漏水", top_k).results) == whole[:top_k]


def test_rank_orders_as_search_does(engine):
    for text in QUERIES:
        assert [case_id for case_id, _ in engine.rank(text)] == ids(search(engine, text).results)


def test_words_that_no_case_uses_find_nothing_by_words(made_index):
    words = {part: weight for part, weight in HYBRID.items() if part[0] == "words"}
    snapshot = SearchEngine.open(made_index, HASHING).snapshot
    assert search(SearchEngine(snapshot, HASHING, words), "飞碟 Ω").results == ()


def test_closeness_is_the_best_cosine_with_a_passage_about_facts(engine):
    plain = normalize("厨房顶上漏水")
    cosines = engine.snapshot.store.vectors() @ HASHING.encode([plain])[0]
    facts = [
        float(cosines[row]) for row, passage in enumerate(engine.snapshot.passages) if passage.kind == "facts"
    ]
    assert engine.confidence("厨房顶上漏水") == pytest.approx(max(facts), abs=1e-6)


def test_no_verdict_is_claimed_before_it_is_calibrated(engine):
    outcome = search(engine, "楼上漏水")
    assert outcome.verdict.level == "uncalibrated"
    assert {match.level for match in outcome.results} == {"uncalibrated"}


def test_pages_hold_every_case_once_in_order_of_id(engine):
    pages = [engine.cases({}, page, 20) for page in (1, 2, 3)]
    listed = [case.id for page in pages for case in page.cases]
    assert listed == sorted(case.id for case in engine.snapshot.cases if not case.withdrawn)
    assert [page.pages for page in pages] == [3, 3, 3]
    assert engine.cases({}, 4, 20).cases == ()
    assert engine.cases({"province": ("火星省",)}).pages == 1


def test_a_library_with_every_case_withdrawn_answers_with_nothing(tmp_path):
    engine = engine_over(tmp_path, [made_case("gone", review=Review(status="withdrawn", reason="更正"))])
    assert search(engine, "两家人天天吵").results == ()
    assert engine.similar("gone") == ()


class TestOpening:
    def test_without_an_index_it_says_how_to_make_one(self, tmp_path):
        with pytest.raises(NoSnapshotError, match="casebook index"):
            SearchEngine.open(tmp_path / "none", HASHING)

    def test_another_encoder_is_refused_and_both_sides_are_named(self, made_index):
        with pytest.raises(SnapshotMismatchError, match=r"hashing:256.*hashing:128|hashing:128.*hashing:256"):
            SearchEngine.open(made_index, open_encoder("hashing:128"))

    def test_a_damaged_file_is_refused(self, made_index, tmp_path):
        index = shutil.copytree(made_index, tmp_path / "index")
        damaged = next(index.glob("snapshots/*/passages.jsonl"))
        damaged.write_bytes(damaged.read_bytes().replace("漏".encode(), "渗".encode(), 1))
        with pytest.raises(SnapshotError, match="casebook index"):
            SearchEngine.open(index, HASHING)

    def test_a_pointer_to_nowhere_is_refused(self, made_index, tmp_path):
        index = shutil.copytree(made_index, tmp_path / "index")
        (index / "CURRENT").write_text("../../etc\n", encoding="utf-8")
        with pytest.raises(SnapshotError, match="casebook index"):
            SearchEngine.open(index, HASHING)

    def test_an_open_engine_does_not_see_a_newer_snapshot(self, tmp_path):
        folder = write_library(tmp_path / "cases", [made_case("one")])
        engine = SearchEngine.open(build_index(folder, tmp_path / "index"), HASHING)
        write_library(folder, [made_case("two")])
        build_index(folder, tmp_path / "index")
        assert ids(search(engine, "两家人").results) == ["one"]
        assert ids(search(SearchEngine.open(tmp_path / "index", HASHING), "两家人").results) == ["one", "two"]
