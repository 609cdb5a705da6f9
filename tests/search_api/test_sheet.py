"""The work sheet over real HTTP: what the cases give, what somebody makes of it, and what is refused."""

import shutil
from datetime import date, timedelta

import httpx
import pytest
from library_maker import MARKUP, ROOT, WITHDRAWN, build_index, made_case, write_library
from page_reader import Page

from indexer.case.model import Case, LawArticle, Section
from indexer.text.elements import Elements
from search_api.core.clean import clean, one_line
from search_api.core.comparison import Comparer
from search_api.core.sheet import WrittenSheet, WrittenStep, draw_sheet

TODAY = date(2026, 3, 2)
FIRST, SECOND, THIRD, FOURTH = "noise-03", "water-leak-00", "noise-07", "noise-11"


def a_case(case_id, *steps, **fields):
    text = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return Case(id=case_id, sections=(Section(heading="怎么干", text=text),), **fields)


def drawn(*cases, comparisons=None, language="zh"):
    return draw_sheet(cases, comparisons, language, TODAY)


def read(answer, status=200):
    assert answer.status_code == status, answer.text[:2000]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def get(client, *cases, status=200, **more):
    return read(client.get("/sheet", params={"case": cases, **more}), status)


def post(client, path="/sheet", status=200, cases=(FIRST,), **fields):
    """Send the form as a browser does: in parts."""
    rows = [("case", case) for case in cases]
    for name, value in fields.items():
        rows += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return read(client.post(path, files=[(name, (None, value.encode())) for name, value in rows]), status)


def steps_on(page):
    return [area.text.strip("\n") for area in page.all("textarea", name="step")]


class TestWhatTheCasesGive:
    def test_the_steps_of_a_case_stay_together_in_the_order_of_choosing(self):
        sheet = drawn(a_case("two", "B1", "B2"), a_case("one", "A1", "A2"))
        assert [(row.case, row.step.what) for row in sheet.steps] == [
            (1, "B1"),
            (1, "B2"),
            (2, "A1"),
            (2, "A2"),
        ]

    def test_what_led_nowhere_there_is_named_but_not_to_be_done_again(self):
        sheet = drawn(a_case("one", "自己谈（没成）——对方不开门", "换人——司法所接手"))
        assert [row.step.number for row in sheet.steps] == [2]
        assert [row.step.number for row in sheet.failed] == [1]

    def test_what_several_cases_say_stands_once_with_all_who_say_it(self):
        law = LawArticle(name="民法典", article="第二百八十八条")
        sheet = drawn(
            a_case("one", actors=("居委会", "物业"), law=(law, law), redlines=("不得停水",)),
            a_case("two", actors=("派出所", "居委会"), law=(law,)),
        )
        assert [(item.text, item.cases) for item in sheet.actors] == [
            ("居委会", (1, 2)),
            ("物业", (1,)),
            ("派出所", (2,)),
        ]
        assert [(item.text, item.cases) for item in sheet.law] == [("《民法典》第二百八十八条", (1, 2))]
        assert [item.text for item in sheet.redlines] == ["不得停水"]

    def test_what_the_question_leaves_open_is_asked_once_with_what_the_cases_say(self):
        comparer = Comparer(Elements.load(ROOT / "tests" / "fixtures" / "elements" / "small.yaml"))
        cases = [
            Case(id=name, sections=(Section(heading="案情", text="吊顶漏水三年"),)) for name in ("a", "b")
        ]
        found = [comparer.compare(comparer.asked("邻居不讲理"), case) for case in cases]
        assert found[0].ask
        checks = drawn(*cases, comparisons=found).checks
        assert [check.question for check in checks] == [row.element.question() for row in found[0].ask]
        assert [item.cases for item in checks[0].told] == [(1,), (2,)]
        assert drawn(*cases, comparisons=found, language="en").checks[0].question.isascii()

    def test_without_a_question_nothing_is_made_up(self):
        assert drawn(a_case("one", "A")).checks is None

    def test_it_is_looked_back_on_after_thirty_days(self):
        assert drawn(a_case("one", "A")).look_on == date(2026, 4, 1)

    def test_a_case_without_steps_gives_none(self):
        assert drawn(Case(id="bare")).steps == ()


