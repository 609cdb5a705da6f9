"""The picture of the library: every number counted again from the cases, on the terminal and on the page."""

import json
import re
from collections import Counter

import pytest
from library_maker import casebook, made_case, page_library, write_library
from page_reader import Page

from indexer.case.model import Outcome, Place, Review
from indexer.case.situations import Situation
from indexer.case.vocabulary import Vocabulary
from search_api.core.picture import draw_picture

BANK = (
    Situation("noise", "跳舞吵"),
    Situation("noise", "水泵响", like=("c", "elsewhere")),
    Situation("noise", "狗叫", like=("b",), part=("a",)),
    Situation("noise", "装修响", part=("a",), way=("b",)),
    Situation("water-leak", "楼上漏水"),
    Situation("no-such-category", "别的"),
    Situation("ways", "怎么请人坐下来"),
)


@pytest.fixture(scope="module")
def vocabulary(made_library):
    return Vocabulary.load(made_library / "vocabulary.yaml")


@pytest.fixture(scope="module")
def picture(vocabulary):
    return draw_picture(page_library(), vocabulary, BANK)


def chart(picture, field):
    (found,) = [chart for chart in picture.charts if chart.field == field]
    return found


def live():
    return [case for case in page_library() if not case.withdrawn]


VALUES = {
    "category": lambda case: [case.category],
    "province": lambda case: [case.place.province],
    "year": lambda case: [case.date[:4]],
    "setting": lambda case: [case.setting.type],
    "method": lambda case: case.methods,
}


@pytest.mark.parametrize("field", VALUES)
def test_every_number_is_that_of_the_cases(picture, field):
    ended = Counter((value, case.outcome.status) for case in live() for value in VALUES[field](case))
    total = Counter(value for case in live() for value in VALUES[field](case))
    codes = [code for code, _ in picture.outcomes]
    rows = {row.value: row for row in chart(picture, field).rows}
    assert {value: row.total for value, row in rows.items() if row.total} == total
    for value, row in rows.items():
        assert dict(zip(codes, row.counts, strict=True)) == {code: ended[value, code] for code in codes}
    assert chart(picture, field).most == max(total.values())


def test_a_withdrawn_case_does_not_count(vocabulary):
    cases = [made_case("a"), made_case("b", review=Review(status="withdrawn", reason="更正"))]
    assert draw_picture(cases, vocabulary, ()).cases == 1


def test_every_category_is_drawn_and_only_what_is_in_use_of_the_rest(picture, vocabulary):
    categories = [row.value for row in chart(picture, "category").rows]
    assert categories == list(vocabulary.codes("categories"))
    assert all(row.total for field in ("province", "year", "method") for row in chart(picture, field).rows)


def test_years_are_newest_first_and_the_rest_most_first(picture):
    years = [row.value for row in chart(picture, "year").rows]
    assert years == sorted(years, reverse=True)
    for field in ("province", "method"):
        totals = [row.total for row in chart(picture, field).rows]
        assert totals == sorted(totals, reverse=True)


def test_a_situation_that_no_case_answers_is_a_gap(vocabulary):
    cases = [
        made_case("a", situations=("跳舞吵",)),
        made_case("b", situations=("跳舞吵", "不在情形库里")),
        made_case("c", situations=("楼上漏水",), review=Review(status="withdrawn", reason="更正")),
    ]
    picture = draw_picture(cases, vocabulary, BANK)
    gaps = {gap.category: gap for gap in picture.gaps}
    assert gaps["noise"].situations == ("水泵响", "装修响")
    assert gaps["water-leak"].situations == ("楼上漏水",)
    assert [gap.category for gap in picture.gaps] == ["water-leak", "noise", "no-such-category"]
    assert (picture.situations, picture.covered) == (6, 2)


def test_methods_that_no_case_has_are_named(picture, vocabulary):
    used = {method for case in live() for method in case.methods}
    assert set(picture.unused_methods) == set(vocabulary.codes("methods")) - used


