"""The verdict: fitted on judged queries, rising with every signal, and silent about content it was not fitted on."""

import json

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from library_maker import (
    ENCODER,
    ROOT,
    build_index,
    casebook,
    engine_over,
    environment,
    made_case,
    page_library,
    write_library,
)
from sklearn.linear_model import LogisticRegression

from indexer.calibration import Calibration, read_calibration
from indexer.encoders.base import open_encoder
from indexer.errors import JudgedSetError, SnapshotError
from indexer.snapshot.read import current_folder, open_snapshot
from indexer.train.text_classifier import Told, fit
from search_api.core.engine import SearchEngine
from search_api.core.query import Query
from search_api.core.signals import NAMES, OF_QUERY, Field, Signals, answerable, chance
from search_api.core.verdict import ORDER, VERDICTS, judge, level_of
from search_api.evaluation.calibrate import FieldLines, calibrate, read_elsewhere
from search_api.evaluation.judged import load_judged
from search_api.evaluation.logistic import fit_logistic
from search_api.evaluation.run import evaluate

CALIBRATION = Calibration(
    fingerprint="0" * 64,
    rankings="0" * 64,
    weights=dict.fromkeys(NAMES, 1.0),
    bias=-3.0,
    direction=(),
    offset=0.0,
    wording="0" * 64,
    close=0.6,
    answer_weights=dict.fromkeys(OF_QUERY, 1.0),
    answer_bias=-2.0,
    answerable=0.3,
)


# --- levels


@given(
    st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)),
    st.integers(0, len(NAMES) - 1),
    st.floats(0, 1),
)
def test_no_signal_that_rises_makes_a_case_farther(values, which, more):
    lower = Signals(*values)
    higher = Signals(*[min(1.0, value + more) if at == which else value for at, value in enumerate(values)])
    assert chance(higher, CALIBRATION) >= chance(lower, CALIBRATION)
    assert answerable(higher, CALIBRATION) >= answerable(lower, CALIBRATION)
    levels = [
        level_of(chance(signals, CALIBRATION), answerable(signals, CALIBRATION), "facts", CALIBRATION)
        for signals in (lower, higher)
    ]
    assert ORDER.index(levels[1]) <= ORDER.index(levels[0])


@pytest.mark.parametrize(
    ("value", "anything", "kind", "level"),
    [
        (0.6, 1.0, "facts", "close"),
        (0.6, 0.0, "method", "method"),
        (0.59, 0.3, "facts", "idea"),
        (0.0, 0.3, "method", "idea"),
        (0.59, 0.29, "facts", "none"),
    ],
)
def test_the_level_of_a_chance(value, anything, kind, level):
    assert level_of(value, anything, kind, CALIBRATION) == level
    assert level_of(value, anything, kind, None) == "uncalibrated"


def test_the_verdict_is_that_of_the_nearest_case():
    assert judge(["none", "idea", "method"], CALIBRATION).level == "method"
    assert judge(["none"], CALIBRATION).level == "none"
    assert judge([], CALIBRATION).level == "none"
    assert judge(["uncalibrated"], None).level == "uncalibrated"


# --- the fit


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_fit_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    features = rng.uniform(0, 1, (300, 4))
    labels = (features @ [4, 1, 0.5, 2] - 3.5 + rng.logistic(size=300) > 0).astype(float)
    importance = rng.uniform(0.5, 2, 300)
    penalty = 0.01
    found = fit_logistic(features, labels, importance, penalty=penalty)
    # scikit-learn adds up what is averaged here: C is one over the penalty, the weights sum to one.
    model = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=5000)
    model.fit(features, labels, importance / importance.sum())
    assert found.weights == pytest.approx(model.coef_[0], abs=2e-3)
    assert found.bias == pytest.approx(model.intercept_[0], abs=2e-3)


def test_a_feature_that_speaks_against_gets_no_weight_when_weights_must_rise():
    rng = np.random.default_rng(5)
    features = rng.uniform(0, 1, (400, 2))
    labels = (features[:, 0] - features[:, 1] > 0).astype(float)
    free = fit_logistic(features, labels, np.ones(400), penalty=0.01)
    rising = fit_logistic(features, labels, np.ones(400), penalty=0.01, rising=True)
    assert free.weights[1] < 0
    assert rising.weights[1] == 0
    assert rising.weights[0] > 0


# --- calibration of a library