class TestWhatSomebodyMakesOfIt:
    sheet = WrittenSheet("", tuple(map(WrittenStep, ("一", "", "三"))), {"law": " 甲 \n\n乙"}, "")

    @pytest.mark.parametrize(
        ("number", "by", "after"),
        [(3, -1, "一三"), (1, 1, "一三"), (1, -1, "一三"), (3, 1, "一三"), (0, 1, "一三"), (9, -1, "一三")],
    )
    def test_a_step_moves_by_one_and_never_off_the_sheet(self, number, by, after):
        moved = self.sheet.moved(number, by)
        assert sorted(step.text for step in moved.steps) == ["", "一", "三"]
        assert "".join(step.text for step in moved.kept) == after

    def test_twice_up_is_first(self):
        moved = self.sheet.moved(3, -1).moved(2, -1)
        assert [step.text for step in moved.steps] == ["三", "一", ""]

    def test_an_empty_line_is_no_item(self):
        assert self.sheet.lines("law") == ("甲", "乙")
        assert self.sheet.lines("actors") == ()

    def test_what_no_document_may_hold_is_taken_out(self):
        assert clean("a\0b\x1bc\ud800d\u202ee\r\nf\tg") == "abcde\nf g"
        assert one_line(" 一\n 二\u2067 ") == "一 二"
        assert clean("ئۇيغۇرچە 😀") == "ئۇيغۇرچە 😀"


class TestTheForm:
    def test_it_holds_the_steps_with_their_sources_and_everything_else(self, client):
        page = get(client, FIRST, SECOND)
        assert page.one("input", name="title")["value"] == "办事单：噪音扰民、漏水渗水"
        assert steps_on(page)[::2] == ["第一天，社区的同志上门听各方说话。"] * 2
        assert [link["href"] for link in page.all("a", class_="step-from")][2] == f"/cases/{SECOND}#怎么干-1"
        assert page.one("textarea", name="actors").text.strip() == "居委会（案例一、案例二）"
        assert page.one("textarea", name="redlines").text.strip() == "不得动手（案例一、案例二）"
        assert page.one("textarea", name="checks").text.strip() == ""
        assert page.one("input", name="look_on")["value"] == (date.today() + timedelta(days=30)).isoformat()
        assert len(page.one("textarea", name="look").text.split()) == 3

    def test_a_single_case_is_not_named_on_every_line(self, client):
        assert get(client, FIRST).one("textarea", name="actors").text.strip() == "居委会"

    def test_each_source_leads_to_its_paragraph(self, client):
        for link in get(client, FIRST).all("a", class_="step-from"):
            address, anchor = link["href"].split("#")
            ids = {element.get("id") for element in Page(client.get(address).text).elements}
            assert anchor in ids

    def test_the_same_case_twice_counts_once(self, client):
        assert len(steps_on(get(client, FIRST, FIRST))) == 2

    @pytest.mark.parametrize("ids", [(), (FIRST, SECOND, THIRD, FOURTH)])
    def test_none_or_four_cases_are_refused_in_words(self, client, ids):
        page = get(client, *ids, status=422)
        assert f"现在是 {len(ids)} 个" in page.text

    def test_a_withdrawn_case_is_refused_by_name(self, client):
        assert "独轮车表演" in get(client, WITHDRAWN, status=422).text

    @pytest.mark.parametrize("case_id", ["nowhere", "", "a\0b", "../etc"])
    def test_an_unknown_case_is_a_page_with_404(self, client, case_id):
        get(client, case_id, status=404)

    def test_a_forgotten_question_is_said_to_be_forgotten(self, client):
        page = get(client, FIRST, **{"from": "forgotten-long-ago"})
        assert "已经不在了" in page.one("p", role="note").text
        assert steps_on(page)

    def test_it_is_kept_by_no_browser(self, client):
        assert client.get("/sheet", params={"case": FIRST}).headers["cache-control"] == "no-store"

    def test_in_english_too(self, client):
        answer = client.get("/sheet", params={"case": [FIRST, SECOND]}, headers={"cookie": "lang=en"})
        page = read(answer)
        assert page.one("h1").text == "Work sheet"
        assert page.all("a", class_="step-from")[2].text == "Case 2, step 1"
        assert page.one("input", name="title")["value"] == "Work sheet: Noise, Water leaks"
        assert page.one("textarea", name="actors").text.strip().endswith("(Case 1, Case 2)")


