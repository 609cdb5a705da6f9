"""The pages over real HTTP: what they say, that a query is never in an address, that markup stays text."""

import re

import httpx
import pytest
from library_maker import MARKUP, ROOT, SCRIPT, WITHDRAWN, build_index, made_case, write_library
from page_reader import Page

from indexer.case.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load(ROOT / "cases" / "vocabulary.yaml")


def read(answer, status=200):
    assert answer.status_code == status, answer.text[:2000]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def post(client, **form):
    """Send the form and follow to the answer, as a browser does."""
    return client.post("/search", data=form, follow_redirects=True)


def ask(client, query, **more):
    return read(post(client, query=query, **more))


def scripts_of_others(page):
    return [
        src
        for src in (script.get("src") or "" for script in page.all("script"))
        if not src.startswith("/static/js/")
    ]


def titles(page):
    return [heading.text.strip() for heading in page.all("h2", class_="entry-title")]


def filters_in(page):
    return [field["value"] for field in page.all("input", type="hidden", name="filter")]


EVERY_PAGE = [
    "/",
    "/cases",
    "/cases?page=2&category=noise",
    "/library",
    "/cases/noise-03",
    f"/cases/{WITHDRAWN}",
    f"/cases/{MARKUP}",
]


class TestHome:
    def test_a_box_a_button_examples_and_every_category(self, client):
        page = read(client.get("/"))
        form = page.one("form", id="ask")
        assert (form["method"], form["action"]) == ("post", "/search")
        assert page.one("textarea", name="query").text.strip() == ""
        assert page.one("label")["for"] == page.one("textarea")["id"]
        assert len(page.all("button", name="example")) >= 4
        for category in VOCABULARY.categories:
            assert category.name in page.text

    def test_it_says_how_many_cases_there_are(self, client):
        assert "45" in read(client.get("/")).text

    def test_a_category_with_a_single_case_is_counted_too(self, client):
        link = read(client.get("/")).one("a", href="/cases?category=renovation-utilities")
        assert re.search(r"\b1\b", link.text)


