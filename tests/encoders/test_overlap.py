"""What the encoder is judged on has taught it nothing: no text of an outside set is among what it learnt from."""

import json
from pathlib import Path

import pytest

from indexer.text.normalize import normalize
from indexer.train.corpus import read_cases, read_open_rows, read_situations, read_word_families
from indexer.train.recipe import OPEN_FILES, TrainOptions

OUTSIDE = TrainOptions().data_folder.parents[1] / "eval"
SETS = sorted(path.name for path in OUTSIDE.iterdir()) if OUTSIDE.is_dir() else []
SHORTEST = 8
"""A text of fewer characters (谢谢老师) may well have been written twice."""

pytestmark = pytest.mark.skipif(not SETS, reason="the outside sets are not beside this checkout")


@pytest.fixture(scope="module")
def learnt():
    """Every text that the recipe reads, normalised, cut as in training."""
    options = TrainOptions()
    rows = [
        row
        for file in OPEN_FILES
        for row in read_open_rows(options.data_folder, file.name, file.texts, options.seed).rows
    ]
    situations, _ = read_situations(options.situations_folder)
    cases, _ = read_cases(options.cases_folder)
    told = [text for one in (*situations, *cases) for text in (one.description, *one.said)]
    families = [" ".join(family.words) for family in read_word_families()[0]]
    return frozenset((*(text for row in rows for text in row), *told, *families))


def texts_of(folder: Path):
    """Every text of an outside set, whatever its fields are called."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from (value for value in json.loads(line).values() if isinstance(value, str))


@pytest.mark.parametrize("name", SETS)
def test_no_text_of_the_set_was_learnt(learnt, name):
    texts = {normalize(text)[:256] for text in texts_of(OUTSIDE / name)}
    long = {text for text in texts if len(text) >= SHORTEST}
    assert long
    assert sorted(long & learnt)[:5] == []
