"""Refining an answer: words within it, filters that leave nothing, one's own community, more cases, ways on."""

import re

import httpx
import pytest
from library_maker import engine_over, made_case
from page_reader import Page
from test_verdict import library as calibrated  # noqa: F401  (a fixture)

from indexer.case.model import Setting
from search_api.core.engine import WITHIN
from search_api.core.outcome import Match
from search_api.core.query import Query
from search_api.core.ways_on import MOST, ways_on
from search_api.core.within import whole_text, words_of


def read(answer, status=200):
    assert answer.status_code == status, answer.text[:2000]
    return Page(answer.text)


def ask(client, query="吵", **form):
    return read(client.post("/search", data={"query": query, **form}, follow_redirects=True))


def titles(page):
    return [heading.text.strip() for heading in page.all("h2", class_="entry-title")]


def chips(page):
    return [chip.text.replace("×", "").strip() for chip in page.all("button", class_="chip-chosen")]


# --- words within


def test_words_are_cut_at_blanks_and_commas_and_folded():
    assert words_of(" 法院，ＡＢＣ  調解、法院 ") == ("法院", "abc", "调解")
    assert words_of(" ， ") == ()


def test_the_whole_case_is_looked_through():
    case = made_case(
        "one",
        title="標題甲",
        summary="要旨乙",
        asked_as=("问法丙",),
        methods=("办法丁",),
        actors=("部门戊",),
        texts={"讨论题": "讨论己"},
    )
    assert all(
        word in whole_text(case) for word in ("标题甲", "要旨乙", "问法丙", "办法丁", "部门戊", "讨论己")
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    said = {"one": "请了法院和派出所。", "two": "请了法院。", "three": "自己谈成。"}
    cases = [
        made_case(name, texts={"案情": f"两家人吵架。{text}"}, setting=Setting(type="村庄"))
        for name, text in said.items()
    ]
    return engine_over(tmp_path_factory.mktemp("within"), cases)


def search(engine, **more):
    return engine.search(Query("两家人吵架", **more))


def test_every_word_must_stand_in_a_case(engine):
    assert {match.case.id for match in search(engine, within="法院").results} == {"one", "two"}
    assert [match.case.id for match in search(engine, within="派出所 法院").results] == ["one"]
    assert search(engine, within="法院").considered == 2


def test_facets_count_only_cases_with_the_words(engine):
    def count(within):
        facets = search(engine, within=within).facets
        return next(value.count for one in facets if one.field == "setting" for value in one.values)

    assert (count(""), count("法院"), count("派出所")) == (3, 2, 1)


def test_when_nothing_is_left_each_filter_says_what_it_costs(engine):
    outcome = search(engine, within="派出所", filters={"setting": ("城中村",), "year": ("2024",)})
    assert outcome.results == ()
    assert [(one.field, one.cases) for one in outcome.left_out] == [("setting", 1)]
    alone = search(engine, within="直升机")
    assert [(one.field, one.cases) for one in alone.left_out] == [(WITHIN, 3)]
    assert search(engine, within="法院").left_out == ()


class TestWithinOnThePage:
    def test_only_cases_with_the_words_are_listed_and_the_words_stay_in_their_box(self, client):
        page = ask(client, within="圆桌会")
        assert page.one("input", name="within")["value"] == "圆桌会"
        assert page.one("input", name="within")["form"] == "ask"
        assert chips(page) == ["含“圆桌会”"]
        assert re.search(r"符合筛选条件的有 \d+ 个", page.one("p", role="status").text)

    def test_they_are_taken_back_alone(self, client):
        page = ask(client, within="圆桌会", filter="category=noise", drop="within")
        assert page.one("input", name="within")["value"] == ""
        assert chips(page) == ["噪音扰民"]

    def test_nothing_of_them_is_in_an_address(self, client):
        sent = client.post("/search", data={"query": "吵", "within": "圆桌会canary"})
        assert re.fullmatch(r"/answers/[\w-]{22}", sent.headers["location"])

    @pytest.mark.parametrize("words", ["漏" * 101, "漏\0水"])
    def test_words_that_cannot_be_looked_for_are_refused_with_the_question_kept(self, client, words):
        page = read(client.post("/search", data={"query": "吵", "within": words}), 422)
        assert page.one("textarea", name="query").text.strip() == "吵"
        assert page.one("p", role="alert").text

    def test_markup_in_them_is_text(self, client):
        page = ask(client, within='"><b>x</b>&lt;')
        assert page.one("input", name="within")["value"] == '"><b>x</b>&lt;'
        assert '含“"><b>x</b>&lt;”' in page.text


class TestNothingLeft:
    def test_it_says_how_many_are_left_out_and_what_brings_back_which(self, client):
        page = ask(client, filter=["category=noise", "province=火星省"])
        assert page.one("h1").text == "筛选后没有案例"
        assert page.one("p", role="status").text == "0 条：45 个案例都被筛选排除了。"
        back = page.all("button", name="drop", form="ask")
        offered = {button["value"]: button.text for button in back if button.parent.tag == "li"}
        assert offered["province"] == "去掉「火星省」，找回 11 个案例"
        assert "category" not in offered

    def test_the_button_drops_just_that_one_and_brings_back_as_many(self, client):
        page = ask(client, filter=["category=noise", "province=火星省"], drop="province")
        assert chips(page) == ["噪音扰民"]
        assert "有 11 个案例" in page.one("p", role="status").text

    def test_a_field_with_several_values_is_dropped_whole(self, client):
        page = ask(client, filter=["category=noise", "year=1901", "year=1902"])
        assert "去掉「1901、1902」，找回 11 个案例" in page.text
        assert chips(ask(client, filter=["category=noise", "year=1901", "year=1902"], drop="year")) == [
            "噪音扰民"
        ]

    def test_where_no_single_one_helps_it_says_so(self, client):
        page = ask(client, filter=["province=火星省", "year=1901"])
        assert "单独去掉哪一项都找不回案例" in page.text
        assert page.one("button", name="drop", value="all")

    def test_what_was_written_is_still_there_to_be_changed(self, client):
        page = ask(client, within="圆桌会", filter="province=火星省", my_type="村庄")
        assert page.one("input", name="within")["value"] == "圆桌会"
        assert "selected" in page.one("option", value="村庄").attributes


class TestMore:
    def test_five_then_ten_then_fifteen(self, client):
        shown, page = [], ask(client)
        for _ in range(3):
            shown.append(len(titles(page)))
            buttons = page.all("button", name="more")
            if buttons:
                page = ask(client, more=buttons[0]["value"])
        assert shown == [5, 10, 15]
        assert not page.all("button", name="more")

    def test_it_leads_to_the_first_new_one(self, client):
        sent = client.post("/search", data={"query": "吵", "more": "1"})
        assert sent.headers["location"].endswith("#result-6")
        assert read(client.get(sent.headers["location"])).one("li", id="result-6")

    def test_what_is_made_up_is_five(self, client):
        assert [len(titles(ask(client, more=more))) for more in ("0", "-1", "99", "x")] == [5, 5, 5, 5]

    def test_where_there_are_no_more_none_are_offered(self, client):
        page = ask(client, filter="category=renovation-utilities")
        assert len(titles(page)) == 1
        assert not page.all("button", name="more")


class TestCommunity:
    def test_each_case_says_in_what_it_is_alike(self, client):
        page = ask(client, my_type="老旧小区", my_property="无物业", my_households="800")
        lines = {line.text for line in page.all("p", class_="alike")}
        assert lines == {"和您的社区比 同是老旧小区；案例没写户数；案例没写物业"}

    def test_what_was_said_stays_in_its_fields(self, client):
        page = ask(client, my_type="村庄", my_place="农村", my_households=" 800 ")
        chosen = [option["value"] for option in page.all("option") if "selected" in option.attributes]
        assert chosen == ["村庄", "农村"]
        assert page.one("input", name="my_households")["value"] == "800"
        assert "open" in page.one("details", id="community").attributes

    def test_without_it_nothing_is_said(self, client):
        page = ask(client)
        assert not page.all("p", class_="alike")
        assert "open" not in page.one("details", id="community").attributes

    @pytest.mark.parametrize(
        "said", [{"my_households": "很多"}, {"my_type": "月球"}, {"my_property": "x"}, {"my_place": "\0"}]
    )
    def test_what_cannot_be_is_refused_with_the_question_kept(self, client, said):
        page = read(client.post("/search", data={"query": "吵", **said}), 422)
        assert page.one("textarea", name="query").text.strip() == "吵"
        assert page.one("p", role="alert").text

    def test_it_speaks_english_too(self, client):
        sent = client.post("/search", data={"query": "吵", "my_type": "村庄"})
        page = Page(client.get(sent.headers["location"], headers={"cookie": "lang=en"}).text)
        (line,) = {line.text for line in page.all("p", class_="alike")}
        assert line == "Beside your community yours: Village, the case: Old estate"


class TestChoosing:
    def test_chosen_cases_go_to_a_sheet_or_side_by_side_with_the_token_of_the_answer(self, client):
        sent = client.post("/search", data={"query": "吵"})
        page = read(client.get(sent.headers["location"]))
        form = page.one("form", id="choose")
        assert (form["method"], form["action"]) == ("get", "/sheet")
        assert page.one("input", name="from")["value"] == sent.headers["location"].split("/")[-1]
        assert page.one("button", formaction="/compare")
        assert len(page.all("input", name="case", form="choose")) == 5
        assert page.one("a", href=f"{sent.headers['location']}/report")


class TestCommunityFilters:
    def test_they_stand_together_under_one_heading(self, client):
        page = read(client.get("/cases"))
        heads = [head.text for head in page.all("summary", class_="facet-title")]
        assert heads == ["类别", "办法", "社区画像", "参与力量", "结果", "证据", "教学班次", "年份", "省份"]
        assert [part.text for part in page.all("p", class_="facet-part")] == ["社区类型"]

    def test_a_list_of_cases_is_looked_through_from_its_own_box(self, client):
        page = read(client.get("/cases?category=noise&year=2022"))
        form = page.one("form", class_="look")
        assert (form["method"], form["action"]) == ("post", "/search")
        kept = [field["value"] for field in page.all("input", type="hidden", name="filter")]
        assert kept == ["category=noise", "year=2022"]
        assert page.one("label")["for"] == page.one("input", name="query")["id"]


# --- no precedent


def found(match, case):
    return Match(case, match, "none", 0.0, 0.0, ())


class TestWaysOn:
    CASES = (
        made_case("n1", category="noise", methods=("上门走访",), actors=("居委会", "派出所")),
        made_case("n2", category="noise", methods=("上门走访", "议事会"), actors=("居委会",)),
        made_case("s1", category="safety", methods=("议事会",), actors=("消防部门",)),
    )

    def test_methods_are_borrowed_from_what_was_found_for_its_method(self):
        ways = ways_on([found("facts", self.CASES[0]), found("method", self.CASES[2])], self.CASES)
        assert ways.borrowed
        assert [(one.name, one.cases) for one in ways.methods] == [("议事会", 2)]

    def test_otherwise_they_are_those_most_used_in_the_likeliest_category(self):
        ways = ways_on([found("facts", case) for case in self.CASES], self.CASES)
        assert (ways.category, ways.cases, ways.borrowed) == ("noise", 2, False)
        assert [(one.name, one.cases) for one in ways.methods] == [("上门走访", 2), ("议事会", 2)]

    def test_helpers_are_counted_in_the_likeliest_category(self):
        ways = ways_on([found("facts", case) for case in self.CASES], self.CASES)
        assert [(one.name, one.cases) for one in ways.actors] == [("居委会", 2), ("派出所", 1)]

    def test_at_most_six_of_each(self):
        case = made_case(
            "many", methods=tuple(f"办法{n}" for n in range(9)), actors=tuple("甲乙丙丁戊己庚辛")
        )
        ways = ways_on([found("facts", case)], [case])
        assert (len(ways.methods), len(ways.actors)) == (MOST, MOST)

    def test_where_nothing_was_found_there_is_no_way_on(self):
        assert ways_on([], self.CASES) is None


class TestNoPrecedent:
    @pytest.fixture
    def honest(self, calibrated, serve):  # noqa: F811
        with serve(calibrated[1]) as server, httpx.Client(base_url=server.url, timeout=20) as client:
            yield client

    def test_it_shows_methods_and_helpers_and_takes_the_topic_without_the_words(self, honest):
        page = ask(honest, "红烧肉放几勺糖canary")
        assert page.one("h1").text == "库内暂无合适案例"
        links = [link["href"] for link in page.all("a") if link["href"].startswith("/cases?method=")]
        assert links
        assert "居委会" in page.one("div", class_="ways-on").text
        assert "不是建议" in page.text
        form = page.one("form", class_="wish")
        assert (form["method"], form["action"]) == ("post", "/topics")
        sent = [
            e.get("name") for e in page.elements if e.get("name") and "wish" in (e.parent.get("class") or "")
        ]
        assert sent == ["category"]
        for link in links:
            count = int(re.search(r"共 (\d+) 个案例", page.one("a", href=link).text)[1])
            assert f"共 {count} 个案例" in read(honest.get(link)).one("p", role="status").text

    def test_where_there_is_a_precedent_there_is_none_of_it(self, honest):
        assert not ask(honest, "厨房顶上漏水，一滴一滴往下掉").all("div", class_="ways-on")
