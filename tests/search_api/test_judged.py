"""The judged queries: their form, their split, and that nobody copied them into what is searched."""

import hashlib
import re
from collections import Counter

import pytest
import yaml
from library_maker import ROOT

from indexer.case.library import Library
from indexer.case.vocabulary import Vocabulary
from indexer.errors import JudgedSetError
from indexer.text.normalize import normalize
from search_api.core.query import Query
from search_api.evaluation.judged import STYLES, check_known, load_judged

JUDGED = ROOT / "cases" / "judged"

WELL_FORMED = """\
# a remark

问 leak-01 口语
楼上漏水
找他也不开门
# a remark in between
= 3 case-one
= 1 case-two

问 moon-01 无关
月亮有多远
= 无


问 new-01 短词
漏水
= ?
"""


def write(folder, text, name="neighbours.txt"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


class TestForm:
    def test_header_text_over_several_lines_and_grades(self, tmp_path):
        leak, moon, new = load_judged(write(tmp_path, WELL_FORMED))
        assert (leak.id, leak.style, leak.text) == ("leak-01", "口语", "楼上漏水\n找他也不开门")
        assert dict(leak.grades) == {"case-one": 3, "case-two": 1}
        assert (leak.answerable, leak.graded) == (True, True)
        assert (moon.answerable, moon.graded) == (False, True)
        assert (new.answerable, new.graded) == (False, False)

    def test_windows_line_ends_make_no_difference(self, tmp_path):
        unix = load_judged(write(tmp_path, WELL_FORMED))
        (tmp_path / "neighbours.txt").write_bytes(WELL_FORMED.replace("\n", "\r\n").encode())
        assert load_judged(tmp_path) == unix

    @pytest.mark.parametrize(
        ("entry", "line"),
        [
            ("问 Leak-02 口语\n漏水\n= 3 case-one", 3),
            ("问 leak-02\n漏水\n= 3 case-one", 3),
            ("问 leak-02 方言\n漏水\n= 3 case-one", 3),
            ("leak-02 口语\n漏水\n= 3 case-one", 3),
            ("问 leak-02 口语\n= 3 case-one", 3),
            ("问 leak-02 口语\n漏水", 3),
            ("问 leak-02 口语\n漏水\n= 4 case-one", 5),
            ("问 leak-02 口语\n漏水\n= 3", 5),
            ("问 leak-02 口语\n漏水\n= 3 case-one\n= three case-two", 6),
            ("问 leak-02 口语\n漏水\n=3 case-one", 5),
        ],
    )
    def test_an_entry_that_is_not_in_its_form_is_named_by_file_and_line(self, tmp_path, entry, line):
        write(tmp_path, f"# two lines\n\n{entry}\n")
        with pytest.raises(JudgedSetError, match=rf"neighbours\.txt:{line} "):
            load_judged(tmp_path)

    def test_an_id_used_twice_is_refused_across_files(self, tmp_path):
        write(tmp_path, "问 leak-01 口语\n漏水\n= 无\n")
        write(tmp_path, "问 leak-01 短词\n渗水\n= 无\n", "people.txt")
        with pytest.raises(JudgedSetError, match="leak-01"):
            load_judged(tmp_path)

    def test_a_folder_without_queries_is_refused(self, tmp_path):
        with pytest.raises(JudgedSetError, match="README"):
            load_judged(tmp_path)

    def test_a_grade_for_an_unknown_case_is_refused_with_both_names(self, tmp_path):
        queries = load_judged(write(tmp_path, WELL_FORMED))
        check_known(queries, frozenset({"case-one", "case-two"}))
        with pytest.raises(JudgedSetError, match=r"leak-01.*case-two"):
            check_known(queries, frozenset({"case-one"}))


@pytest.fixture(scope="module")
def queries():
    return load_judged(JUDGED)


class TestTheRealSet:
    def test_there_are_enough_of_every_kind(self, queries):
        styles = Counter(query.style for query in queries)
        assert len(queries) >= 300
        assert set(styles) == set(STYLES)
        assert styles["无关"] >= 60
        assert sum(query.id.startswith("way-") for query in queries) >= 40
        assert all(query.graded for query in queries)

    def test_what_no_library_should_answer_has_no_grades(self, queries):
        assert [query.id for query in queries if query.style == "无关" and query.answerable] == []

    def test_both_splits_hold_every_style_and_are_about_as_large(self, queries):
        for split in ("dev", "test"):
            part = [query for query in queries if query.split == split]
            assert {query.style for query in part} == set(STYLES)
            assert 0.35 < len(part) / len(queries) < 0.65

    def test_the_split_follows_the_first_digit_of_the_hash_of_the_id(self, queries):
        for query in queries:
            first = int(hashlib.sha256(query.id.encode("utf-8")).hexdigest()[0], 16)
            assert query.split == ("test" if first >= 8 else "dev")

    def test_every_grade_names_a_case_of_the_library(self, queries):
        library = Library.load(ROOT / "cases")
        check_known(queries, frozenset(file.parsed.case.id for file in library.files if file.parsed.case))

    def test_every_query_can_be_asked(self, queries):
        vocabulary = Vocabulary.load(ROOT / "cases" / "vocabulary.yaml")
        for query in queries:
            assert Query.checked(query.text, vocabulary=vocabulary).text == query.text

    def test_no_query_stands_word_for_word_in_what_is_searched_or_trained_on(self, queries):
        searched = spoken_texts()
        found = [
            query.id
            for query in queries
            if len(squeezed(query.text)) > 6 and squeezed(query.text) in searched
        ]
        assert found == []

    def test_not_even_a_short_one_is_a_line_of_its_own_in_asked_as(self, queries):
        library = Library.load(ROOT / "cases")
        lines = {
            squeezed(line) for file in library.files if file.parsed.case for line in file.parsed.case.asked_as
        }
        assert [query.id for query in queries if squeezed(query.text) in lines] == []


def squeezed(text):
    """Normalised text without anything but letters, digits and Chinese characters."""
    return re.sub(r"[\W_]", "", normalize(text))


def spoken_texts():
    """Everything that a query might have been copied into, one entry a line."""
    entries = []
    for path in (ROOT / "cases" / "situations").glob("*.jsonl"):
        entries += strings_in(
            [yaml.safe_load(line) for line in path.read_text(encoding="utf-8").splitlines()]
        )
    for path in (ROOT / "cases" / "lexicon").glob("*.yaml"):
        entries += strings_in(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))
    for file in Library.load(ROOT / "cases").files:
        entries += file.parsed.case.asked_as if file.parsed.case else ()
    assert len(entries) > 2000
    return "\n".join(squeezed(entry) for entry in entries)


def strings_in(value):
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in strings_in(part)]


def test_sixty_queries_are_judged_by_two_on_every_candidate():
    first, second = load_judged(JUDGED), load_judged(JUDGED / "second")
    assert len(second) >= 60
    assert min(len(query.grades) for query in second) >= 10
    library = Library.load(ROOT / "cases")
    check_known(second, frozenset(file.parsed.case.id for file in library.files if file.parsed.case))
    texts = {query.id: query.text for query in first}
    assert all(texts[query.id] == query.text for query in second)