QUERIES = """\
问 leak-01 口语
厨房顶上漏水，一滴一滴往下掉
= 3 water-leak-08
= 3 water-leak-00

问 dog-01 口语
狗在楼道里乱叫，不拴绳
= 3 pets-falling-objects-05

问 park-01 口语
停车难，车位少，天天抢车位
= 3 parking-charging-10

问 moon-01 无关
泰坦尼克号几点沉的
= 无

问 soup-01 无关
红烧肉放几勺糖
= 无
"""
INSIDE = ["厨房顶上漏水", "狗不拴绳", "抢车位", "半夜音响吵", "楼道里狗叫", "车位太少"]
ELSEWHERE = [
    "红烧肉怎么做",
    "泰坦尼克号几点沉",
    "微积分怎么学",
    "手机选哪款",
    "去云南怎么玩",
    "英语单词怎么背",
]


LINES = FieldLines(INSIDE, ELSEWHERE)


def wording():
    """What tells the lines by their characters."""
    told = [*(Told("inside", line) for line in INSIDE), *(Told("outside", line) for line in LINES.teaching)]
    return fit(told, ("inside", "outside"))


def fitted(snapshot, queries):
    return calibrate(snapshot, open_encoder(ENCODER), queries, LINES, wording(), "0" * 64)


@pytest.fixture
def queries(tmp_path):
    (tmp_path / "judged.txt").write_text(QUERIES, encoding="utf-8")
    return load_judged(tmp_path)


@pytest.fixture
def snapshot(made_index):
    return open_snapshot(current_folder(made_index), open_encoder(ENCODER).identity)


def test_what_helps_is_told_from_what_does_not(snapshot, queries):
    found = fitted(snapshot, queries)
    assert min(found.weights.values()) >= 0
    assert min(found.answer_weights.values()) >= 0
    assert 0 <= found.close <= 1
    assert len(found.direction) == open_encoder(ENCODER).identity.dimensions
    engine = SearchEngine(snapshot, open_encoder(ENCODER))
    field = Field(found.direction, found.offset, wording())
    inside, elsewhere = (
        [engine.signals(query.text, field)[0][1] for query in queries if query.answerable is has_answer]
        for has_answer in (True, False)
    )
    assert min(chance(one, found) for one in inside) > max(chance(one, found) for one in elsewhere)
    kept, left = ([answerable(one, found) for one in signals] for signals in (inside, elsewhere))
    assert min(kept) >= found.answerable > max(left)


def test_the_same_calibration_every_time(snapshot, queries):
    first, second = (fitted(snapshot, queries) for _ in range(2))
    assert first == second


def test_queries_of_one_kind_only_cannot_calibrate(snapshot, queries):
    for kind in (True, False):
        some = [query for query in queries if query.answerable is kind]
        with pytest.raises(JudgedSetError, match="能答的和库里没有的"):
            fitted(snapshot, some)


@pytest.mark.parametrize("content", [None, "", "# 只有说明\n"])
def test_lines_about_something_else_must_be_there(tmp_path, content):
    path = tmp_path / "elsewhere.txt"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(JudgedSetError, match=r"elsewhere\.txt"):
        read_elsewhere(path)


# --- the command, the index and the page


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = write_library(tmp_path_factory.mktemp("calibrated") / "cases", page_library())
    (folder / "judged").mkdir()
    (folder / "judged" / "queries.txt").write_text(_for_dev(QUERIES), encoding="utf-8")
    (folder / "situations").mkdir()
    row = json.dumps({"situation": "漏水", "said": INSIDE}, ensure_ascii=False)
    (folder / "situations" / "noise.jsonl").write_text(row + "\n", encoding="utf-8")
    (folder / "elsewhere.txt").write_text("\n".join(["# 说明", *ELSEWHERE]), encoding="utf-8")
    index = build_index(folder, folder.parent / "index")
    env = environment(CASEBOOK_CASES=str(folder))
    said = casebook("calibrate", "--index", index, env=env)
    assert said.returncode == 0, said.stderr
    build_index(folder, index)
    return folder, index


def _for_dev(text):
    """The same queries under ids that the split gives to the development queries."""
    names = {
        "leak-01": "leak-02",
        "dog-01": "dog-02",
        "park-01": "park-02",
        "moon-01": "moon-02",
        "soup-01": "soup-02",
    }
    for old, new in names.items():
        text = text.replace(old, _dev_id(new))
    return text


def _dev_id(name):
    from search_api.evaluation.judged import JudgedQuery

    candidates = (f"{name}{letter}" for letter in "abcdefghijkl")
    return next(one for one in candidates if JudgedQuery(one, "口语", "x", {}).split == "dev")


