"""The chance of danger: a small model that gives numbers that can be worked out, from a file that can be trusted."""

import math

import numpy as np
import pytest

from indexer.classifier import BUCKETS, LENGTHS, TextClassifier, features
from indexer.errors import VocabularyError
from indexer.text.redlines import ALARM, DOUBT, RedLine, RedLines
from indexer.train.danger import read_told, train_danger

YAML = """\
- kind: fire
  name: 可能着火
  message: 人先走。
  call: 打 119。
  en: {name: Fire, message: Leave., call: Call 119.}
  said: [着火了]
"""
TOLD = [
    "fire\t锅里冒火苗了",
    "fire\t楼道全是烟",
    "fire\t着火了快来",
    "none\t锅坏了换一口",
    "none\t楼道堆了纸箱",
    "none\t快来开会",
]


@pytest.fixture
def library(tmp_path):
    (tmp_path / "redlines").mkdir()
    (tmp_path / "redlines.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "redlines" / "told.tsv").write_text("# 说明\n" + "\n".join(TOLD * 3) + "\n", encoding="utf-8")
    return tmp_path


def test_features_count_every_run_of_characters():
    buckets, values = features("火 火")
    assert len(set(buckets.tolist())) == len(buckets)
    length = len("^火火$")
    assert sum(math.exp(value - 1) for value in values) == pytest.approx(sum(length - n + 1 for n in LENGTHS))
    assert values.max() == pytest.approx(1 + math.log(2))


def test_the_chances_are_a_softmax_of_the_weights():
    weights = np.zeros((BUCKETS, 2), np.float32)
    buckets, values = features("烟")
    weights[buckets[0]] = (2.0, 0.0)
    model = TextClassifier(
        ("fire", "none"), weights, np.array([0.0, 0.5], np.float32), np.ones(BUCKETS, np.float32)
    )
    score = 2.0 * values[0] / np.linalg.norm(values)
    assert model.chances("烟")["fire"] == pytest.approx(math.exp(score) / (math.exp(score) + math.exp(0.5)))
    assert sum(model.chances("别的话").values()) == pytest.approx(1)
    assert model.chances("")["none"] > 0


def test_it_learns_and_survives_its_file(library):
    model, lines = train_danger(library)
    assert lines == 18
    assert model.chances("冒火苗了")["fire"] > model.chances("换纸箱")["fire"]
    model.save(library / "model.npz")
    again = TextClassifier.load(library / "model.npz")
    assert again.chances("楼道冒火苗") == pytest.approx(model.chances("楼道冒火苗"), abs=0.005)


def lines_with(chance):
    row = RedLine.model_validate(
        {
            "kind": "fire",
            "name": "火",
            "message": "走",
            "call": "119",
            "en": {"name": "Fire", "message": "Go", "call": "119"},
            "said": ["着火了"],
        }
    )
    return RedLines((row,), lambda text: {"fire": chance, "none": 1 - chance})


@pytest.mark.parametrize(
    ("text", "chance", "alarm"),
    [
        ("锅里呼呼的", ALARM + 0.01, True),
        ("锅里呼呼的", ALARM - 0.01, False),
        ("着火了", DOUBT + 0.01, True),
        ("着火了这部电影真好看", DOUBT - 0.01, False),
    ],
)
def test_a_phrase_makes_a_lower_chance_enough(text, chance, alarm):
    assert bool(lines_with(chance).crossed(text)) == alarm


def test_without_a_model_the_phrases_decide(tmp_path):
    assert TextClassifier.load(tmp_path / "model.npz") is None
    (tmp_path / "redlines.yaml").write_text(YAML, encoding="utf-8")
    assert [line.kind for line in RedLines.load(tmp_path / "redlines.yaml").crossed("着火了")] == ["fire"]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a model"])
def test_a_broken_model_is_named(tmp_path, content):
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(VocabularyError, match=r"model\.npz.*casebook train --redlines"):
        TextClassifier.load(tmp_path / "model.npz")


@pytest.mark.parametrize("line", ["fire", "flood\t发水了", "fire\t  "])
def test_a_line_that_is_not_in_its_form_is_named(library, line):
    path = library / "redlines" / "told.tsv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="第 20 行"):
        read_told(path, ["fire"])


def test_missing_lines_are_named(tmp_path):
    with pytest.raises(VocabularyError, match=r"told\.tsv"):
        read_told(tmp_path / "told.tsv", ["fire"])
