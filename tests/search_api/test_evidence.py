"""Beside every result stands the passage that made it match, with its telling sentence marked."""

import pytest
from library_maker import ENCODER, build_index, engine_over, made_case, write_library

from indexer.encoders.base import open_encoder
from indexer.passages import sentences, split
from search_api.core.engine import SearchEngine
from search_api.core.query import Query
from search_api.core.retrieve import Retriever

STORY = "老张在三楼养了六十只鸽子。鸽子的羽毛每天飘进二楼的厨房。两家因此吵过四回，也报过警。"


@pytest.fixture(scope="module")
def pigeons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pigeons")
    return engine_over(folder, [made_case("pigeons", texts={"案情": STORY}), made_case("other")])


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """The same two cases in a library with one concept."""
    folder = tmp_path_factory.mktemp("spoken")
    library = write_library(
        folder / "cases", [made_case("pigeons", texts={"案情": STORY}), made_case("other")]
    )
    (library / "lexicon").mkdir()
    (library / "lexicon" / "noise.yaml").write_text(
        "- {concept: 养鸽扰邻, official: [养鸽], said: [鸽子, 咕咕叫的]}\n", encoding="utf-8"
    )
    return SearchEngine.open(build_index(library, folder / "index"), open_encoder(ENCODER))


def matches(engine, text):
    return engine.search(Query.checked(text, 50, vocabulary=engine.snapshot.vocabulary)).results


def marked(evidence):
    return [evidence.text[span.start : span.end] for span in evidence.highlights]


def test_the_sentence_that_shares_most_with_the_query_is_marked(pigeons):
    best = matches(pigeons, "羽毛飘进厨房")[0]
    assert best.case.id == "pigeons"
    assert (best.passages[0].section, best.passages[0].text) == ("案情", STORY)
    assert marked(best.passages[0]) == ["鸽子的羽毛每天飘进二楼的厨房。"]
    assert marked(matches(pigeons, "养了六十只鸽子")[0].passages[0]) == ["老张在三楼养了六十只鸽子。"]


def test_a_traditional_query_marks_the_same_sentence(pigeons):
    assert marked(matches(pigeons, "羽毛飄進廚房")[0].passages[0]) == ["鸽子的羽毛每天飘进二楼的厨房。"]


def test_what_is_quoted_stands_word_for_word_in_the_case(made_index):
    engine = SearchEngine.open(made_index, open_encoder(ENCODER))
    for text in ("楼上漏水滴到厨房", "狗不拴绳", "停车难", "坐下来商量，写下约定", "压路机"):
        for match in matches(engine, text):
            own = {(passage.section, passage.text): passage.kind for passage in split(match.case)}
            assert 1 <= len(match.passages) <= 2
            assert len({passage.text for passage in match.passages}) == len(match.passages)
            for evidence in match.passages:
                assert own[evidence.section, evidence.text] == match.match
                spans = [(span.start, span.end) for span in evidence.highlights]
                assert len(spans) == 1
                assert spans[0] in sentences(evidence.text)


def test_positions_count_characters_also_beyond_the_basic_plane(tmp_path):
    story = "𠮷野家门口的😀招牌太亮。对面楼的窗户整夜发白。"
    engine = engine_over(tmp_path, [made_case("sign", texts={"案情": story})])
    assert marked(matches(engine, "对面楼的窗户整夜发白")[0].passages[0]) == ["对面楼的窗户整夜发白。"]


def test_of_equal_sentences_the_first_is_marked(tmp_path):
    story = "鸽子飞过屋顶。鸽子飞过屋顶。"
    engine = engine_over(tmp_path, [made_case("twice", texts={"案情": story})])
    span = matches(engine, "鸽子飞过屋顶")[0].passages[0].highlights[0]
    assert (span.start, span.end) == (0, 7)


def likeness(engine, text, evidence):
    """The cosine and the BM25 score of `text` and the quoted passage, as store and term index give them."""
    asked = Retriever(engine.snapshot, open_encoder(engine.snapshot.manifest.encoder.name)).ask(text)
    row = [passage.text for passage in engine.snapshot.passages].index(evidence.text)
    return engine.snapshot.store.scores(asked.vector)[row], engine.snapshot.lexical.scores(asked.terms)[row]


def test_what_the_words_carried_adds_up_to_the_likeness(spoken):
    for text in (
        "羽毛飘进厨房，羽毛 feathers 到处都是！",
        "养了 60 只鸽子",
        "咕咕叫的烦死人",
        "找居委会评理",
    ):
        for evidence in [passage for match in matches(spoken, text) for passage in match.passages]:
            cosine, score = likeness(spoken, text, evidence)
            assert sum(one.by_vectors for one in evidence.carried) == pytest.approx(cosine, abs=1e-5)
            assert sum(one.by_words for one in evidence.carried) == pytest.approx(score, abs=1e-4)


def test_a_concept_is_named_beside_the_words(spoken):
    best = matches(spoken, "楼上那些咕咕叫的")[0]
    assert best.case.id == "pigeons"
    assert best.because[0] == "养鸽扰邻"


def test_the_words_that_carried_most_are_named_first(pigeons):
    best = matches(pigeons, "他家鸽子的羽毛真讨厌")[0]
    assert set(best.because[:2]) == {"鸽子", "羽毛"}


def test_an_encoder_that_cannot_tell_its_parts_names_no_words(pigeons):
    class Closed:
        def __init__(self, encoder):
            self.identity, self.encode = encoder.identity, encoder.encode

        def parts(self, text):
            return ()

    best = matches(SearchEngine(pigeons.snapshot, Closed(open_encoder(ENCODER))), "羽毛飘进厨房")[0]
    assert best.because == ()
    assert [passage.carried for passage in best.passages] == [()] * len(best.passages)
    assert best.passages[0].text == STORY
