"""Elements: what a text or a case tells of each, quoted word for word, and how a wrong file is told."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.case.library import Library
from indexer.case.model import Case, Section, Setting
from indexer.case.vocabulary import Vocabulary
from indexer.case_elements import read_case
from indexer.errors import VocabularyError
from indexer.text.elements import Elements
from indexer.text.folded import Folded
from indexer.text.normalize import normalize
from indexer.text.quantities import number_of, quantities_in, quantity_pattern

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "elements"
CODES = (
    "claim object parties stage people setting ownership done risk agencies time evidence".split()  # noqa: SIM905  (as the header of the file has it)
)
REAL = Elements.load(ROOT / "cases" / "elements.yaml")
SMALL = Elements.load(FIXTURES / "small.yaml")


def examples(name):
    """The lines of a fixture, split at their bars."""
    lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" | ")) for line in lines if not line.startswith("#")]


def said(elements, text):
    """What `text` says: (element, value, words)."""
    return [(code, one.value, one.words) for code, found in elements.read(text).items() for one in found]


# ── what people say ──


@pytest.mark.parametrize(("element", "value", "words", "text"), examples("spoken.txt"))
def test_an_element_is_told_in_these_words(element, value, words, text):
    assert (element, value, words) in said(REAL, text)


@pytest.mark.parametrize(("element", "value", "text"), examples("silent.txt"))
def test_what_only_looks_like_it_is_not_told(element, value, text):
    assert value not in {one.value for one in REAL.read(text).get(element, ())}


def test_each_element_has_four_examples():
    for code in CODES:
        assert sum(row[0] == code for row in examples("spoken.txt")) >= 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("天花板往下滴水", "天花板往下滴"),
        ("天花板隔了一二三四五六七八滴", ""),
        ("天花板好好的。水滴", ""),
        ("There is a LEAK here", "LEAK"),
        ("Sleakers", ""),
        ("樓上漏水", "漏水"),
        ("楼上漏  水", ""),
        ("有漏水的传言", ""),
        ("有漏水的传言，真漏水了", "漏水"),
    ],
)
def test_how_phrases_match(text, words):
    assert "".join(one.words for one in SMALL.read(text).get("object", ())) == words


def test_a_word_directly_before_denies_it():
    assert "done" not in SMALL.read("没有报警")
    assert said(SMALL, "没有说过，报警了") == [("done", "police", "报警")]


def test_what_follows_from_another_element_only_fills_silence():
    assert ("claim", "repair", "漏水") in said(SMALL, "漏水")
    assert said(SMALL, "漏水要他赔") == [("object", "leak", "漏水"), ("claim", "money", "赔")]


def test_the_words_stand_where_they_were_written():
    text = "ＡＢ①　樓上ＬＥＡＫ，　二十戶"
    for found in SMALL.read(text).values():
        for one in found:
            assert text[one.start : one.end] == one.words
    assert said(SMALL, text) == [
        ("object", "leak", "ＬＥＡＫ"),
        ("claim", "repair", "ＬＥＡＫ"),
        ("people", "many", "二十戶"),
    ]


@given(st.lists(st.sampled_from([*"漏水樓上吵①Ａ　 \n。㍿報警三十多户"]) | st.characters(), max_size=40))
def test_quotes_are_word_for_word_in_any_text(characters):
    text = "".join(characters)
    for found in REAL.read(text).values():
        for one in found:
            assert one.words
            assert text[one.start : one.end] == one.words


@given(st.text(alphabet="漏水樓裏①Ａｂ㍿　 \n,。", max_size=30))
def test_folding_is_the_normaliser_character_by_character(text):
    assert Folded.of(text).text.strip() == normalize(text)


# ── numbers ──


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("3", 3),
        ("1.5", 1.5),
        ("2万", 20_000),
        ("两", 2),
        ("两三", 2),
        ("十", 10),
        ("十几", 13),
        ("几十", 30),
        ("四十七", 47),
        ("二十几", 23),
        ("一千二百", 1200),
        ("三万", 30_000),
        ("百", 100),
        ("半", 0.5),
        ("一百零五", 105),
        ("二〇二三", 2023),
    ],
)
def test_numbers_as_they_are_said(written, number):
    assert number_of(written) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("二十多个人", [(20, "个人")]),
        ("十余户，3家", [(10, "户"), (3, "家")]),
        ("第三户", []),
        ("2023户", [(2023, "户")]),
        ("二〇二三户", [(2023, "户")]),
        ("两三户人家", [(2, "户人家")]),
    ],
)
def test_quantities_with_their_units(text, found):
    pattern = quantity_pattern(["户", "家", "个人", "户人家"])
    assert [(one.number, one.unit) for one in quantities_in(text, pattern)] == found


# ── cases ──


def a_case(facts="", topics=(), **setting):
    return Case(topics=topics, setting=Setting(**setting), sections=(Section(heading="案情", text=facts),))


def told(case, element):
    return [
        (one.mention.value, one.mention.words, one.where) for one in read_case(case, SMALL).get(element, ())
    ]


def test_the_front_matter_comes_before_the_text():
    assert told(a_case("太吵", topics=("漏水",)), "object") == [("leak", "漏水", "topics")]
    assert told(a_case("太吵", topics=("邻里",)), "object") == [("noise", "太吵", "案情")]


def test_what_the_front_matter_states_outright():
    case = a_case("没物业", type="老旧小区")
    assert told(case, "setting") == [("old", "老旧小区", "setting.type"), ("unmanaged", "没物业", "案情")]


def test_a_case_that_tells_nothing_tells_nothing():
    assert read_case(Case(), REAL) == {}


def test_quotes_stand_in_the_case(sound_library):
    for file in sound_library.files:
        for mentions in read_case(file.parsed.case, REAL).values():
            for one in mentions:
                assert one.text[one.mention.start : one.mention.end] == one.mention.words


# ── the file ──


def test_the_real_file_has_the_twelve_elements():
    assert {row.code for row in REAL.rows} == set(CODES)
    assert [row.code for row in REAL.rows][:3] == ["object", "claim", "parties"]


def test_every_value_can_be_said_and_every_question_asked():
    for row in REAL.rows:
        assert row.question().endswith("？")
        assert row.question("en").endswith("?")
        assert len({value.name for value in row.values}) == len(row.values)
        for value in row.values:
            assert value.said
            assert row.value(value.code).label("en") == value.en


def test_what_one_value_says_is_not_excluded_by_itself():
    for row in REAL.rows:
        for value in row.values:
            assert not set(value.said) & set(value.excluded), (row.code, value.code)


def test_places_and_implications_are_known():
    known = {row.code: {value.code for value in row.values} for row in REAL.rows}
    for row in REAL.rows:
        assert set(row.fields) <= {"title", "topics", "parties", "actors"}
        for value in row.values:
            assert all(set(codes) <= known[code] for code, codes in value.implied_by.items())


def test_stated_values_are_in_the_vocabulary():
    vocabulary = Vocabulary.load(ROOT / "cases" / "vocabulary.yaml")
    names = {
        "setting.type": vocabulary.settings,
        "setting.property": vocabulary.property_kinds,
        "setting.place_kind": vocabulary.place_kinds,
    }
    stated = [item for row in REAL.rows for value in row.values for item in value.stated.items()]
    for field, values in stated:
        assert set(values) <= {entry.name for entry in names[field]}


def test_they_survive_json():
    again = Elements.from_json(REAL.to_json())
    assert again == REAL
    assert again.read("报了三次警") == REAL.read("报了三次警")


def test_a_library_without_the_file_has_no_elements(tmp_path):
    assert Elements.load(tmp_path / "none.yaml").read("漏水") == {}


@pytest.mark.parametrize("path", sorted((FIXTURES / "broken").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_that_is_not_in_its_form_is_told_in_plain_words(path):
    wanted = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(VocabularyError) as raised:
        Elements.load(path)
    assert path.name in str(raised.value)
    assert wanted in str(raised.value)


def test_reading_is_quick():
    text = "楼上洗完衣服我家客厅就下雨，找他还不开门，报了警也没用，吵了半年，一单元十几户都知道"
    case = next(file.parsed.case for file in Library.load(FIXTURES.parent / "cases").files)
    REAL.read(text)
    assert fastest(lambda: REAL.read(text)) < 0.001
    assert fastest(lambda: read_case(case, REAL)) < 0.005


def fastest(action):
    """The best of ten, so that a busy machine does not count."""
    times = []
    for _ in range(10):
        before = time.perf_counter()
        action()
        times.append(time.perf_counter() - before)
    return min(times)


def test_the_house_next_door_is_no_care_at_home():
    found = REAL.read("把邻居家晒的腊肉打下来了")
    assert "居家" not in {mention.words for mentions in found.values() for mention in mentions}
