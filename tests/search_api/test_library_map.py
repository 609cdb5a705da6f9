"""The map shows every case as a dot, names the categories where there is room, and says the same in a list."""

from itertools import combinations

import pytest
from library_maker import ROOT, made_case
from page_reader import Page

from indexer.case.vocabulary import Vocabulary
from indexer.map import Spot
from search_api.core.library_map import library_map

VOCABULARY = Vocabulary.load(ROOT / "cases" / "vocabulary.yaml")
MOST_BYTES = 250_000


def drawn(places, category="", language="zh"):
    """A map of cases at `places`: (category, x, y)."""
    cases = [made_case(f"case-{at}", category=kind) for at, (kind, _, _) in enumerate(places)]
    spots = [Spot(case_id=f"case-{at}", x=x, y=y) for at, (_, x, y) in enumerate(places)]
    return library_map(spots, cases, VOCABULARY, language, category)


def crowded():
    """Every category three times, all in the middle."""
    return [(code, 0.5, 0.45 + at / 20) for code in VOCABULARY.codes("categories") for at in range(3)]


class TestDots:
    def test_dots_keep_clear_of_the_edges(self):
        for dot in drawn([("noise", 0, 0), ("noise", 1, 1)]).dots:
            assert 1 < dot.x < 99
            assert 1 < dot.y < 99

    def test_the_chosen_ones_are_drawn_last(self):
        dots = drawn([("noise", 0, 0), ("pets-falling-objects", 1, 1), ("noise", 0, 1)], "noise").dots
        assert [dot.chosen for dot in dots] == [False, True, True]

    def test_a_category_without_a_case_is_not_named(self):
        found = drawn([("noise", 0.5, 0.5)])
        assert [name.category for name in found.names] == ["noise"]
        assert [kind.category for kind in found.kinds] == ["noise"]

    def test_nothing_is_chosen_unless_asked_for(self):
        assert drawn([("noise", 0, 0)]).chosen is None
        assert drawn([("noise", 0, 0)], "noise").chosen.label == "噪音扰民"


class TestNames:
    def test_a_name_stands_at_the_median_of_its_dots(self):
        (name,) = drawn([("noise", 0.5, 0.2), ("noise", 0.5, 0.5), ("noise", 0.5, 0.9)]).names
        assert (name.x, name.y, name.anchor) == (50, 50, "middle")

    def test_a_name_at_the_edge_is_not_cut_off(self):
        names = drawn([("noise", 0, 0.2), ("water-leak", 1, 0.8)]).names
        assert {name.category: name.anchor for name in names} == {"noise": "start", "water-leak": "end"}

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_names_that_a_phone_shows_are_on_lines_of_their_own_or_beside_each_other(self, language):
        shown = [name for name in drawn(crowded(), language=language).names if not name.minor]
        assert len(shown) > 5
        for one, other in combinations(shown, 2):
            if abs(one.x - other.x) < 8:
                assert abs(one.y - other.y) >= 4

    def test_the_chosen_category_is_always_named(self):
        for code in VOCABULARY.codes("categories"):
            (name,) = [name for name in drawn(crowded(), code).names if name.chosen]
            assert (name.category, name.minor) == (code, False)

    def test_every_category_is_named_once(self):
        names = drawn(crowded()).names
        assert sorted(name.category for name in names) == sorted(VOCABULARY.codes("categories"))


class TestPage:
    def test_every_case_but_the_withdrawn_is_a_dot_with_its_title(self, client):
        page = Page(client.get("/map").text)
        dots = [link for link in page.all("a") if link.parent.get("class") == "dots"]
        assert len(dots) == 45
        assert all(link.text.strip() and link["tabindex"] == "-1" for link in dots)
        assert "withdrawn-square-dance" not in client.get("/map").text

    def test_the_list_holds_every_case_too(self, client):
        page = Page(client.get("/map").text)
        listed = [link for link in page.all("a") if link.inside("details") and link.inside("ul")]
        assert len(listed) == 45

    def test_a_category_is_chosen_without_scripts(self, client):
        page = Page(client.get("/map?category=noise").text)
        assert [option["value"] for option in page.all("option") if "selected" in option.attributes] == [
            "noise"
        ]
        assert len(page.all("a", class_="on")) == 11

    def test_of_a_chosen_category_each_case_has_its_three_nearest(self, client):
        page = Page(client.get("/map?category=noise").text)
        rows = [row for row in page.all("tr") if row.inside("tbody")]
        assert len(rows) == 11
        assert len([link for link in page.all("a") if link.inside("td")]) == 33

    def test_the_drawing_is_one_picture_for_those_who_do_not_see_it(self, client):
        page = Page(client.get("/map").text)
        picture = page.one("svg", role="group")
        named = {element.get("id"): element.text for element in page.elements}
        assert all(named[name].strip() for name in picture["aria-labelledby"].split())

    @pytest.mark.parametrize("path", ["/map?category=red", "/map?category=%00", "/map?category=" + "x" * 500])
    def test_an_unknown_category_is_answered_plainly(self, client, path):
        answer = client.get(path)
        assert answer.status_code == 422
        assert "category" in answer.text

    def test_an_empty_choice_is_the_whole_map(self, client):
        assert client.get("/map?category=").status_code == 200

    def test_in_english(self, client):
        answer = client.get("/map", headers={"cookie": "lang=en"})
        assert "Map of the cases" in answer.text


def test_the_page_of_the_whole_library_is_small_enough():
    """Counted with the real cases: a dot and a line of the list for each, at the length of their titles."""
    titles = [
        path.read_text(encoding="utf-8").split("title: ")[1].split("\n")[0]
        for path in (ROOT / "cases").glob("*/*.md")
    ]
    a_dot, a_line = 110, 70  # without title and id
    ids = sum(len(path.stem) for path in (ROOT / "cases").glob("*/*.md"))
    assert (
        sum(2 * len(title.encode()) for title in titles) + 2 * ids + len(titles) * (a_dot + a_line)
        < MOST_BYTES
    )