class TestResults:
    def test_the_query_stays_in_the_box_and_the_closest_case_comes_first(self, client):
        page = ask(client, "厨房顶上漏水")
        assert page.one("textarea", name="query").text.strip() == "厨房顶上漏水"
        assert len(titles(page)) == 5
        assert titles(page)[0].startswith("楼上漏水滴到我家")

    def test_pages_and_api_agree(self, client):
        rows = client.post("/api/v1/search", json={"query": "狗不拴绳"}).json()["results"]
        page = ask(client, "狗不拴绳")
        assert titles(page) == [row["title"] for row in rows]
        links = [link["href"] for link in page.all("a") if link.inside("h2")]
        assert links == [f"/cases/{row['case_id']}" for row in rows]

    def test_a_quoted_sentence_is_marked_and_led_back_to_its_place(self, client):
        page = ask(client, "厨房顶上漏水，一滴一滴往下掉")
        assert page.all("mark")[0].text in "厨房顶上漏水，一滴一滴往下掉。"
        link = next(link for link in page.all("a") if link.parent.get("class") == "evidence-from")
        address, anchor = link["href"].split("#")
        assert [part for part in read(client.get(address)).elements if part.get("id") == anchor]

    def test_it_says_that_nothing_has_been_judged(self, client):
        page = ask(client, "厨房顶上漏水")
        assert page.all("div", class_="verdict-uncalibrated")
        assert not re.search(r"\d\s*[%％]", page.text)

    def test_redlines_stand_beside_every_result(self, client):
        page = ask(client, "厨房顶上漏水")
        assert len(page.all("div", class_="redlines")) == 5

    def test_an_example_is_asked_as_it_stands(self, client):
        example = read(client.get("/")).all("button", name="example")[0]["value"]
        page = read(post(client, query="", example=example))
        assert page.one("textarea", name="query").text.strip() == example
        assert titles(page)

    def test_facets_are_buttons_of_the_form(self, client):
        page = ask(client, "吵")
        buttons = page.all("button", name="set")
        assert {button["form"] for button in buttons} == {"ask"}
        assert {button["value"].partition("=")[0] for button in buttons} >= {"category", "outcome", "year"}

    def test_choosing_and_dropping_a_facet(self, client):
        chosen = ask(client, "吵", set="category=noise")
        assert filters_in(chosen) == ["category=noise"]
        assert all("半夜跳舞" in title for title in titles(chosen))
        both = ask(client, "吵", filter=["category=noise"], set="year=2022")
        assert filters_in(both) == ["category=noise", "year=2022"]
        assert 0 < len(titles(both)) < 11
        back = ask(client, "吵", filter=["category=noise", "year=2022"], drop="year=2022")
        assert filters_in(back) == ["category=noise"]
        assert titles(back) == titles(chosen)

    def test_a_filter_is_kept_when_the_query_is_changed(self, client):
        assert filters_in(ask(client, "漏水", filter=["category=noise"])) == ["category=noise"]

    def test_filters_that_leave_nothing_can_be_dropped_all_at_once(self, client):
        page = ask(client, "吵", filter=["category=noise", "province=火星省"])
        assert titles(page) == []
        assert "45" in page.text
        assert page.one("button", name="drop", value="all")["form"] == "ask"
        back = ask(client, "吵", filter=["category=noise", "province=火星省"], drop="all")
        assert filters_in(back) == []
        assert len(titles(back)) == 5

    def test_a_withdrawn_case_is_never_a_result(self, client):
        assert "独轮车" not in " ".join(titles(ask(client, "独轮车表演占道")))

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("", "还没有写"),
            ("  \n", "还没有写"),
            ("漏" * 2001, "2001"),
            ("😡", "符号或表情"),
            ("漏\0水", "不能识别"),
        ],
    )
    def test_what_cannot_be_asked_comes_back_with_the_reason(self, client, query, said):
        page = read(client.post("/search", data={"query": query}), 422)
        error = page.one("p", role="alert")
        assert said in error.text
        box = page.one("textarea", name="query")
        assert box["aria-invalid"] == "true"
        assert error["id"] in box["aria-describedby"].split()
        assert box.text.strip("\n") == query.strip("\n")

    @pytest.mark.parametrize("pair", ["colour=red", "category=red", "category", "=", "category=\0"])
    def test_a_filter_made_up_by_hand_is_refused_with_a_page(self, client, pair):
        read(client.post("/search", data={"query": "漏水", "filter": pair}), 422)
        read(client.post("/search", data={"query": "漏水", "set": pair}), 422)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"query=%ff%fe", "application/x-www-form-urlencoded"),
            (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
            (b"&" * 5000, "application/x-www-form-urlencoded"),
            (b"query=a" + b"&filter=category=noise" * 2500, "application/x-www-form-urlencoded"),
            (b"nonsense", "multipart/form-data"),
            (b"nonsense", "multipart/form-data; boundary=x"),
            (
                b'--x\r\nContent-Disposition: form-data; name="query"; filename="a"\r\n\r\n\xe7\x8b\x97\r\n--x--\r\n',
                "multipart/form-data; boundary=x",
            ),
            (b'{"query": "x"}', "application/json"),
            (b"", "text/plain"),
        ],
    )
    def test_a_form_that_no_browser_sends_is_a_page_with_400_or_422(self, client, content, kind):
        answer = client.post("/search", content=content, headers={"content-type": kind})
        assert answer.status_code in (200, 400, 422)
        read(answer, answer.status_code)


