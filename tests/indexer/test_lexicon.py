"""How people put things: concepts found in plain speech, and lexicon files that are refused."""

import pytest

from indexer.errors import VocabularyError
from indexer.text.lexicon import Concept, Lexicon
from indexer.text.normalize import normalize


@pytest.fixture(scope="session")
def lexicon(fixtures):
    return Lexicon.load(fixtures / "cases" / "lexicon")


def names(lexicon, text):
    return [concept.name for concept in lexicon.concepts_in(normalize(text))]


def test_it_holds_all_files_in_order(lexicon):
    assert [concept.name for concept in lexicon.concepts] == [
        "楼上脚步声",
        "设备低频",
        "更换物业",
        "楼上漏水",
    ]
    assert lexicon.concepts[3] == Concept(
        "楼上漏水",
        ("漏水", "渗水", "渗漏"),
        ("家里下雨", "天花板滴答", "墙皮鼓包", "水帘洞"),
        ("漏水表演", "漏电"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我家里下雨了", ["楼上漏水"]),
        ("楼上漏水怎么办", ["楼上漏水"]),
        ("樓上滲水", ["楼上漏水"]),
        ("楼上咚咚咚，家里下雨", ["楼上脚步声", "楼上漏水"]),
        ("漏水又渗水，墙皮鼓包", ["楼上漏水"]),
        ("今天天气不错", []),
        ("", []),
    ],
)
def test_concepts_in_plain_speech(lexicon, text, expected):
    assert names(lexicon, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公园的漏水表演真好看", []),
        ("看完漏水表演回家又漏水", ["楼上漏水"]),
        ("插座漏电", []),
        ("漏电还漏水", ["楼上漏水"]),
    ],
)
def test_what_only_looks_like_it_does_not_count(lexicon, text, expected):
    assert names(lexicon, text) == expected


def test_a_phrase_that_an_excluded_one_only_touches_does_not_count():
    lexicon = Lexicon((Concept("渗漏", ("渗漏",), ("顶上滴",), ("漏电",)),))
    assert names(lexicon, "渗漏电") == []
    assert names(lexicon, "渗漏,漏电") == ["渗漏"]


def test_an_exclusion_belongs_to_its_own_concept():
    lexicon = Lexicon(
        (Concept("漏水", ("漏水",), ("甲",), ("漏水表演",)), Concept("演出", ("表演",), ("乙",)))
    )
    assert names(lexicon, "漏水表演") == ["演出"]


def test_terms_cannot_be_mistaken_for_words(lexicon):
    assert lexicon.terms_in("家里下雨") == ["§楼上漏水"]
    assert "§" not in normalize("家里下雨")


def test_it_survives_the_snapshot(lexicon):
    again = Lexicon.from_json(lexicon.to_json())
    assert again == lexicon
    assert again.sha256 == lexicon.sha256
    assert names(again, "漏水表演，墙皮鼓包") == ["楼上漏水"]


def test_its_digest_follows_its_content(lexicon):
    assert Lexicon(lexicon.concepts[:-1]).sha256 != lexicon.sha256


def test_no_lexicon_is_an_empty_one(tmp_path):
    assert Lexicon.load(tmp_path).concepts_in("漏水") == ()


SOUND = "- concept: 楼上漏水\n  official: [漏水]\n  said: [家里下雨]\n"


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"a.yaml": SOUND, "b.yaml": SOUND.replace("家里下雨", "水帘洞")}, ["楼上漏水"]),
        ({"a.yaml": SOUND, "b.yaml": SOUND.replace("楼上漏水", "渗水")}, ["家里下雨"]),
        ({"a.yaml": SOUND + SOUND.replace("家里下雨", "水帘洞")}, ["楼上漏水"]),
    ],
    ids=["concept in two files", "phrase in two concepts", "concept twice in a file"],
)
def test_what_stands_twice_is_refused_with_file_and_entry(tmp_path, files, named):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        Lexicon.load(tmp_path)
    for part in [*named, *files]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("- concept: [", "a.yaml"),
        ("concept: 漏水", "a.yaml"),
        (SOUND + "- concept: 噪音\n  official: [噪音]\n", "第 2 项"),
        (SOUND + "- 漏水\n", "第 2 项"),
        (SOUND.replace("said:", "says:"), "says"),
        (SOUND + "  nto: [漏电]\n", "nto"),
        (SOUND.replace("[家里下雨]", "家里下雨"), "said"),
        (SOUND.replace("[家里下雨]", "['']"), "said"),
        (SOUND.replace("[家里下雨]", '["\\u200b"]'), "said"),
        (SOUND.replace("[漏水]", "{漏: 水}"), "official"),
        (b"\xff\xfe", "a.yaml"),
    ],
)
def test_an_entry_that_is_not_in_its_form_is_refused_with_file_and_entry(tmp_path, text, named):
    (tmp_path / "a.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(VocabularyError) as caught:
        Lexicon.load(tmp_path)
    assert "a.yaml" in str(caught.value)
    assert named in str(caught.value)


def test_words_stay_what_was_written(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "- {concept: on, official: [12345], said: [no, 12:30:00]}", encoding="utf-8"
    )
    assert Lexicon.load(tmp_path).concepts == (Concept("on", ("12345",), ("no", "12:30:00")),)
