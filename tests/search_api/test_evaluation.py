"""The account that `casebook eval` gives, recomputed from the engine's own rankings."""

import json
from statistics import fmean

import numpy as np
import pytest
from library_maker import ENCODER, casebook
from sklearn.metrics import cohen_kappa_score, ndcg_score, roc_auc_score

from indexer.encoders.base import open_encoder
from indexer.snapshot.read import current_folder, open_snapshot
from search_api.core.engine import SearchEngine
from search_api.evaluation.agreement import Agreement, compare
from search_api.evaluation.judged import JudgedQuery, load_judged
from search_api.evaluation.pool import DEPTH, pool
from search_api.evaluation.run import ENGINES, evaluate

JUDGED = """\
问 leak-01 口语
厨房顶上一滴一滴往下掉水，第8回了
= 3 water-leak-08
= 1 water-leak-00

问 dog-01 短词
狗
= 2 pets-falling-objects-05

问 dog-02 口语
狗在楼道乱叫
= 3 pets-falling-objects-41

问 moon-01 无关
泰坦尼克号几点沉的
= 无

问 later-01 口语
还没有判
= ?
"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    (folder / "queries.txt").write_text(JUDGED, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def snapshot(made_index):
    return open_snapshot(current_folder(made_index), open_encoder(ENCODER).identity)


@pytest.fixture(scope="module")
def evaluation(snapshot, judged):
    return evaluate(snapshot, open_encoder(ENCODER), load_judged(judged), "all")


def test_queries_are_counted_by_kind_and_none_is_dropped_silently(evaluation):
    assert (evaluation.answerable, evaluation.unanswerable, evaluation.ungraded) == (3, 1, 1)


@pytest.mark.parametrize("name", ENGINES)
def test_ndcg_of_every_engine_agrees_with_scikit_learn(evaluation, snapshot, judged, name):
    engine = SearchEngine(snapshot, open_encoder(ENCODER), ENGINES[name])
    all_ids = [case.id for case in snapshot.cases]
    theirs = []
    for query in load_judged(judged)[:3]:
        places = {case_id: place for place, (case_id, _) in enumerate(engine.rank(query.text))}
        assert query.grades.keys() <= places.keys()
        true = [query.grades.get(case_id, 0) for case_id in all_ids]
        predicted = [-places.get(case_id, 10_000) for case_id in all_ids]
        theirs.append(ndcg_score([true], [predicted], k=10))
    assert evaluation.engines[name].ndcg == pytest.approx(theirs)
    assert evaluation.engines[name].means["ndcg_10"] == pytest.approx(fmean(theirs))
    assert evaluation.engines[name].by_style == pytest.approx(
        {"口语": fmean([theirs[0], theirs[2]]), "短词": theirs[1]}
    )


def test_the_three_engines_are_words_vectors_and_both(evaluation):
    parts = {name: {engine for engine, _ in weights} for name, weights in ENGINES.items()}
    assert parts == {"BM25": {"words"}, "向量": {"dense"}, "混合": {"words", "dense", "bank"}}
    assert list(evaluation.engines) == ["BM25", "向量", "混合"]


def test_hybrid_is_compared_with_each_half(evaluation):
    means = {name: figures.means["ndcg_10"] for name, figures in evaluation.engines.items()}
    for found, base in zip(evaluation.comparisons, ("BM25", "向量"), strict=True):
        assert (found.better, found.base) == ("混合", base)
        assert found.gain == pytest.approx(means["混合"] - means[base])
        assert 0 < found.p_value <= 1


def test_auroc_tells_answerable_from_unanswerable_by_the_best_cosine(evaluation, snapshot, judged):
    engine = SearchEngine(snapshot, open_encoder(ENCODER))
    cosines = [engine.confidence(query.text) for query in load_judged(judged)[:4]]
    assert evaluation.auroc == pytest.approx(roc_auc_score([1, 1, 1, 0], cosines))
    assert evaluation.closeness["answerable"] == pytest.approx(np.mean(cosines[:3]))
    assert evaluation.closeness["unanswerable"] == pytest.approx(cosines[3])


def test_without_answerable_queries_there_is_still_an_account(snapshot):
    found = evaluate(
        snapshot, open_encoder(ENCODER), [JudgedQuery("moon-01", "无关", "月亮有多远", {})], "dev"
    )
    assert (found.answerable, found.unanswerable) == (0, 1)
    assert found.engines["混合"].means["ndcg_10"] == 0.0


class TestCommand:
    def test_json_is_the_same_account(self, made_index, judged, evaluation):
        done = casebook(
            "eval", "--split", "all", "--format", "json", "--judged", judged, "--index", made_index
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == json.loads(json.dumps(evaluation.as_json()))

    def test_text_shows_every_engine_and_the_split(self, made_index, judged):
        done = casebook("eval", "--split", "all", "--judged", judged, "--index", made_index)
        assert done.returncode == 0, done.stderr
        for word in ("BM25", "向量", "混合", "nDCG@10", "AUROC", "问句：all", "未判 1 条"):
            assert word in done.stdout

    def test_by_default_only_what_may_be_tuned_on_is_looked_at(self, made_index, judged):
        done = casebook("eval", "--format", "json", "--judged", judged, "--index", made_index)
        account = json.loads(done.stdout)
        assert account["split"] == "dev"
        looked_at = account["answerable"] + account["unanswerable"] + account["ungraded"]
        assert looked_at == sum(query.split == "dev" for query in load_judged(judged))

    def test_a_grade_for_an_unknown_case_stops_it(self, made_index, tmp_path):
        (tmp_path / "q.txt").write_text("问 one 口语\n漏水\n= 3 nobody\n", encoding="utf-8")
        done = casebook("eval", "--split", "all", "--judged", tmp_path, "--index", made_index)
        assert done.returncode == 1
        assert "nobody" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("wrong", [("--split", "exam"), ("--format", "xml")])
    def test_a_wrong_word_is_wrong_usage(self, made_index, judged, wrong):
        done = casebook("eval", *wrong, "--judged", judged, "--index", made_index)
        assert (done.returncode, done.stdout) == (2, "")


# --- what has to be judged, and by two


def test_the_pool_is_what_any_engine_puts_first(snapshot, judged):
    queries = load_judged(judged)
    rows = list(pool(snapshot, open_encoder(ENCODER), queries))
    assert [row.query for row in rows] == list(queries)
    for row in rows:
        expected = set()
        for weights in ENGINES.values():
            engine = SearchEngine(snapshot, open_encoder(ENCODER), weights)
            expected |= {case_id for case_id, _ in engine.rank(row.query.text)[:DEPTH]}
        assert set(row.candidates) == expected
        assert len(row.candidates) == len(expected)


def test_the_order_of_the_pool_says_nothing_about_the_engines(snapshot, judged):
    (row, *_) = pool(snapshot, open_encoder(ENCODER), load_judged(judged))
    hybrid = SearchEngine(snapshot, open_encoder(ENCODER))
    places = {case_id: place for place, (case_id, _) in enumerate(hybrid.rank(row.query.text))}
    given = [places[case_id] for case_id in row.candidates if case_id in places]
    assert given not in (sorted(given), sorted(given, reverse=True))


def test_the_pool_on_the_terminal_leaves_out_what_is_judged(made_index, judged):
    said = casebook("eval", "--pool", "--split", "all", "--judged", judged, "--index", made_index)
    assert said.returncode == 0, said.stderr
    blocks = {block.split()[1]: block for block in said.stdout.strip().split("\n\n")}
    assert "moon-01" not in blocks
    assert "? water-leak-08" not in blocks["leak-01"]
    assert "? water-leak-04  " in blocks["leak-01"]


SECOND = """\
问 leak-01 口语
厨房顶上一滴一滴往下掉水，第8回了
= 3 water-leak-08
= 2 water-leak-00
= 0 water-leak-04