class TestNoQueryInAnAddress:
    @pytest.mark.parametrize("path", ["/", "/cases", "/cases/noise-03", "/nowhere"])
    def test_no_form_would_put_a_query_into_an_address(self, client, path):
        page = Page(client.get(path).text)
        assert {form.get("method", "get").lower() for form in page.all("form")} <= {"post"}

    def test_nor_one_on_a_result_page(self, client):
        for page in (ask(client, "狗狗狗canary"), ask(client, "狗狗狗canary", set="category=noise")):
            # The one form whose fields go into an address holds case numbers and the token of the answer.
            assert [form["id"] for form in page.all("form") if form["method"] != "post"] == ["choose"]
            inside = [
                field["name"]
                for field in page.all("input")
                if field.inside("form") and field.parent.get("id") == "choose"
            ]
            outside = {field["name"] for field in page.elements if field.get("form") == "choose"}
            assert (inside, outside) == (["from"], {"case"})
            addresses = [
                element.get(name)
                for element in page.elements
                for name in ("href", "src", "action", "formaction")
            ]
            assert not [
                address
                for address in addresses
                if address and ("canary" in address or "%E7%8B%97" in address)
            ]
            assert not page.all("meta", **{"http-equiv": "refresh"})

    def test_the_address_of_a_result_page_leads_home(self, client):
        for address in ("/search", "/search?query=canary"):
            answer = client.get(address)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")

    def test_forms_are_sent_to_this_site_only(self, client):
        assert "form-action 'self'" in client.get("/").headers["content-security-policy"]

    def test_nothing_is_loaded_from_elsewhere(self, client):
        for path in EVERY_PAGE:
            page = Page(client.get(path).text)
            loaded = [
                e.get("src") or e.get("href")
                for tag in ("script", "link", "img", "iframe")
                for e in page.all(tag)
            ]
            assert all(address.startswith("/static/") for address in loaded)


class TestMarkup:
    """What stands in a case or a query is shown, never obeyed."""

    @pytest.mark.parametrize(
        "query", [SCRIPT + "漏水", "</textarea><script>alert(1)</script>", '"><img src=x onerror=alert(1)>']
    )
    def test_a_query_with_markup_is_shown_as_text(self, client, query):
        answer = post(client, query=query)
        page = read(answer)
        assert page.one("textarea", name="query").text.strip() == query
        assert scripts_of_others(page) == []
        assert not page.all("img")

    def test_a_filter_with_markup_is_shown_as_text(self, client):
        page = ask(client, "漏水", filter=[f'province="><b>{SCRIPT}'])
        assert scripts_of_others(page) == []
        assert filters_in(page) == [f'province="><b>{SCRIPT}']

    @pytest.mark.parametrize("path", [f"/cases/{MARKUP}", "/cases?category=renovation-utilities"])
    def test_a_case_with_markup_is_shown_as_text(self, client, path):
        answer = client.get(path)
        page = read(answer)
        assert f"{SCRIPT}<b>压路机</b>" in page.text
        assert scripts_of_others(page) == []
        assert not page.all("img")
        assert not page.all("u")
        assert "<script>owned" not in answer.text

    def test_a_result_with_markup_is_shown_as_text(self, client):
        answer = post(client, query="压路机")
        assert titles(read(answer))[0] == f"{SCRIPT}<b>压路机</b>"
        assert "<script>owned" not in answer.text

    def test_a_link_in_a_case_leads_to_the_web_or_nowhere(self, client):
        page = read(client.get(f"/cases/{MARKUP}"))
        assert not [link for link in page.all("a") if link["href"].lower().startswith("javascript:")]
        assert "javascript:alert(1)" in page.text
        assert "40<50 分贝" in page.text


class TestCase:
    def test_it_has_every_section_and_its_sources(self, client):
        page = read(client.get("/cases/noise-03"))
        assert page.one("h1").text == "半夜跳舞吵得睡不着第3回"
        for heading in ("案情", "争议焦点", "怎么看", "怎么干", "结果", "经验与教训", "讨论题"):
            assert page.one("section", id=heading)
        assert "某社区居委会" in page.one("section", id="sources").text
        assert "不得动手" in page.one("div", class_="redlines").text

    def test_every_entry_of_its_contents_leads_somewhere(self, client):
        page = read(client.get("/cases/noise-03"))
        anchors = [link["href"][1:] for link in page.all("a") if link["href"].startswith("#")]
        ids = [element.get("id") for element in page.elements]
        assert anchors
        assert set(anchors) <= set(ids)
        assert len([name for name in ids if name]) == len({name for name in ids if name})

    def test_the_cases_closest_to_it_are_others(self, client):
        section = read(client.get("/cases/noise-03"))
        links = [link["href"] for link in section.all("a") if link.inside("h3")]
        assert len(links) == 4
        assert "/cases/noise-03" not in links

    def test_a_withdrawn_case_says_so_why_and_what_replaces_it(self, client):
        page = read(client.get(f"/cases/{WITHDRAWN}"))
        notice = page.one("div", class_="notice-withdrawn").text
        assert "撤回" in notice
        assert "来源后来更正了说法" in notice
        assert page.one("h1").text == page.one("del").text
        assert page.all("a", href="/cases/noise-03")

    def test_an_unknown_case_is_a_404_page_with_a_way_on(self, client):
        for path in (
            "/cases/nobody",
            "/nowhere",
            "/cases/a/b",
            "/cases/%00",
            "/static/nothing.js",
            "/static/%00",
            "/static/..%2f..%2fpyproject.toml",
        ):
            page = read(client.get(path), 404)
            assert page.one("h1").text
            assert page.all("a", href="/")

    def test_a_wrong_method_is_a_405_page(self, client):
        answer = client.post("/cases")
        assert read(answer, 405).one("h1").text


