"""Cases side by side: what is shown of each, what they share, where their communities differ."""

import pytest
from library_maker import MARKUP, SCRIPT, WITHDRAWN, made_case
from page_reader import Page

from indexer.case.model import SECTIONS, LawArticle, Outcome, Place, Setting
from search_api.core.side_by_side import side_by_side

LEFT = made_case(
    "left",
    category="noise",
    setting=Setting(type="老旧小区", place_kind="城市", households=800),
    place=Place(province="辽宁省", city="沈阳市"),
    methods=("上门走访", "议事会"),
    actors=("居委会", "派出所"),
    law=(LawArticle(name="民法典", article="第二百八十八条"),),
    outcome=Outcome(status="resolved", days=30),
)
RIGHT = made_case(
    "right",
    category="noise",
    setting=Setting(type="村庄", place_kind="城市"),
    methods=("议事会", "圆桌会"),
    actors=("村委会",),
    outcome=Outcome(status="partly"),
)


def rows(*cases):
    return {row.name: row for row in side_by_side(cases).rows}


def texts(row):
    return [[one.text for one in cell] for cell in row.cells]


def test_each_row_has_what_each_case_says_and_nothing_where_it_does_not():
    found = rows(LEFT, RIGHT)
    assert texts(found["setting"]) == [["老旧小区"], ["村庄"]]
    assert texts(found["households"]) == [["800"], []]
    assert texts(found["days"]) == [["30"], []]
    assert texts(found["law"]) == [["《民法典》第二百八十八条"], []]
    assert texts(found["place"])[0] == ["辽宁省沈阳市"]


def test_what_no_case_says_has_no_row():
    assert "property" not in rows(LEFT, RIGHT)


def test_only_a_community_that_is_told_otherwise_differs():
    found = rows(LEFT, RIGHT)
    assert {name for name, row in found.items() if row.differs} == {"setting"}


def test_methods_and_helpers_are_shared_only_when_every_case_has_them():
    found = rows(LEFT, RIGHT)
    assert [[one.shared for one in cell] for cell in found["methods"].cells] == [[False, True], [True, False]]
    assert not any(one.shared for cell in found["actors"].cells for one in cell)
    third = made_case("third", methods=("圆桌会",))
    assert not any(one.shared for cell in rows(LEFT, RIGHT, third)["methods"].cells for one in cell)


def test_sections_stand_in_the_order_of_the_format():
    parts = side_by_side([LEFT, RIGHT]).parts
    assert tuple(part.heading for part in parts) == SECTIONS
    assert parts[0].texts == (LEFT.section("案情"), RIGHT.section("案情"))


# --- the page


def read(answer, status=200):
    assert answer.status_code == status, answer.text[:2000]
    return Page(answer.text)


def compare(client, *cases, **more):
    return client.get("/compare", params={"case": cases, **more})


class TestPage:
    def test_a_column_for_each_case_and_its_sections(self, client):
        page = read(compare(client, "noise-03", "water-leak-00", "pets-falling-objects-01"))
        assert [link.text for link in page.all("a") if link.inside("thead")] == [
            "半夜跳舞吵得睡不着第3回",
            "楼上漏水滴到我家第0回",
            "养狗不拴绳吓着老人第1回",
        ]
        assert "共有" in page.text
        for row in page.all("tr"):
            assert len([cell for cell in page.all("td") if cell.parent is row]) in (0, 3)
        assert all(heading in page.text for heading in SECTIONS)

    def test_it_leads_on_to_a_sheet_of_the_same_cases(self, client):
        page = read(compare(client, "noise-03", "water-leak-00"))
        form = page.one("form", action="/sheet")
        assert form["method"] == "get"
        assert [field["value"] for field in page.all("input", name="case")] == ["noise-03", "water-leak-00"]

    def test_with_an_answer_it_says_how_close_each_case_is(self, client):
        sent = client.post("/search", data={"query": "厨房顶上漏水"})
        token = sent.headers["location"].split("/")[-1]
        first = Page(client.get(sent.headers["location"]).text).all("input", name="case")[0]["value"]
        page = read(compare(client, first, "noise-03", **{"from": token}))
        assert "像不像请自己看" in page.text
        assert "没有列在那次结果里" in page.text
        assert page.one("a", href=f"/answers/{token}")
        assert page.one("input", name="from")["value"] == token

    def test_a_forgotten_answer_takes_nothing_away_but_its_row(self, client):
        page = read(compare(client, "noise-03", "noise-07", **{"from": "long-gone"}))
        assert "和您说的事" not in page.text
        assert not page.all("input", name="from")

    @pytest.mark.parametrize(
        ("cases", "said"),
        [
            ((), "还没有选案例"),
            (("noise-03",), "只选了 1 个"),
            (("noise-03", "noise-03"), "只选了 1 个"),
            (("noise-03", "noise-07", "water-leak-00", "water-leak-04"), "选了 4 个"),
        ],
    )
    def test_too_few_or_too_many_are_told_what_to_do(self, client, cases, said):
        page = read(compare(client, *cases), 422)
        assert said in page.text
        assert page.one("h1").text

    @pytest.mark.parametrize("unknown", ["nobody", "", "../etc", SCRIPT, "\0"])
    def test_an_unknown_case_is_a_404_page(self, client, unknown):
        page = read(compare(client, "noise-03", unknown), 404)
        assert not [script for script in page.all("script") if not script.get("src")]

    def test_a_withdrawn_case_says_so_and_markup_stays_text(self, client):
        page = read(compare(client, WITHDRAWN, MARKUP))
        assert "已撤回" in page.one("table").text
        assert f"{SCRIPT}<b>压路机</b>" in page.text
        assert not page.all("u")
        assert not page.all("img")

    def test_it_speaks_english_too(self, client):
        page = Page(
            client.get("/compare?case=noise-03&case=water-leak-00", headers={"cookie": "lang=en"}).text
        )
        assert "in common" in page.text
        assert "Old estate" in page.text
