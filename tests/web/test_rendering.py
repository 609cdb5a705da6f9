"""Case text becomes safe markup, whatever stands in it."""

import pytest
from markupsafe import Markup

from indexer.case.model import Place
from search_api.core.wording import place_name
from search_api.rendering.highlight import marked
from search_api.rendering.markdown import is_web_address, render_markdown
from search_api.server.pages_view import cases_link, page_window, web_address, written_date


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "行内 <b onclick='x'>粗</b> 字",
        "<!-- 注释 -->",
        "&lt;script&gt;",
    ],
)
def test_html_in_a_case_is_shown_as_text(text):
    html = render_markdown(text)
    assert html.startswith("<p>")
    assert "<" not in html.removeprefix("<p>").removesuffix("</p>\n")


def test_links_to_the_web_do_not_say_where_they_come_from():
    assert render_markdown("[通知](https://example.cn/a?b=1&c=2)") == (
        '<p><a href="https://example.cn/a?b=1&amp;c=2" rel="noopener noreferrer">通知</a></p>\n'
    )


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.cn",
        "/cases",
        "mailto:a@example.cn",
        "ftp://a.cn",
    ],
)
def test_other_links_stay_text(target):
    for text in (f"[点这里]({target})", f"<{target}>", f"[点这里]\n\n[点这里]: {target}"):
        assert "<a" not in render_markdown(text)


def test_a_picture_is_its_description():
    assert render_markdown("![楼道照片 <1>](https://example.cn/a.png)") == "<p>楼道照片 &lt;1&gt;</p>\n"


def test_headings_stay_below_those_of_the_case():
    html = render_markdown("# 大\n\n### 中\n\n#### 小\n\n下划\n===\n")
    assert html == "<h3>大</h3>\n<h3>中</h3>\n<h4>小</h4>\n<h3>下划</h3>\n"


def test_steps_and_tables_keep_their_form():
    assert "<ol>\n<li>先上门</li>\n<li>再开会</li>\n</ol>" in render_markdown("1. 先上门\n2. 再开会")
    assert "<td>12</td>" in render_markdown("| 户 | 数 |\n|--|--|\n| 同意 | 12 |")


@pytest.mark.parametrize("url", ["https://example.cn", "http://example.cn:8080/a", "HTTPS://EXAMPLE.CN"])
def test_web_addresses_are_linked(url):
    assert is_web_address(url)
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https:", "https:///a", "//example.cn", "http://[", "a.cn"]
)
def test_other_addresses_are_not(url):
    assert not is_web_address(url)
    assert web_address(url) == ""


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "楼上&lt;漏水&gt;了"),
        ([(0, 2)], "<mark>楼上</mark>&lt;漏水&gt;了"),
        ([(3, 5)], "楼上&lt;<mark>漏水</mark>&gt;了"),
        ([(2, 6)], "楼上<mark>&lt;漏水&gt;</mark>了"),
        ([(5, 7), (0, 1)], "<mark>楼</mark>上&lt;漏水<mark>&gt;了</mark>"),
        ([(0, 3), (2, 4), (4, 5)], "<mark>楼上&lt;漏水</mark>&gt;了"),
        ([(0, 7), (1, 2)], "<mark>楼上&lt;漏水&gt;了</mark>"),
        ([(-3, 1), (6, 99)], "<mark>楼</mark>上&lt;漏水&gt;<mark>了</mark>"),
        ([(4, 4), (5, 3), (90, 99)], "楼上&lt;漏水&gt;了"),
    ],
)
def test_spans_are_marked_and_everything_is_escaped(spans, expected):
    assert marked("楼上<漏水>了", spans) == Markup(expected)


def test_links_of_the_case_list_carry_the_filters():
    filters = {"category": ("noise",), "outcome": ("resolved", "partly")}
    assert cases_link({}) == "/cases"
    assert cases_link({}, add=("method", "议事会 & 公约")) == (
        "/cases?method=%E8%AE%AE%E4%BA%8B%E4%BC%9A+%26+%E5%85%AC%E7%BA%A6"
    )
    assert cases_link(filters, page=3) == "/cases?category=noise&outcome=resolved&outcome=partly&page=3"
    assert cases_link(filters, drop=("outcome", "partly")) == "/cases?category=noise&outcome=resolved"
    assert cases_link(filters, add=("category", "noise")).count("noise") == 1


@pytest.mark.parametrize(
    ("page", "pages", "expected"),
    [
        (1, 1, [1]),
        (2, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (40, 9, [1, None, 9]),
    ],
)
def test_page_numbers_leave_out_what_is_far_away(page, pages, expected):
    assert page_window(page, pages) == expected


@pytest.mark.parametrize(
    ("date", "zh"),
    [
        ("2023", "2023年"),
        ("2023-03", "2023年3月"),
        ("2026-11-21", "2026年11月21日"),
        ("去年夏天", "去年夏天"),
        ("", ""),
    ],
)
def test_dates_are_written_as_people_do(date, zh):
    assert written_date(date, "zh") == zh
    assert written_date(date, "en") == date


def test_a_place_is_one_word():
    place = Place(province="甘肃省", city="白银市", district="平川区", community="广场社区")
    assert place_name(place) == "白银市平川区广场社区"
    assert place_name(place, full=True) == "甘肃省白银市平川区广场社区"
    assert place_name(Place(province="上海市", district="虹口区")) == "上海市虹口区"
    assert place_name(Place(province="上海市", city="上海市"), full=True) == "上海市"
    assert place_name(Place()) == ""


def test_a_paragraph_of_a_case_can_be_linked_to():
    html = render_markdown("先说一句。\n\n1. 第一步\n2. 第二步\n   - 其中\n", "怎么干")
    assert [line.split('"')[1] for line in html.split("\n") if "id=" in line] == [
        f"怎么干-{n}" for n in (1, 2, 3, 4)
    ]
    assert '<li id="怎么干-3">第二步' in html


def test_outside_a_case_nothing_gets_a_name():
    assert "id=" not in render_markdown("1. 第一步")