class TestAllCases:
    def test_three_pages_hold_every_case_once(self, client):
        seen = []
        for number in (1, 2, 3):
            page = read(client.get("/cases", params={"page": number}))
            seen += [link["href"] for link in page.all("a") if link.inside("h2")]
            assert page.one("a", **{"aria-current": "page", "aria-label": f"第 {number} 页"})
        assert len(seen) == len(set(seen)) == 45
        assert seen == sorted(seen)

    def test_previous_and_next(self, client):
        first, last = (read(client.get("/cases", params={"page": number})) for number in (1, 3))
        assert not first.all("a", rel="prev")
        assert first.one("a", rel="next")["href"] == "/cases?page=2"
        assert last.one("a", rel="prev")["href"] == "/cases?page=2"
        assert not last.all("a", rel="next")

    def test_a_filter_keeps_through_pages_and_can_be_dropped(self, client):
        page = read(client.get("/cases?province=辽宁省"))
        assert page.one("a", rel="next")["href"] == "/cases?province=%E8%BE%BD%E5%AE%81%E7%9C%81&page=2"
        assert page.one("a", class_="chip-chosen")["href"] == "/cases"

    def test_every_facet_link_leads_to_as_many_cases_as_it_says(self, client):
        page = read(client.get("/cases?category=noise"))
        links = [link for link in page.all("a") if link.inside("aside")]
        # Another category beside this one widens the choice; a value of any other field narrows it.
        links = [link for link in links if link["href"].count("category=") == 1]
        assert len(links) > 10
        for link in links[:8]:
            count = re.search(r"(\d+)\s*$", link.text)[1]
            assert f"共 {count} 个案例" in read(client.get(link["href"])).text

    def test_a_single_case_is_counted_too(self, client):
        assert "1 个案例" in read(client.get("/cases?category=renovation-utilities")).text

    def test_filters_that_leave_nothing_say_so(self, client):
        page = read(client.get("/cases?province=火星省"))
        assert page.all("div", class_="empty")

    @pytest.mark.parametrize(
        "address",
        [
            "page=0",
            "page=x",
            "page=-1",
            "page=1.5",
            "page=10001",
            "page=²",
            "page=000001" + "9" * 5000,
            "page=",
            "colour=red",
            "category=red",
            "query=x",
        ],
    )
    def test_a_made_up_address_is_422_with_a_page(self, client, address):
        assert read(client.get(f"/cases?{address}"), 422).one("h1").text

    def test_a_page_after_the_last_is_empty_not_an_error(self, client):
        assert titles(read(client.get("/cases?page=99"))) == []


