"""The page of a case: in the order of need, with links to its paragraphs, and with what to cite."""

import re
from datetime import date

import pytest
from library_maker import MARKUP, WITHDRAWN
from page_reader import Page


def page_of(client, case_id="noise-03"):
    return Page(client.get(f"/cases/{case_id}").text)


class TestOrder:
    def test_what_is_needed_first_comes_first(self, client):
        html = client.get("/cases/noise-03").text
        wanted = [
            "<h1",
            "facts-line",
            'id="summary"',
            "redlines-title",
            'class="toc"',
            'id="facts"',
            'id="案情"',
            'id="cite"',
        ]
        places = [html.index(mark) for mark in wanted]
        assert places == sorted(places)

    def test_the_contents_lead_to_the_citation_and_the_relatives(self, client):
        page = page_of(client)
        links = [link["href"] for link in page.all("a") if link.inside("nav")]
        assert {"#cite", "#similar"} <= set(links)


class TestParagraphs:
    def test_each_has_a_link_to_itself_with_a_name(self, client):
        page = page_of(client)
        links = page.all("a", class_="paragraph-link")
        ids = {element.get("id") for element in page.elements}
        assert len(links) > 8
        assert all(link["href"][1:] in ids for link in links)
        assert {link["aria-label"] for link in links} == {"这一段的链接"}

    def test_the_mark_is_no_text_of_the_case(self, client):
        assert "¶" not in page_of(client).text
        assert {link.text for link in page_of(client).all("a", class_="paragraph-link")} == {""}

    def test_a_step_has_one(self, client):
        hrefs = [link["href"] for link in page_of(client).all("a", class_="paragraph-link")]
        assert "#怎么干-2" in hrefs
        assert len(hrefs) == len(set(hrefs))


class TestCitation:
    def test_it_names_all_that_is_needed_to_find_the_case_again(self, client, served):
        text = page_of(client).one("p", id="cite-text").text
        snapshot = client.get("/readyz").json()["snapshot"]
        today = date.today()
        for part in (
            "半夜跳舞",
            "社区先例库",
            "noise-03",
            snapshot,
            f"{today.year}年{today.month}月{today.day}日",
        ):
            assert part in text

    def test_it_names_the_first_source(self, client):
        assert (
            "原始来源：《调解记录》，某社区居委会，2024年8月。"
            in page_of(client).one("p", id="cite-text").text
        )

    def test_it_is_one_line_of_text_without_gaps(self, client):
        text = page_of(client).one("p", id="cite-text").text
        assert not re.search(r"\s{2}|，，|。。", text.strip())

    def test_the_button_is_shown_by_a_script_only(self, client):
        (button,) = [button for button in page_of(client).all("button") if button.get("data-copy")]
        assert "hidden" in button.attributes

    def test_markup_in_a_title_is_text(self, client):
        assert "<script>owned=1</script>" in page_of(client, MARKUP).one("p", id="cite-text").text


class TestWaysOn:
    def test_a_case_leads_to_its_sheet_and_to_a_word_file(self, client):
        links = {link["href"] for link in page_of(client).all("a")}
        assert {"/sheet?case=noise-03", "/cases/noise-03/word"} <= links

    def test_a_withdrawn_case_is_not_to_be_acted_on(self, client):
        links = {link["href"] for link in page_of(client, WITHDRAWN).all("a")}
        assert not {link for link in links if link.startswith("/sheet") or link.endswith("/word")}

    @pytest.mark.parametrize("size", ["standard", "large", "huge"])
    def test_the_size_can_be_chosen_at_the_top_of_the_article(self, client, size):
        page = page_of(client)
        links = [link for link in page.all("a") if link.inside("article") and link.inside("header")]
        (link,) = [link for link in links if f"size={size}" in link["href"]]
        assert "next=%2Fcases%2Fnoise-03" in link["href"]


def test_what_only_scripts_can_do_is_hidden_without_them(client):
    page = page_of(client)
    find = page.one("div", class_="find")
    assert "hidden" in find.attributes
    assert page.one("input", id="find").get("name") is None
