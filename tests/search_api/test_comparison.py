"""相同点, 不同点, 还需核实: what is compared, what is quoted, and how it is judged against a reader."""

import shutil
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_maker import ROOT, casebook, environment

from indexer.case.library import Library
from indexer.case.model import Case, Section, Setting
from indexer.errors import JudgedSetError
from indexer.text.elements import Elements
from search_api.core.comparison import Comparer, Comparison
from search_api.evaluation.elements import judge_elements, load_pairs
from search_api.evaluation.judged import load_judged

FIXTURES = ROOT / "tests" / "fixtures" / "elements"
SMALL = Comparer(Elements.load(FIXTURES / "small.yaml"))
REAL = Comparer(Elements.load(ROOT / "cases" / "elements.yaml"))
CASES = [file.parsed.case for file in Library.load(ROOT / "tests" / "fixtures" / "cases").files]


def a_case(facts="", **setting):
    return Case(setting=Setting(**setting), sections=(Section(heading="案情", text=facts),))


def compared(query, case, comparer=SMALL):
    return comparer.compare(comparer.asked(query), case)


# ── the three ──


@pytest.mark.parametrize(
    ("query", "facts", "label"),
    [
        ("楼上漏水", "吊顶漏水三年", "same"),
        ("楼上太吵", "吊顶漏水三年", "different"),
        ("又漏水又太吵", "吊顶漏水三年", "same"),
        ("找谁评理", "吊顶漏水三年", "ask"),
        ("楼上漏水", "两家不和", None),
        ("找谁评理", "两家不和", None),
    ],
)
def test_same_different_to_be_asked_or_nothing(query, facts, label):
    assert compared(query, a_case(facts)).label("object") == label


def test_facets_do_not_contradict_each_other():
    case = a_case(type="老旧小区")
    assert compared("我们这没物业", case).label("setting") == "ask"
    assert compared("商品房", case).label("setting") == "different"
    assert compared("没物业的老小区", case).label("setting") == "same"


def test_where_rules_are_not_sure_of_a_contradiction_it_is_to_be_verified():
    (row,) = compared("跟他说过", a_case("报警了")).ask
    assert row.element.code == "done"
    assert (row.asked, row.told[0].words) == (("说过",), "报警")


def test_one_shared_value_outweighs_what_differs():
    case = a_case(type="老旧小区", property="无物业")
    assert compared("没物业的商品房", case).label("setting") == "same"


def test_both_sides_are_quoted_with_the_sentence_and_its_place():
    found = compared("有三家都报警了", a_case("楼上开了店。后来一户业主报警，没人来。"))
    done = found.same[0]
    assert (done.element.code, done.element.label(), done.asked) == ("done", "已做动作", ("报警",))
    assert [(quote.words, quote.sentence, quote.where) for quote in done.told] == [
        ("报警", "后来一户业主报警，没人来。", "案情")
    ]
    assert [value.label() for value in done.values] == ["报警"]
    people = found.different[0]
    assert (people.asked, people.told[0].words) == (("三家",), "一户")
    assert [value.label("en") for value in people.values] == ["Few"]


def test_what_is_to_be_asked_is_a_question_and_what_the_case_says():
    row = compared("漏水", a_case("报警了")).ask[0]
    assert row.asked == ()
    assert (row.element.question(), row.element.question("en")) == ("做过什么？", "What was tried?")
    assert row.told[0].words == "报警"


def test_rows_stand_in_the_order_of_the_file():
    found = compared("没事", a_case("全楼漏水要修好，没物业，说过", type="老旧小区"))
    assert [row.element.code for row in found.ask] == ["object", "claim", "done", "people", "setting"]


def test_a_row_quotes_no_more_than_two_words_of_each_side():
    row = compared("漏水leak天花板滴漏水", a_case("漏水，leak，天花板滴")).same[0]
    assert (len(row.asked), len(row.told)) == (2, 2)


def test_without_rules_there_is_nothing_to_compare():
    assert compared("漏水", a_case("漏水"), Comparer(Elements())) == Comparison()


# ── any query, any case ──

WORDS = [
    "漏水", "太吵", "装电梯", "物业", "没物业", "房东", "三个儿子", "报了警", "调解过", "打起来", "半年", "夜里", "几十户",
    "老旧小区", "合同", "法院", "城管", "，", "。", "我", "不", "没有", "樓上", "要他赔", "公示", "停水", "leak ",
]  # fmt: skip
QUERIES = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)


@given(QUERIES, st.sampled_from(CASES))
def test_who_is_silent_never_differs(query, case):
    asked = REAL.asked(query)
    found = REAL.compare(asked, case)
    assert {row.element.code for row in (*found.same, *found.different)} <= asked.keys()
    nothing = compared("", case, REAL)
    assert not nothing.same
    assert not nothing.different