class TestLanguage:
    @pytest.fixture
    def english(self, served):
        with httpx.Client(base_url=served.url, cookies={"lang": "en"}, timeout=20) as http:
            yield http

    def test_chinese_unless_english_was_chosen(self, client, english):
        assert read(client.get("/")).one("html")["lang"] == "zh-CN"
        assert read(english.get("/")).one("html")["lang"] == "en"

    @pytest.mark.parametrize("path", EVERY_PAGE)
    def test_every_page_leads_to_itself_in_the_other_language(self, client, path):
        switch = next(link for link in read(client.get(path)).all("a") if link.get("hreflang") == "en")
        answer = client.get(switch["href"])
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        cookie = answer.headers["set-cookie"]
        assert "lang=en" in cookie
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()

    def test_a_result_page_changes_language_with_the_question_kept(self, client):
        page = ask(client, "狗", filter="category=noise")
        switch = page.one("a", hreflang="en")
        page = read(client.get(switch["href"], follow_redirects=True))
        assert page.one("html")["lang"] == "en"
        assert page.one("textarea", name="query").text.strip() == "狗"
        assert filters_in(page) == ["category=noise"]

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "evil",
            "",
            "//[",
            "/\t/evil.example",
            "http:evil.example",
        ],
    )
    def test_it_leads_to_no_other_site(self, client, target):
        answer = client.get("/language", params={"to": "en", "next": target})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    @pytest.mark.parametrize("target", ["/cases\r\nset-cookie: a=b", "/\r\n"])
    def test_no_header_can_be_smuggled_in(self, client, target):
        answer = client.get("/language", params={"to": "en", "next": target})
        assert answer.status_code == 303
        assert "a=b" not in answer.headers["set-cookie"]

    def test_an_unknown_language_is_chinese(self, client):
        assert "lang=zh" in client.get("/language", params={"to": "xx"}).headers["set-cookie"]
        answer = client.get("/", headers={"cookie": "lang=xx"})
        assert read(answer).one("html")["lang"] == "zh-CN"

    def test_case_text_is_marked_as_chinese_on_an_english_page(self, english):
        page = read(english.get("/cases/noise-03"))
        assert page.one("h1")["lang"] == "zh-CN"
        assert "What happened" in page.text

    def test_no_page_shows_a_key_or_a_brace_in_place_of_words(self, client, english):
        for http in (client, english):
            answers = [http.get(path) for path in (*EVERY_PAGE, "/nowhere")]
            answers += [post(http, query=query) for query in ("压路机", "")]
            answers.append(post(http, query="狗", filter="province=火星省"))
            for answer in answers:
                text = Page(answer.text).text
                assert not re.search(r"\{\w*\}|\{\{|\}\}", text)
                assert not re.search(
                    r"\b(?:ask|case|cases|results|facets|verdict|level|match|error|footer)\.[a-z_]+\b", text
                )


class TestComingBack:
    """An answer has an address of its own, so that a reader of a case can go back to it for a while."""

    def test_the_address_says_nothing_and_leads_to_the_answer_again(self, client):
        sent = client.post("/search", data={"query": "楼上漏水", "filter": "category=water-leak"})
        assert sent.status_code == 303
        address = sent.headers["location"]
        assert re.fullmatch(r"/answers/[\w-]{22}", address)
        first, again = client.get(address), client.get(address)
        assert titles(read(first)) == titles(read(again))
        assert filters_in(read(again)) == ["category=water-leak"]
        assert first.headers["cache-control"] == "no-store"

    def test_the_same_question_never_has_the_same_address(self, client):
        sent = {client.post("/search", data={"query": "狗"}).headers["location"] for _ in range(3)}
        assert len(sent) == 3

    def test_a_forgotten_answer_says_so_and_offers_the_box(self, client):
        page = read(client.get("/answers/nobody-has-this-token"), 410)
        assert "一刻钟" in page.one("p", id="ask-error").text
        assert page.one("textarea", name="query").text.strip() == ""


class TestWithoutAnIndex:
    def test_pages_say_make_index_and_work_once_it_is_there(self, tmp_path, serve):
        folder = write_library(tmp_path / "cases", [made_case("one")])
        with serve(tmp_path / "index") as server, httpx.Client(base_url=server.url, timeout=20) as http:
            for answer in (
                http.get("/"),
                http.get("/cases"),
                http.get("/cases/one"),
                post(http, query="狗"),
            ):
                assert "make index" in read(answer, 503).text
            assert http.get("/healthz").status_code == 200
            assert http.get("/readyz").status_code == 503
            assert http.get("/static/css/base.css").status_code == 200
            build_index(folder, tmp_path / "index")
            assert titles(ask(http, "两家人闹别扭")) == ["两家人闹别扭坐下来商量"]
            assert http.get("/readyz").status_code == 200