def test_an_empty_library_has_a_picture(vocabulary):
    picture = draw_picture([], vocabulary, ())
    assert picture.cases == 0
    assert {row.total for row in chart(picture, "category").rows} == {0}
    assert chart(picture, "year").rows == ()
    assert chart(picture, "year").most == 1


def test_a_case_without_year_or_ending_is_in_no_row_of_them(vocabulary):
    picture = draw_picture([made_case("a", date="", outcome=Outcome(), place=Place())], vocabulary, ())
    assert chart(picture, "year").rows == chart(picture, "province").rows == ()
    (row,) = [row for row in chart(picture, "category").rows if row.total]
    assert (row.total, set(row.counts)) == (1, {0})


# --- the command


def test_the_command_gives_the_same_numbers(made_library, picture):
    said = casebook("stats", "--cases", made_library, "--format", "json")
    told = json.loads(said.stdout)
    rows = {row["value"]: row["total"] for row in told["charts"][0]["rows"]}
    assert rows == {row.value: row.total for row in chart(picture, "category").rows}
    assert told["cases"] == picture.cases


def test_the_command_in_words(tmp_path):
    folder = write_library(tmp_path / "cases", [made_case("a", situations=("水泵响",))])
    (folder / "situations").mkdir()
    lines = ['{"situation": "水泵响", "said": []}', '{"situation": "跳舞吵", "said": []}']
    (folder / "situations" / "noise.jsonl").write_text("\n".join(lines), encoding="utf-8")
    said = casebook("stats", "--cases", folder)
    assert said.returncode == 0
    assert "共 1 个案例；2 种情形里有案例答得上的 1 种。" in said.stdout
    assert re.search(r"噪音扰民 +1 +0 +0 +0 +1\n", said.stdout)
    assert "噪音扰民（1 种）\n  跳舞吵" in said.stdout
    assert "还没有案例用过的办法：" in said.stdout


def test_a_format_that_is_none(made_library):
    said = casebook("stats", "--cases", made_library, "--format", "xml")
    assert said.returncode == 2
    assert "xml" in said.stderr
    assert "Traceback" not in said.stderr


# --- the page


@pytest.fixture(scope="module")
def page(client):
    return Page(client.get("/library").text)


def test_the_table_holds_every_number(page, picture):
    told = [cell.text.strip() for cell in page.all("td")]
    expected = [
        str(number) for drawn in picture.charts for row in drawn.rows for number in (*row.counts, row.total)
    ]
    assert told == expected


def test_each_drawing_says_what_it_is_and_where_the_numbers_are(page, picture):
    drawings = page.all("svg", role="img")
    assert len(drawings) == len(picture.charts)
    ids = {element.get("id"): element for element in page.elements if element.get("id")}
    for drawing in drawings:
        title, description = (ids[name] for name in drawing["aria-labelledby"].split())
        assert title.text.strip()
        assert "表格" in description.text


def test_bars_are_as_long_as_the_numbers_say(page, picture):
    first = page.all("svg", role="img")[0]
    bars = [element for element in page.all("rect", class_="bar") if inside(element, first)]
    expected = [count for row in chart(picture, "category").rows for count in row.counts if count]
    widths = [float(bar["width"]) for bar in bars]
    unit = widths[0] / expected[0]
    assert widths == pytest.approx([count * unit for count in expected], abs=0.02)


def inside(element, outer):
    while element is not None and element is not outer:
        element = element.parent
    return element is outer


def test_a_row_leads_to_its_cases(client, page, picture):
    rows = {row.label: row for drawn in picture.charts for row in drawn.rows}
    links = [link for link in page.all("a") if (link.get("href") or "").startswith("/cases?")]
    assert len(links) == sum(row.total > 0 for drawn in picture.charts for row in drawn.rows)
    for link in links[:: max(1, len(links) // 6)]:
        listed = Page(client.get(link["href"]).text).one("p", class_="count").text
        assert f"{rows[link.text.strip()].total} 个" in listed


def test_in_english(client):
    page = Page(client.get("/library", headers={"cookie": "lang=en"}).text)
    assert "What is missing" in page.text
    assert "Noise" in page.text
