"""From what people say over the situations to the cases that help there."""

import json

import numpy as np
import pytest
from library_maker import ENCODER, build_index, made_case, write_library

from indexer.encoders.base import open_encoder
from indexer.text.normalize import normalize
from search_api.core.bridge import NEAREST, SPEAKERS, TEMPERATURE, WORDS, Bridge
from search_api.core.engine import SearchEngine
from search_api.core.query import Query
from search_api.core.retrieve import Retriever

SITUATIONS = {
    "noise": [
        {
            "situation": "半夜跳舞",
            "said": ["音响开到天亮", "震得床都抖", "咚咚咚"],
            "like": ["soft"],
            "part": ["step"],
        },
        {"situation": "水泵响", "said": ["地下室嗡嗡"], "way": ["way"]},
    ],
    "ways": [
        {
            "situation": "请不动人怎么办",
            "said": ["喊了三回没人来，怎么把人请到一张桌子上"],
            "same": ["call"],
            "like": ["no-such-case"],
        }
    ],
}
CASES = [
    made_case("dance", situations=("半夜跳舞",)),
    *(made_case(name) for name in ("soft", "step", "way", "call", "other")),
    made_case("gone", situations=("半夜跳舞",)),
]


def library(folder, situations=SITUATIONS):
    root = write_library(folder / "cases", CASES)
    (root / "situations").mkdir()
    for name, rows in situations.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (root / "situations" / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return SearchEngine.open(build_index(root, folder / "index"), open_encoder(ENCODER))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return library(tmp_path_factory.mktemp("bridge"))


def cross(engine, text):
    asked = Retriever(engine.snapshot, open_encoder(ENCODER)).ask(text)
    return Bridge(engine.snapshot.bank, engine.snapshot.cases).cross(asked.vector, asked.terms), asked


def by_hand(engine, text):
    """The chance of each situation, computed line by line."""
    bank, (_, asked) = engine.snapshot.bank, cross(engine, text)
    words = bank.lexical.scores(asked.terms)
    closeness = []
    for number, situation in enumerate(bank.situations):
        lines = (
            open_encoder(ENCODER).encode([normalize(line) for line in (situation.name, *situation.said)])
            @ asked.vector
        )
        nearest = sorted(map(float, lines), reverse=True)[:SPEAKERS]
        mean = sum(nearest) / len(nearest)
        closeness.append(mean / TEMPERATURE + WORDS * words[number] / max(words.max(), 1e-9))
    chances = np.exp(np.array(closeness) - max(closeness))
    return chances / chances.sum()


@pytest.mark.parametrize("text", ["半夜跳舞咚咚咚", "喊了三回", "地下室的水泵", "完全无关的话"])
def test_the_chances_are_those_of_a_softmax_over_lines_and_words(engine, text):
    crossing, _ = cross(engine, text)
    expected = by_hand(engine, text)
    assert len(crossing.nearest) == len(expected) < NEAREST
    np.testing.assert_allclose(crossing.likely, expected[crossing.nearest], rtol=1e-4)
    assert sorted(crossing.likely, reverse=True) == crossing.likely.tolist()


def test_a_case_is_expected_to_help_as_its_list_says(engine):
    crossing, _ = cross(engine, "半夜跳舞咚咚咚")
    assert engine.snapshot.bank.situations[crossing.nearest[0]].name == "半夜跳舞"
    facts = dict(zip([case.id for case in engine.snapshot.cases], crossing.expected["facts"], strict=True))
    assert facts["dance"] == facts["gone"] > facts["soft"] > facts["step"] > 0
    assert facts["call"] == facts["way"] == facts["other"] == 0
    np.testing.assert_array_equal(crossing.helps, crossing.expected["facts"] + crossing.expected["method"])


def test_ways_that_carry_over_are_kept_apart(engine):
    crossing, _ = cross(engine, "喊了三回没人来")
    method = dict(zip([case.id for case in engine.snapshot.cases], crossing.expected["method"], strict=True))
    assert method["call"] > method["way"] > 0
    assert method["dance"] == method["other"] == 0


def test_how_to_do_something_is_led_to_by_what_is_asked_alone(engine):
    told = "楼下音响开到天亮，咚咚咚震得床都抖"
    found = {
        match.case.id: match for match in engine.search(Query(f"{told}。怎么把人请到一张桌子上")).results
    }
    assert next(iter(found)) in ("dance", "call")
    ways = ways_of(engine, f"{told}。怎么把人请到一张桌子上")
    assert max(ways, key=ways.get) == "call"
    assert not any(ways_of(engine, told).values())


def ways_of(engine, text):
    retriever = Retriever(engine.snapshot, open_encoder(ENCODER))
    retrieved = retriever.retrieve(retriever.ask(text), np.ones(len(engine.snapshot.cases), np.bool_))
    return dict(zip([case.id for case in engine.snapshot.cases], retrieved.ways.tolist(), strict=True))


def test_a_filtered_case_is_not_led_to(engine):
    found = engine.search(Query("半夜跳舞咚咚咚", filters={"category": ("water-leak",)}))
    assert found.considered == len(found.results) == 0


def test_without_situations_nothing_is_expected(tmp_path):
    crossing, _ = cross(library(tmp_path, {}), "半夜跳舞")
    assert crossing.cosine == 0
    assert len(crossing.nearest) == 0
    assert not crossing.expected["facts"].any()