def test_what_to_verify_comes_from_the_question_and_the_report_is_near(tmp_path, serve):
    texts = {"案情": "楼上漏水三年，物业来看过两回，厨房的吊顶全泡了。"}
    library = write_library(tmp_path / "cases", [made_case("one", texts=texts), made_case("two")])
    shutil.copy(ROOT / "cases" / "elements.yaml", library)
    index = build_index(library, tmp_path / "index")
    with serve(index) as server, httpx.Client(base_url=server.url, timeout=20) as http:
        token = http.post("/search", data={"query": "邻居不讲理"}).headers["location"].rpartition("/")[2]
        page = get(http, "one", **{"from": token})
        assert "案例一：“" in page.one("textarea", name="checks").text
        assert page.one("a", href=f"/answers/{token}/report?case=one")


class TestTheFormSentBack:
    def test_a_step_goes_up_and_takes_all_of_its_own_along(self, client):
        page = post(
            client,
            step=["甲", "乙", "丙"],
            origin=["1.1", "", "1.2"],
            who=["", "小李", ""],
            when=["", "周五", ""],
            done=["2"],
            do="up-2",
        )
        assert steps_on(page) == ["乙", "甲", "丙"]
        assert page.all("input", name="who")[0]["value"] == "小李"
        assert [box["value"] for box in page.all("input", name="done") if "checked" in box.attributes] == [
            "1"
        ]
        assert [link.text for link in page.all("a", class_="step-from")] == ["案例一第 1 步", "案例一第 2 步"]

    @pytest.mark.parametrize("wish", ["up-1", "down-2", "up-99", "down-0", "fly-1", "up-x", "", "添"])
    def test_what_cannot_be_done_changes_nothing(self, client, wish):
        assert steps_on(post(client, step=["甲", "乙"], do=wish)) == ["甲", "乙"]

    def test_a_step_is_added_at_the_end(self, client):
        assert steps_on(post(client, step=["甲"], do="add")) == ["甲", ""]

    def test_a_move_comes_back_to_the_step_where_it_went(self, client):
        page = post(client, step=["甲", "乙"])
        (up,) = page.all("button", value="up-2")
        assert up["formaction"] == "/sheet#step-1"
        assert {element.get("id") for element in page.all("li")} >= {"step-1", "step-2"}

    @pytest.mark.parametrize("form", ["print", "text"])
    def test_on_paper_are_the_steps_that_say_something_in_their_order(self, client, form):
        page = post(
            client,
            f"/sheet/{form}",
            title="三号楼的事",
            step=["乙", "  ", "甲"],
            origin=["1.2", "1.1", ""],
            who=["", "", "小王"],
            done="3",
            law="《民法典》第一条\n\n 《物业管理条例》",
        )
        shown = page.text if form == "print" else page.one("textarea", id="text").text
        words = [
            "三号楼的事",
            "☐",
            "乙",
            "案例一第 2 步",
            "☑",
            "甲",
            "谁负责：小王",
            "《物业管理条例》",
            "调解记录",
        ]
        places = [shown.index(word) for word in words]
        assert places == sorted(places)
        assert "案例一第 1 步" not in shown

    def test_everything_goes_along_on_the_way_back(self, client):
        sent = {
            "title": "题\"'<b>",
            "step": ["一\n二", ""],
            "origin": ["1.1", ""],
            "who": ["甲", ""],
            "when": ["今天", ""],
            "done": "1",
            "law": "a\nb",
            "look": "c",
            "look_on": "2026-05-01",
        }
        printed = post(client, "/sheet/print", **sent)
        kept = [(field["name"], field["value"]) for field in printed.all("input", type="hidden")]
        back = read(client.post("/sheet", files=[(name, (None, value.encode())) for name, value in kept]))
        assert steps_on(back) == ["一\n二", ""]
        assert back.one("input", name="title")["value"] == "题\"'<b>"
        assert back.one("textarea", name="law").text.strip() == "a\nb"
        assert back.one("input", name="look_on")["value"] == "2026-05-01"
        assert [box.get("checked") is None for box in back.all("input", name="done")] == [True, True]
        assert "checked" in back.all("input", name="done")[0].attributes

    def test_markup_stays_text(self, client):
        page = post(client, "/sheet/print", cases=(MARKUP,), title="<script>x</script>", step="<img src=x>")
        assert "<img src=x>" in page.text
        assert not page.all("img")

    def test_answers_are_kept_by_no_browser(self, client):
        answer = client.post("/sheet/print", files=[("case", (None, FIRST.encode()))])
        assert answer.headers["cache-control"] == "no-store"