def search(index, text):
    engine = SearchEngine.open(index, open_encoder(ENCODER))
    return engine.search(Query(text))


def test_a_calibrated_index_says_what_it_has_and_what_it_has_not(library):
    _, index = library
    assert search(index, "厨房顶上漏水，一滴一滴往下掉").verdict.level in ("close", "method", "idea")
    assert search(index, "红烧肉放几勺糖").verdict.level == "none"


def test_another_content_is_not_judged_by_it(library, tmp_path):
    folder, _ = library
    other = write_library(tmp_path / "cases", [*page_library(), made_case("one-more")])
    for name in ("calibration.json", "field.npz"):
        (other / name).write_bytes((folder / name).read_bytes())
    assert search(build_index(other, tmp_path / "index"), "漏水").verdict.level == "uncalibrated"


def test_another_encoder_is_not_judged_by_it(library, tmp_path):
    folder, _ = library
    index = build_index(folder, tmp_path / "index", "hashing:128")
    engine = SearchEngine.open(index, open_encoder("hashing:128"))
    assert engine.search(Query("漏水")).verdict.level == "uncalibrated"


def test_other_settings_of_the_ranking_are_not_judged_by_it(library):
    _, index = library
    snapshot = open_snapshot(current_folder(index), open_encoder(ENCODER).identity)
    assert SearchEngine(snapshot, open_encoder(ENCODER)).calibration is not None
    other = SearchEngine(snapshot, open_encoder(ENCODER), {("words", "case"): 1.0})
    assert other.search(Query("漏水")).verdict.level == "uncalibrated"


def test_page_and_program_use_the_same_words():
    texts = yaml.safe_load((ROOT / "web" / "locales" / "zh" / "answers.yaml").read_text(encoding="utf-8"))
    for level, verdict in VERDICTS.items():
        assert texts[f"verdict.{level}"] == verdict.label
        assert texts[f"verdict.{level}.reason"] == verdict.reason


def test_a_broken_calibration_is_named(library, tmp_path):
    (tmp_path / "calibration.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"calibration\.json"):
        read_calibration(tmp_path / "calibration.json")
    assert read_calibration(tmp_path / "none.json") is None


def test_confidence_without_a_calibration_is_the_best_cosine(tmp_path):
    engine = engine_over(tmp_path, page_library()[:4])
    retrieved = engine._retrieve("漏水", engine._everything)
    assert engine.confidence("漏水") == pytest.approx(float(retrieved.best["dense", "facts"].max()))


# --- what it is worth


def test_the_account_counts_levels_and_false_answers(library):
    folder, index = library
    snapshot = open_snapshot(current_folder(index), open_encoder(ENCODER).identity)
    queries = load_judged(folder / "judged")
    figures = evaluate(snapshot, open_encoder(ENCODER), queries, "dev").verdict
    engine = SearchEngine(snapshot, open_encoder(ENCODER))
    outcomes = {query.id: engine.search(Query(query.text)) for query in queries}
    kept = [outcomes[query.id].verdict.level != "none" for query in queries if query.answerable]
    false = [outcomes[query.id].verdict.level != "none" for query in queries if not query.answerable]
    assert figures.kept == pytest.approx(sum(kept) / len(kept))
    assert figures.false_answers == pytest.approx(sum(false) / len(false))
    given = {row.level: row.given for row in figures.levels}
    assert sum(given.values()) == len(queries)
    for level, number in given.items():
        assert number == sum(outcome.results[0].level == level for outcome in outcomes.values())


def test_the_account_on_the_terminal(library):
    folder, index = library
    env = environment(CASEBOOK_CASES=str(folder))
    said = casebook("eval", "--index", index, env=env).stdout
    assert "结论：能答的里没有说“库内暂无”的 100.0%" in said


def test_without_a_calibration_there_is_no_account_of_it(made_index, queries):
    snapshot = open_snapshot(current_folder(made_index), open_encoder(ENCODER).identity)
    assert evaluate(snapshot, open_encoder(ENCODER), queries, "dev").verdict is None


def test_index_says_that_the_verdict_is_not_calibrated(library, tmp_path):
    folder, _index = library
    calibrated = casebook("index", "--cases", folder, "--index", tmp_path / "a")
    other = write_library(tmp_path / "cases", page_library()[:3])
    without = casebook("index", "--cases", other, "--index", tmp_path / "b")
    assert "casebook calibrate" not in calibrated.stderr
    assert "casebook calibrate" in without.stderr