@given(QUERIES)
def test_a_silent_case_is_neither_alike_nor_different(query):
    assert compared(query, Case(), REAL) == Comparison()


@given(QUERIES, st.sampled_from(CASES))
def test_every_quote_is_word_for_word(query, case):
    found = compared(query, case, REAL)
    for row in (*found.same, *found.different, *found.ask):
        assert all(words in query for words in row.asked)
        for quote in row.told:
            assert quote.words in quote.sentence
            assert quote.sentence in written(case, quote.where)


@given(QUERIES, st.sampled_from(CASES))
def test_an_element_stands_in_one_of_the_three_only(query, case):
    found = compared(query, case, REAL)
    codes = [row.element.code for row in (*found.same, *found.different, *found.ask)]
    assert len(codes) == len(set(codes))


def written(case, where):
    """The text of a section or of a field of the front matter."""
    value = case
    for name in where.split("."):
        value = getattr(value, name, case.section(where))
    return value if isinstance(value, str) else "\n".join(value)


# ── against a reader ──


def figures(split):
    pairs = load_pairs(FIXTURES / "judged" / "elements.tsv", SMALL.elements)
    queries = {query.id: query for query in load_judged(FIXTURES / "judged")}
    return judge_elements(pairs, queries, {case.id: case for case in CASES}, SMALL, split)


def test_precision_and_recall_of_each_label():
    found = figures("dev")
    assert found.pairs == 2
    assert (found.by_element["object"]["same"].precision, found.by_element["object"]["different"].recall) == (
        1,
        1,
    )
    people = found.by_element["people"]
    assert (people["different"].predicted, people["different"].labelled, people["different"].both) == (
        1,
        1,
        1,
    )
    assert isnan(people["ask"].precision)
    assert people["ask"].recall == 0
    assert found.by_element["claim"]["same"].recall == 0
    assert (found.overall["same"].predicted, found.overall["same"].labelled, found.overall["same"].both) == (
        3,
        3,
        2,
    )


def test_splits_are_kept_apart():
    assert [figures(split).pairs for split in ("dev", "test", "all")] == [2, 1, 3]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("query-id", "query", "表头"),
        ("people", "persons", "表头"),
        ("different\task", "differs\task", "elements.tsv:2"),
        ("\task\nd", "\nd", "elements.tsv:2"),
        ("test\t", "train\t", "elements.tsv:4"),
    ],
)
def test_pairs_that_are_not_in_their_form_are_told(tmp_path, old, new, said):
    text = (FIXTURES / "judged" / "elements.tsv").read_text(encoding="utf-8")
    path = tmp_path / "elements.tsv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(JudgedSetError, match=said):
        load_pairs(path, SMALL.elements)


@pytest.mark.parametrize("old", ["leak-02", "tieling-upstairs-bathroom-leak"])
def test_pairs_of_unknown_ids_are_told(tmp_path, old):
    text = (FIXTURES / "judged" / "elements.tsv").read_text(encoding="utf-8")
    (tmp_path / "elements.tsv").write_text(text.replace(old, "moon-01", 1), encoding="utf-8")
    pairs = load_pairs(tmp_path / "elements.tsv", SMALL.elements)
    queries = {query.id: query for query in load_judged(FIXTURES / "judged")}
    with pytest.raises(JudgedSetError, match="moon-01"):
        judge_elements(pairs, queries, {case.id: case for case in CASES}, SMALL, "all")


@pytest.fixture
def library(tmp_path):
    """The small library with the small rules."""
    shutil.copytree(ROOT / "tests" / "fixtures" / "cases", tmp_path / "cases")
    shutil.copy(FIXTURES / "small.yaml", tmp_path / "cases" / "elements.yaml")
    return tmp_path / "cases"


def test_figures_on_the_terminal(library):
    env = environment(CASEBOOK_CASES=str(library))
    said = casebook("eval", "--elements", "--judged", FIXTURES / "judged", env=env)
    assert said.returncode == 0, said.stderr
    assert "2 对问句和案例（dev）" in said.stdout
    assert "标的 object" in said.stdout
    assert "1.00 (1/1)" in said.stdout
    assert "合计" in said.stdout


def test_a_missing_file_is_told_without_a_traceback(library, tmp_path):
    shutil.copy(FIXTURES / "judged" / "queries.txt", tmp_path / "queries.txt")
    said = casebook("eval", "--elements", "--judged", tmp_path, env=environment(CASEBOOK_CASES=str(library)))
    assert said.returncode == 1
    assert "elements.tsv" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_rules_are_not_taken_for_a_case(library):
    said = casebook("check", library, env=environment(CASEBOOK_CASES=str(library)))
    assert "elements.yaml" not in said.stdout + said.stderr
