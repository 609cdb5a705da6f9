"""Outside benchmarks, on sets small enough to be checked by hand and by other libraries."""

import json

import numpy as np
import pytest
from library_maker import ENCODER, casebook
from scipy.stats import spearmanr
from sklearn.metrics import ndcg_score

from indexer.encoders.base import open_encoder
from indexer.errors import JudgedSetError
from search_api.evaluation.benchmark import ENGINES, Pairs, Retrieval, load_benchmark, run_benchmark
from search_api.evaluation.metrics import spearman

DOCUMENTS = {
    "a": "楼上漏水滴到楼下",
    "b": "狗在楼道里乱叫",
    "c": "停车位不够用",
    "d": "楼上洗衣机漏水",
    "e": "音响半夜太吵",
}
QUERIES = {"q1": "楼上漏水", "q2": "狗乱叫", "q3": "没有人问的"}
GRADES = {"q1": {"a": 2, "d": 1}, "q2": {"b": 1}}


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "little"
    folder.mkdir()
    write(
        folder / "corpus.jsonl", ({"_id": key, "title": "", "text": text} for key, text in DOCUMENTS.items())
    )
    write(folder / "queries.jsonl", ({"_id": key, "text": text} for key, text in QUERIES.items()))
    lines = [
        f"{query}\t{document}\t{grade}" for query, row in GRADES.items() for document, grade in row.items()
    ]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]), encoding="utf-8")
    return folder


@pytest.fixture
def pairs(tmp_path):
    folder = tmp_path / "pairs"
    folder.mkdir()
    rows = [
        ("楼上漏水", "楼上漏水了", 1),
        ("狗乱叫", "停车位", 0),
        ("半夜太吵", "半夜吵", 1),
        ("物业费", "狗", 0),
    ]
    write(folder / "pairs.jsonl", ({"s1": one, "s2": two, "label": label} for one, two, label in rows))
    return folder


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def test_a_set_as_it_is_read(beir):
    found = load_benchmark(beir)
    assert isinstance(found, Retrieval)
    assert found.queries == ("楼上漏水", "狗乱叫")
    assert found.relevant == ({0: 2, 3: 1}, {1: 1})


def test_figures_of_a_set_small_enough_to_see(beir):
    report = run_benchmark(load_benchmark(beir), open_encoder(ENCODER))
    assert tuple(report.engines) == ENGINES
    words = report.engines["BM25"]
    truth = np.array([[2, 0, 0, 1, 0], [0, 1, 0, 0, 0]])
    shown = np.array([[2, 0, 0, 1.9, 0], [0, 1, 0, 0, 0]])
    assert words.ndcg_10 == pytest.approx(ndcg_score(truth, shown))
    assert words.reciprocal_rank_10 == words.recall_10 == words.recall_100 == 1
    assert words.p_value == 1
    assert 0 < report.engines["混合"].p_value <= 1
    assert json.loads(report.as_json())["documents"] == 5


def test_pairs(pairs):
    found = load_benchmark(pairs)
    assert isinstance(found, Pairs)
    report = run_benchmark(found, open_encoder(ENCODER))
    assert report.spearman["共有的词"] > 0.8
    assert report.engines == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_spearman_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 5, 80).tolist(), rng.normal(size=80).tolist()
    assert spearman(first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert np.isnan(spearman([1, 1, 1], [1, 2, 3]))


@pytest.mark.parametrize("name", ["corpus.jsonl", "qrels.tsv"])
def test_a_set_that_is_not_whole_is_named(beir, name):
    (beir / name).unlink()
    with pytest.raises(JudgedSetError, match="little"):
        load_benchmark(beir)


def test_on_the_terminal(beir, pairs):
    said = casebook("eval", "--set", beir)
    assert said.returncode == 0, said.stderr
    assert "2 条问句，5 段文本" in said.stdout
    assert "nDCG@10" in said.stdout
    assert "Spearman" in casebook("eval", "--set", pairs).stdout
    assert json.loads(casebook("eval", "--set", beir, "--format", "json").stdout)["name"] == "little"
    missing = casebook("eval", "--set", beir / "none")
    assert missing.returncode == 1
    assert "BEIR" in missing.stderr
    assert "Traceback" not in missing.stderr
