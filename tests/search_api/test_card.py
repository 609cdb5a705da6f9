"""A result says what to do with it: steps, red lines, who and which law, how long, how well borne out."""

import httpx
import pytest
from library_maker import build_index, made_case, write_library
from page_reader import Page

from indexer.case.model import LawArticle, Outcome, Source
from search_api.core.outcome import Contribution, Evidence, Highlight, Match

STEPS = (
    "1. 第一天——请两家到**现场**看鸽笼。\n2. 第三天——量羽毛飘多远。\n"
    "3. 坐下来商量。\n4. 写下约定。\n5. 一个月后回访。"
)
CIVIL_CODE = "中华人民共和国民法典"
PIGEONS = made_case(
    "pigeons",
    title="鸽子羽毛飘进厨房",
    actors=("居委会", "派出所"),
    law=(
        LawArticle(name=CIVIL_CODE, article="第二百八十八条"),
        LawArticle(name=CIVIL_CODE, article="第二百九十四条"),
        LawArticle(name="信访工作条例", article="第三条"),
    ),
    redlines=("不得放走鸽子", "不得当众指责", "不得断水断电", "不得动手"),
    sources=(
        Source(title="鸽子风波", publisher="某市日报", date="2024-08", url="https://example.cn/1"),
        Source(title="鸽子回访", publisher="某市电视台", date="2024-09"),
    ),
    texts={
        "案情": "老楼一共六层。\n\n三楼的鸽子羽毛每天飘进二楼的厨房。",
        "怎么干": STEPS,
        "结果": "约定签了字。从上门到签字，前后半个月。",
    },
)
PLAIN = made_case("plain", title="两家人为花盆红脸", outcome=Outcome(status="resolved", days=1))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    return build_index(write_library(folder / "cases", [PIGEONS, PLAIN]), folder / "index")


@pytest.fixture
def http(serve, index):
    with (
        serve(index) as server,
        httpx.Client(base_url=server.url, timeout=20, follow_redirects=True) as client,
    ):
        yield client


def card_of(page, case_id):
    """The elements of the card whose title leads to `case_id`."""
    (link,) = [link for link in page.all("a", href=f"/cases/{case_id}") if link.inside("h2")]
    article = link.parent.parent
    return [element for element in page.elements if _within(element, article)], article.text


def _within(element, article):
    while element is not None and element is not article:
        element = element.parent
    return element is article


def hrefs(elements):
    return [element["href"] for element in elements if element.tag == "a"]


def test_the_card_reads_from_what_to_know_to_what_to_choose(http):
    page = Page(http.post("/search", data={"query": "鸽子羽毛飘进厨房"}).text)
    _, text = card_of(page, "pigeons")
    wanted = [
        "鸽子羽毛飘进厨房",
        "要旨",
        "那里先做的三步",
        "请两家到现场看鸽笼。",
        "看全部 5 步",
        "红线",
        "谁参与",
        f"《{CIVIL_CODE}》第二百八十八条、第二百九十四条；《信访工作条例》第三条",
        "从上门到签字，前后半个月。",
        "为什么列出",
        "单例，多家来源",
        "2 家来源",
        "某市日报",
        "办法",
        "放进办事单或并排比较",
    ]
    places = [text.find(words) for words in wanted]
    assert -1 not in places, wanted[places.index(-1)]
    assert places == sorted(places)


def test_steps_red_lines_and_quotations_lead_to_their_paragraph(http):
    page = Page(http.post("/search", data={"query": "鸽子羽毛飘进厨房"}).text)
    elements, text = card_of(page, "pigeons")
    links = hrefs(elements)
    assert [link for link in links if "#怎么干-" in link] == [f"/cases/pigeons#怎么干-{n}" for n in (1, 2, 3)]
    assert {"/cases/pigeons#怎么干", "/cases/pigeons#案情-2", "/cases/pigeons#结果-1"} <= set(links)
    assert "https://example.cn/1" in links
    case = Page(http.get("/cases/pigeons").text)
    named = {element.get("id") for element in case.elements}
    assert {link.partition("#")[2] for link in links if "#" in link} <= named
    assert [line for line in ("不得放走鸽子", "不得断水断电", "不得动手") if line in text] == [
        "不得放走鸽子",
        "不得断水断电",
    ]
    assert "还有 1 条" in text


def test_when_stands_out_before_what_was_done(http):
    page = Page(http.post("/search", data={"query": "鸽子羽毛飘进厨房"}).text)
    elements, _ = card_of(page, "pigeons")
    assert [bold.text for bold in elements if bold.tag == "b"] == ["第一天", "第三天"]
    assert "第一天——请两家到现场看鸽笼。" in [part.text for part in elements if part.tag == "p"]


def test_what_a_case_does_not_say_is_left_out(http):
    page = Page(http.post("/search", data={"query": "花盆"}).text)
    _, text = card_of(page, "plain")
    assert "依据什么" not in text
    assert "看全部" not in text
    assert "那里是这样做的" in text
    assert "1 天" in text


def test_a_box_to_choose_the_case_belongs_to_the_form_of_the_page(http):
    page = Page(http.post("/search", data={"query": "鸽子"}).text)
    boxes = page.all("input", type="checkbox", name="case")
    assert {box["value"] for box in boxes} == {"pigeons", "plain"}
    assert {box["form"] for box in boxes} == {"choose"}
    for box in boxes:
        assert box.inside("label")
        assert page.one("h2", id=box["aria-describedby"])


def test_the_api_says_the_same(http):
    answer = http.post("/api/v1/search", json={"query": "鸽子羽毛飘进厨房"}).json()
    rows = {row["case_id"]: row for row in answer["results"]}
    row = rows["pigeons"]
    assert [(step["number"], step["when"], step["anchor"]) for step in row["steps"]] == [
        (1, "第一天", "怎么干-1"),
        (2, "第三天", "怎么干-2"),
        (3, "", "怎么干-3"),
    ]
    assert row["steps"][0]["text"] == "第一天——请两家到现场看鸽笼。"
    assert row["actors"] == ["居委会", "派出所"]
    assert row["law"][2] == {"name": "信访工作条例", "article": "第三条"}
    assert row["duration"] == {"text": "从上门到签字，前后半个月。", "quoted": True}
    assert row["standing"] == {"code": "sources", "name": "单例，多家来源", "sources": 2}
    assert row["sources"] == [
        {"title": "鸽子风波", "publisher": "某市日报", "date": "2024-08", "url": "https://example.cn/1"}
    ]
    assert {passage["anchor"] for passage in row["passages"]} <= {"案情-1", "案情-2", "summary", "asked_as"}
    assert rows["plain"]["duration"] == {"text": "1天", "quoted": False}


def match(level, because):
    passage = Evidence(
        "案情", "楼上洗衣，樓下漏水。", (Highlight(0, 5),), (Contribution("漏水", 1.0, 1.0),), 1
    )
    return Match(PIGEONS, "facts", level, 1.0, 0.5, (passage,), because)


@pytest.mark.parametrize("level", ["idea", "none"])
def test_a_case_that_is_at_most_an_idea_is_not_said_to_speak_of_what_it_lacks(level):
    assert match(level, ("鸽子", "楼下", "漏水")).telling == ("楼下", "漏水")
    assert match(level, ("鸽子",)).telling == ()


@pytest.mark.parametrize("level", ["close", "method", "uncalibrated"])
def test_otherwise_the_words_are_named_as_they_weigh(level):
    assert match(level, ("养鸽扰邻", "漏水")).telling == ("养鸽扰邻", "漏水")