class TestOddForms:
    @pytest.mark.parametrize("path", ["/sheet", "/sheet/print", "/sheet/text", "/sheet/word"])
    @pytest.mark.parametrize("ids", [(), (FIRST, SECOND, THIRD, FOURTH), (WITHDRAWN,)])
    def test_without_cases_that_can_be_used_there_is_no_sheet(self, client, path, ids):
        post(client, path, 422, cases=ids, step="甲")

    @pytest.mark.parametrize("path", ["/sheet/print", "/sheet/text", "/sheet/word"])
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"step": ["甲"] * 200}, "200 步"),
            ({"step": ["甲", "乙" * 2001]}, "第 2 步写了 2001 个字"),
            ({"law": "法" * 6001}, "6000"),
            ({"title": "题" * 201}, "200"),
            ({"who": "谁" * 201, "step": "甲"}, "200"),
        ],
    )
    def test_too_much_is_said_and_nothing_of_it_is_lost(self, client, path, fields, said):
        page = post(client, path, 422, **fields)
        assert said in page.one("p", role="alert").text
        for name, value in fields.items():
            written = [area.text.strip("\n") for area in page.all("textarea", name=name)]
            written += [field["value"] for field in page.all("input", name=name)]
            assert written == (value if isinstance(value, list) else [value])

    def test_a_button_never_makes_a_sheet_too_long(self, client):
        assert len(steps_on(post(client, step=["甲"] * 60, do="add"))) == 60

    @pytest.mark.parametrize("text", ["a\0b", "a\x1b\x08b", "\u202eb", "😀\ufffe", "مەھەللە", "\t\u2028x"])
    @pytest.mark.parametrize("path", ["/sheet", "/sheet/print", "/sheet/text"])
    def test_characters_that_nobody_types_do_no_harm(self, client, path, text):
        page = post(client, path, title=text, step=text, law=text, who=text, look_on=text)
        assert not {"\0", "\x1b", "\x08", "\u202e"} & set(page.text)

    def test_half_a_character_does_no_harm(self, client):
        body = b"case=" + FIRST.encode() + b"&step=%ED%A0%80%FF&step=b"
        answer = client.post(
            "/sheet/print", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert read(answer).text.count("☐") == 2

    def test_fields_of_another_kind_or_number_do_no_harm(self, client):
        rows = [("case", (None, FIRST.encode())), ("step", ("a.txt", b"file")), ("title", ("b.txt", b"file"))]
        rows += [("step", (None, "甲".encode())), ("origin", (None, b"9.9")), ("nonsense", (None, b"x"))]
        page = read(client.post("/sheet", files=[*rows, ("done", (None, b"x")), ("done", (None, b"-1"))]))
        assert steps_on(page) == ["", "甲"]
        assert not page.all("a", class_="step-from")

    @pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/json"])
    def test_a_body_that_is_no_form_is_a_page(self, client, kind):
        answer = client.post("/sheet", content=b"nonsense", headers={"content-type": kind})
        assert answer.status_code in (400, 422)
        read(answer, answer.status_code)

    @pytest.mark.parametrize("path", ["/sheet/print", "/sheet/word", "/sheet/text", "/sheet/else"])
    def test_an_address_typed_in_leads_to_the_cases(self, client, path):
        assert client.get(path).headers["location"] == "/cases"