问 dog-01 短词
狗
= 0 pets-falling-objects-05
"""


@pytest.fixture
def second(judged, tmp_path):
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "queries.txt").write_text(SECOND, encoding="utf-8")
    (tmp_path / "queries.txt").write_text(JUDGED, encoding="utf-8")
    return tmp_path


def test_two_readers_are_compared_on_what_the_second_judged(second):
    found = compare(load_judged(second), load_judged(second / "second"))
    assert (found.queries, found.pairs) == (2, 4)
    assert [found.table[first][then] for first, then in ((3, 3), (1, 2), (0, 0), (2, 0))] == [1, 1, 1, 1]
    assert found.exact == pytest.approx(2 / 4)
    assert found.within_one == pytest.approx(3 / 4)


def test_kappa_is_that_of_scikit_learn():
    pairs = np.random.default_rng(7).integers(0, 4, (60, 2))
    table = np.zeros((4, 4), int)
    for first, then in pairs:
        table[first, then] += 1
    found = Agreement(1, tuple(map(tuple, table.tolist())))
    expected = cohen_kappa_score(pairs[:, 0], pairs[:, 1], weights="quadratic", labels=range(4))
    assert found.kappa == pytest.approx(expected)
    assert found.exact == pytest.approx(np.mean(pairs[:, 0] == pairs[:, 1]))


def test_agreement_of_readers_who_gave_one_grade_only_is_no_number():
    table = ((5, 0, 0, 0), (0,) * 4, (0,) * 4, (0,) * 4)
    assert np.isnan(Agreement(1, table).kappa)


def test_agreement_on_the_terminal(second):
    said = casebook("eval", "--agreement", "--judged", second)
    assert "2 条问句、4 对由两位各判一遍：分数相同 50.0%，相差不过一分 75.0%" in said.stdout


def test_the_second_reader_cannot_judge_what_the_first_never_saw(second):
    (second / "second" / "queries.txt").write_text("问 sun-01 短词\n太阳\n= 0 noise-03\n", encoding="utf-8")
    said = casebook("eval", "--agreement", "--judged", second)
    assert said.returncode == 1
    assert "sun-01" in said.stderr
    assert "Traceback" not in said.stderr


def test_what_was_looked_at_in_vain_is_no_answer(tmp_path):
    text = "问 sun-01 短词\n太阳\n= 0 noise-03\n"
    (tmp_path / "queries.txt").write_text(text, encoding="utf-8")
    (query,) = load_judged(tmp_path)
    assert (query.answerable, query.graded) == (False, True)
