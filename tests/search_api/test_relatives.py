"""A case names where it learned, who learned from it, where it was used, and which cases are like it."""

import httpx
import pytest
from library_maker import build_index, engine_over, made_case, write_library
from page_reader import Page

from indexer.case.model import Reuse, Review
from search_api.core.relatives import NEAREST, Relatives, relatives_of

WITHDRAWN = Review(status="withdrawn", reason="来源更正了说法")


def cases():
    """A pupil that learned from a teacher, six bystanders, and one that is withdrawn."""
    said = ("楼上漏水，水滴到我家厨房", "一滴一滴往下掉", "找谁评理", "大家都等着听个说法")
    return [
        made_case(
            "teacher", title="先定开会的规矩再谈事情", reuse=(Reuse(where="某市某社区", result="worked"),)
        ),
        made_case("pupil", title="把规矩搬来谈采暖面积", borrowed_from=("teacher",)),
        *(made_case(f"leak-{number}", title=f"楼上漏水第{number}回", asked_as=said) for number in range(6)),
        made_case("gone", title="已经撤回的一个案例", review=WITHDRAWN, borrowed_from=("teacher",)),
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return engine_over(tmp_path_factory.mktemp("relatives"), cases())


def of(engine, case_id):
    return relatives_of(engine.case(case_id), engine)


def ids(found):
    return [case.id for case in found]


def test_it_names_the_case_it_learned_from(engine):
    assert ids(of(engine, "pupil").borrowed_from) == ["teacher"]


def test_what_is_not_in_the_library_is_left_out(engine):
    pupil = engine.case("pupil").model_copy(update={"borrowed_from": ("teacher", "skipped-at-the-build")})
    assert ids(relatives_of(pupil, engine).borrowed_from) == ["teacher"]


def test_it_names_the_cases_that_learned_from_it(engine):
    assert ids(of(engine, "teacher").borrowed_by) == ["gone", "pupil"]


def test_it_names_the_places_that_used_it(engine):
    assert [record.where for record in of(engine, "teacher").places] == ["某市某社区"]


def test_the_nearest_are_four_of_the_others(engine):
    near = [match.case.id for match in of(engine, "leak-2").nearest]
    assert len(near) == NEAREST
    assert "leak-2" not in near
    assert "gone" not in near


def test_a_case_stands_in_one_place_only(engine):
    for case_id in ("teacher", "pupil"):
        found = of(engine, case_id)
        named = [
            *ids(found.borrowed_from),
            *ids(found.borrowed_by),
            *(match.case.id for match in found.nearest),
        ]
        assert len(named) == len(set(named))
        assert len(found.nearest) == NEAREST


def test_nothing_is_near_a_withdrawn_case_but_it_still_says_where_it_learned(engine):
    found = of(engine, "gone")
    assert found.nearest == ()
    assert ids(found.borrowed_from) == ["teacher"]


def test_without_relatives_there_is_nothing_to_draw(tmp_path):
    alone = engine_over(tmp_path, [made_case("one")])
    found = of(alone, "one")
    assert found == Relatives()
    assert len(found) == 0
    assert not found


@pytest.fixture
def page(serve, tmp_path):
    """The page of a case, by its id."""
    index = build_index(write_library(tmp_path / "cases", cases()), tmp_path / "index")
    with serve(index) as server:
        yield lambda case_id: Page(httpx.get(f"{server.url}/cases/{case_id}").text)


class TestPicture:
    def test_it_draws_a_line_for_each_relative_and_lists_the_same(self, page):
        for case_id, lines in (("pupil", 1 + NEAREST), ("teacher", 3 + NEAREST)):
            shown = page(case_id)
            drawn = [element for element in shown.all("line") if element.inside("svg")]
            listed = [
                row
                for row in shown.all("li")
                if row.inside("section") and row.parent.get("class") == "entries entries-short"
            ]
            assert len(drawn) == len(listed) == lines

    def test_every_node_leads_where_the_list_leads_and_only_the_list_is_in_the_tab_order(self, page):
        shown = page("teacher")
        nodes = [link for link in shown.all("a") if link.inside("svg")]
        assert {link["tabindex"] for link in nodes} == {"-1"}
        listed = [link["href"] for link in shown.all("a") if link.inside("h3")]
        assert [link["href"] for link in nodes] == listed

    def test_each_kind_of_relation_has_its_word(self, page):
        assert "办法学自这里" in page("pupil").text
        assert "学了本案例的办法" in page("teacher").text
        assert "用过本案例的地方" in page("teacher").text

    def test_the_picture_has_a_title_and_a_description(self, page):
        shown = page("pupil")
        (picture,) = shown.all("svg", class_="kin")
        assert picture["role"] == "group"
        ids = {element.get("id"): element.text for element in shown.elements}
        assert all(ids[name].strip() for name in picture["aria-labelledby"].split())
