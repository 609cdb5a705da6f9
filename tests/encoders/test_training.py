import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.case.library import Library
from indexer.encoders.base import open_encoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.encoders.static import StaticEncoder
from indexer.errors import EncoderError
from indexer.text.normalize import normalize
from indexer.train.corpus import (
    read_cases,
    read_open_rows,
    read_situations,
    read_word_families,
    refuse_closed,
)
from indexer.train.recipe import OPEN_FILES, TrainOptions
from indexer.train.rehearsal import Figures, hold_back
from indexer.train.run import train

ROOT = Path(__file__).resolve().parents[2]

SAID = ["楼上漏水滴到我家", "天花板湿了一大片", "狗半夜叫个不停", "楼道里堆满纸箱", "物业光收钱不干活"]


def _write_open(folder):
    folder.mkdir(parents=True)
    for file in OPEN_FILES:
        rows = [{"q": f"{SAID[i % 5]}第{i}回怎么办", "a": f"先找社区，再{SAID[-i % 5]}"} for i in range(30)]
        with gzip.open(folder / f"{file.name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return folder


def _write_situations(folder):
    folder.mkdir(parents=True)
    for category in ("noise", "water-leak"):
        rows = [
            {"category": category, "situation": f"{category}情形{n}", "said": [f"{text}{n}" for text in SAID]}
            for n in range(4)
        ]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{category}.jsonl").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    root = tmp_path_factory.mktemp("training")
    options = TrainOptions(
        data_folder=_write_open(root / "open"),
        situations_folder=_write_situations(root / "situations"),
        output_folder=root / "encoder",
        quick=True,
        cases_folder=ROOT / "tests" / "fixtures" / "cases",
    )
    said = []
    return options, train(options, said.append), said


def test_the_trained_folder_is_read_by_both_readers(trained):
    options, report, _ = trained
    ours = open_encoder(str(options.output_folder))
    theirs = SentenceTransformerEncoder(str(options.output_folder))
    assert isinstance(ours, StaticEncoder)
    assert report.identity == ours.identity == theirs.identity
    np.testing.assert_allclose(ours.encode([*SAID, ""]), theirs.encode([*SAID, ""]), atol=1e-6)


def test_the_same_seed_gives_the_same_vectors(trained, tmp_path):
    options, _, _ = trained
    again = replace(options, output_folder=tmp_path / "again")
    train(again, lambda _: None)
    first, second = (open_encoder(str(o.output_folder)).encode(SAID) for o in (options, again))
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_the_report_and_the_card_name_every_file(trained):
    options, report, said = trained
    card = (options.output_folder / "README.md").read_text("utf-8")
    assert {file.name for file in report.files} >= {
        "noise.jsonl",
        "alpaca_zh.jsonl.gz",
        "word_families.txt",
        "cases/*/*.md",
    }
    for file in report.files:
        assert file.sha256 in card
    assert str(options.output_folder.parent) not in card
    assert said


@pytest.mark.parametrize("closed", ["train/research", "eval/lecoqa", "cases/judged"])
def test_data_that_may_not_train_what_ships_is_refused(tmp_path, closed):
    folder = _write_open(tmp_path / closed)
    with pytest.raises(EncoderError, match=r"train/open"):
        train(TrainOptions(data_folder=folder, output_folder=tmp_path / "out", quick=True), lambda _: None)
    assert not (tmp_path / "out").exists()


def test_a_link_into_closed_data_is_refused_too(tmp_path):
    _write_open(tmp_path / "research")
    (tmp_path / "open").symlink_to(tmp_path / "research")
    with pytest.raises(EncoderError, match="research"):
        refuse_closed(tmp_path / "open")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EncoderError, match="alpaca_zh"):
        read_open_rows(tmp_path, "alpaca_zh", 5, 0)


def test_a_situation_that_is_not_in_its_form_is_named(tmp_path):
    folder = _write_situations(tmp_path / "situations")
    shutil.copy(folder / "noise.jsonl", folder / "a.jsonl")
    with (folder / "a.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"category": "noise"}\n')
    with pytest.raises(EncoderError, match=r"a\.jsonl 第 5 行"):
        read_situations(folder)


def test_no_situations_are_refused(tmp_path):
    with pytest.raises(EncoderError, match="没有情形"):
        read_situations(tmp_path)


def test_word_families_have_known_form(tmp_path):
    families, file = read_word_families()
    assert len(families) == file.rows > 300
    (tmp_path / "families.txt").write_text("noise | 吵\n", "utf-8")
    with pytest.raises(EncoderError, match="第 1 行"):
        read_word_families(tmp_path / "families.txt")


def test_what_is_held_back_is_not_learnt(tmp_path):
    situations, _ = read_situations(_write_situations(tmp_path / "situations"))
    held = hold_back(situations, seed=1)
    assert len(held.learnt) + len(held.unseen) == len(situations)
    assert {s.category for s in held.unseen} == {"noise", "water-leak"}
    for row, line in held.lines:
        assert line not in held.learnt[row].said


def test_the_figures_read_as_a_sentence():
    figures = Figures(624, 312, 0.106, 0.33, 480, 0.194, 0.6)
    assert str(figures).startswith("留出的 624 句，前 5 个里有自己那种情形的占 0.330")
    assert "480 句" in str(figures)


def test_a_case_teaches_what_it_tells_and_not_how_people_ask_for_it():
    folder = ROOT / "tests" / "fixtures" / "cases"
    told, (file,) = read_cases(folder)
    cases = {found.parsed.case.title: found.parsed.case for found in Library.load(folder).files}
    assert file.rows == len(told) == len(cases)
    for row in told:
        case = next(case for title, case in cases.items() if row.description.startswith(normalize(title)))
        assert row.category == case.category
        learnt = " ".join((row.description, *row.said))
        assert normalize(case.summary) in learnt
        assert all(text in normalize(case.section("案情") + case.section("争议焦点")) for text in row.said)
        assert not any(normalize(line) in learnt for line in case.asked_as)
