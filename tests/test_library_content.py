"""The library that comes with the project keeps its own rules."""

import re
from collections import Counter
from pathlib import Path

import pytest

from indexer.case.library import Library
from indexer.case.parse import parse
from indexer.case.serialize import serialize
from indexer.case.situations import WAYS, read_situations
from indexer.checks.check import check_library
from indexer.passages import split
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import normalize

CASES = Path(__file__).resolve().parent.parent / "cases"

UNSOLVED = {"partly", "unresolved", "ongoing"}

SEEDS = {
    "000_28a2e099e47d1a83.txt",
    "001_63dbc00cb2536931.txt",
    "002_e37fb5985f53d9c9.txt",
    "003_54a8579e4da79f6e.txt",
    "004_276c0d5b3e7a7cff.txt",
}

FROM_THE_SEEDS = {
    "shenyang-mingbei-replace-property-firm",
    "shenyang-mudan-heating-dispute",
    "shenyang-luanhe-waiting-hall",
    "liaoyang-hanjiahe-owners-committee",
    "panjin-hongsheng-heating-area-council",
}
"""The five cases that the project's founding texts tell."""


@pytest.fixture(scope="module")
def library():
    return Library.load(CASES)


@pytest.fixture(scope="module")
def cases(library):
    return {file.path: file.parsed.case for file in library.files if file.parsed.case is not None}


def test_no_check_finds_anything(library):
    report = check_library(library)
    assert [f"{found.path}:{found.line} {found.code} {found.message}" for found in report.findings] == []
    assert report.files == len(list(CASES.glob("*/*.md")))


def test_there_are_enough_cases_of_every_kind(library, cases):
    assert len(cases) >= 300
    categories = library.vocabulary.codes("categories")
    assert len(categories) == 24
    number = Counter(case.category for case in cases.values())
    assert [category for category in categories if number[category] < 9] == []


def test_they_come_from_all_over_and_from_every_kind_of_place(cases):
    assert len({case.place.province for case in cases.values()}) >= 25
    settings = Counter(case.setting.type for case in cases.values())
    # Most sources do not say what kind of community it was, and what they do not say is left out.
    assert all(
        settings[name] >= 5 for name in ("老旧小区", "商品房小区", "回迁安置小区", "单位家属院", "村庄")
    )


def test_short_records_of_hazards_are_many_and_short(cases):
    hazards = [case for case in cases.values() if "隐患随手拍" in case.topics]
    assert len(hazards) >= 24
    assert max(len(case.section("案情")) for case in hazards) <= 150
    assert len({case.place.province for case in hazards}) >= 12


def test_leading_a_team_and_lightening_its_load_have_their_cases(cases):
    named = [case for case in cases.values() if {"班子建设", "基层减负"} & set(case.topics)]
    assert len(named) >= 12


def test_a_case_is_asked_about_in_four_to_eight_ways(cases):
    assert {len(case.asked_as) for case in cases.values()} <= set(range(4, 9))


def test_ids_are_used_once(cases):
    assert [
        case_id for case_id, number in Counter(case.id for case in cases.values()).items() if number > 1
    ] == []


def test_failures_are_kept(cases):
    unsolved = [case.id for case in cases.values() if case.outcome.status in UNSOLVED]
    assert len(unsolved) >= 60
    assert len(unsolved) >= len(cases) / 6


def test_the_cases_of_the_founding_texts_are_there(cases):
    told = {case.id: {source.seed for source in case.sources if source.seed} for case in cases.values()}
    assert {case_id for case_id, seeds in told.items() if seeds} >= FROM_THE_SEEDS
    assert set().union(*told.values()) <= SEEDS


def can_be_looked_up(source):
    """By address, in the founding texts, or by headline in an outlet that is named."""
    named = source.publisher and not re.search("未标明|未核|待核", source.publisher)
    return bool(source.url or source.seed or (source.title and named))


def test_what_was_reported_can_be_looked_up(cases):
    for case in cases.values():
        if case.provenance == "reported":
            assert any(can_be_looked_up(source) for source in case.sources), case.id


def test_more_than_five_in_six_cases_give_an_address_or_a_founding_text(cases):
    given = [any(source.url or source.seed for source in case.sources) for case in cases.values()]
    assert sum(given) > 5 / 6 * len(given)


def test_every_case_survives_being_written_and_read(cases):
    for path, case in cases.items():
        again = parse(serialize(case), path)
        assert again.case == case, path
        assert again.findings == (), path


def test_no_line_that_people_say_stands_in_two_cases(cases):
    said = Counter(normalize(line) for case in cases.values() for line in case.asked_as)
    assert [line for line, number in said.items() if number > 1] == []


def test_every_case_can_be_found_by_facts_and_by_method(cases):
    for case in cases.values():
        kinds = Counter(passage.kind for passage in split(case))
        assert case.withdrawn or (kinds["facts"] >= 5 and kinds["method"] >= 3), case.id


def test_files_are_as_git_and_editors_expect_them(library):
    for path in CASES.glob("*/*.md"):
        content = path.read_bytes()
        assert b"\r" not in content, path
        assert not content.startswith(b"\xef\xbb\xbf"), path
        assert content.endswith(b"\n"), path
        assert not content.endswith(b"\n\n"), path


def test_every_category_has_its_words_and_its_situations(library):
    categories = set(library.vocabulary.codes("categories"))
    assert {path.stem for path in (CASES / "lexicon").glob("*.yaml")} == categories
    assert {path.stem for path in (CASES / "situations").glob("*.jsonl")} == {*categories, WAYS}
    assert len(read_situations(CASES / "situations")) >= 360
    assert len(Lexicon.load(CASES / "lexicon").concepts) >= 100


def test_the_vocabulary_says_everything_in_both_languages(library):
    for field in type(library.vocabulary).model_fields:
        terms = getattr(library.vocabulary, field)
        assert len(library.vocabulary.codes(field)) == len(terms) > 0, f"{field} names something twice"
        for term in terms:
            assert re.search(r"[一-鿿]", term.name), term
            assert re.search(r"[A-Za-z]", term.en), term
            assert not re.search(r"[一-鿿]", term.en), term
