"""The search report: what was asked, found and set aside, with nobody's name or number in it."""

from datetime import date
from io import BytesIO

import docx
import pytest
from page_reader import Page

TELLING = "业主王建国电话13912345678，厨房顶上漏水，一滴一滴往下掉"


def asked(client, query=TELLING, **more):
    return client.post("/search", data={"query": query, **more}).headers["location"]


def report(client, address, status=200, **params):
    answer = client.get(f"{address}/report", params=params)
    assert answer.status_code == status, answer.text[:1000]
    return Page(answer.text)


def words_of(answer):
    return [row.text for row in docx.Document(BytesIO(answer.content)).paragraphs]


def under(page, heading):
    """The lines of the paper under `heading`, up to the next one or the end."""
    elements = page.elements
    start = next(at for at, part in enumerate(elements) if part.tag == "h2" and part.text == heading)
    after = range(start + 1, len(elements))
    end = next(at for at in after if elements[at].tag == "h2" or elements[at].get("class") == "paper-foot")
    return [part.text for part in elements[start + 1 : end] if part.tag in ("li", "p") and part.text.strip()]


def test_names_and_numbers_are_masked_and_counted(client):
    page = report(client, asked(client))
    assert "13912345678" not in page.text
    assert "建国" not in page.text
    assert "厨房顶上漏水" in under(page, "问了什么")[0]
    assert "2 处个人信息" in page.text


def test_where_nothing_was_recognised_it_does_not_promise_more(client):
    assert "没有发现个人信息" in report(client, asked(client, "厨房顶上漏水")).text


def test_it_says_when_in_which_library_and_among_how_many(client):
    lines = " ".join(under(report(client, asked(client)), "怎么找的"))
    today = date.today()
    assert f"{today.year}年{today.month}月{today.day}日" in lines
    assert client.get("/readyz").json()["snapshot"] in lines
    assert "45 个" in lines
    assert "筛选条件：没有" in lines


def test_the_cases_listed_are_those_of_the_answer_and_ten_more_are_named(client):
    address = asked(client)
    answer = Page(client.get(address).text)
    shown = [head.text.strip() for head in answer.all("h2", class_="entry-title")]
    page = report(client, address)
    listed = under(page, "列出的案例")
    assert [line for line, title in zip(listed, shown, strict=True) if title in line] == listed
    aside = under(page, "排在后面、没有列出的案例")
    assert len(aside) == 10
    assert not [line for line in aside for title in shown if line.strip().startswith(f"{title}像")]


def test_each_listed_case_quotes_a_sentence_and_its_likeness_is_in_words(client):
    page = report(client, asked(client))
    for line in under(page, "列出的案例"):
        assert "案例里的话（" in line
        assert "像不像请自己看" in line
    assert "%" not in page.text


def test_the_verdict_is_that_of_the_answer(client):
    address = asked(client)
    verdict = Page(client.get(address).text).one("h1").text
    assert under(report(client, address), "结论")[0] == verdict


def test_filters_are_named_with_how_many_cases_they_left_out(client):
    lines = " ".join(under(report(client, asked(client, filter="category=noise")), "怎么找的"))
    assert "类别：噪音扰民" in lines
    assert "参加比较的案例 11 个" in lines
    assert "没有参加比较的案例 34 个" in lines


def test_what_was_searched_for_within_the_results_is_named_and_masked(client):
    lines = " ".join(under(report(client, asked(client, within="13912345678")), "怎么找的"))
    assert "在结果里找：〔电话〕" in lines


def test_what_was_chosen_for_the_sheet_and_what_was_not(client):
    address = asked(client)
    found = [
        link["href"].rpartition("/")[2]
        for link in Page(client.get(address).text).all("a")
        if link.inside("h2") and link["href"].startswith("/cases/")
    ]
    page = report(client, address, case=found[1])
    assert len(under(page, "选进办事单的案例")) == 1
    assert len(under(page, "列出了、没有选的案例")) == 4
    assert "选进办事单的案例" not in report(client, address).text


@pytest.mark.parametrize(
    ("cases", "status"), [(["nowhere"], 404), (["noise-03", "noise-07", "noise-11", "noise-15"], 422)]
)
def test_cases_that_cannot_be_on_a_sheet_are_refused(client, cases, status):
    report(client, asked(client), status, case=cases)


def test_in_word_it_says_the_same(client):
    address = asked(client)
    page = report(client, address)
    answer = client.get(f"{address}/report/word")
    shown = words_of(answer)
    headings = [head.text for head in page.all("h2")]
    assert [row for row in shown if row in headings] == headings
    assert "13912345678" not in " ".join(shown)
    assert answer.headers["cache-control"] == "no-store"
    assert 'filename="report.docx"' in answer.headers["content-disposition"]


def test_it_leads_to_word_with_the_same_cases(client):
    address = asked(client)
    page = report(client, address, case="noise-03")
    assert page.one("a", href=f"{address}/report/word?case=noise-03")


def test_it_is_kept_by_no_browser(client):
    assert client.get(f"{asked(client)}/report").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/answers/forgotten/report", "/answers/forgotten/report/word"])
def test_a_forgotten_question_is_asked_for_again(client, path):
    answer = client.get(path)
    assert answer.status_code == 410
    assert Page(answer.text).one("form", id="ask")


def test_in_english_too(client):
    page = Page(client.get(f"{asked(client)}/report", headers={"cookie": "lang=en"}).text)
    assert page.one("h1").text == "Search report"
    assert "Kind of dispute" not in " ".join(under(page, "How it was searched"))
