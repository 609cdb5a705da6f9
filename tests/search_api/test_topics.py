"""Topics that people wish for: a category and a month in a file, and nothing else of anybody."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from library_maker import build_index, made_case, write_library
from page_reader import Page

from search_api.server.topics import MOST_BYTES, TopicRequests, TopicsError


class TestFile:
    def test_a_wish_is_a_month_and_a_category(self, tmp_path):
        TopicRequests(tmp_path / "topics.tsv").add("noise")
        assert re.fullmatch(r"\d{4}-\d{2}\tnoise\n", (tmp_path / "topics.tsv").read_text(encoding="utf-8"))

    def test_wishes_are_counted_the_most_frequent_first(self, tmp_path):
        topics = TopicRequests(tmp_path / "topics.tsv")
        for category in ("noise", "family", "family"):
            topics.add(category)
        assert list(topics.counts().items()) == [("family", 2), ("noise", 1)]

    def test_without_a_file_there_are_none(self, tmp_path):
        assert TopicRequests(tmp_path / "topics.tsv").counts() == {}

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"nonsense\n\n\t\t\n"])
    def test_what_is_no_wish_does_not_count(self, tmp_path, content):
        (tmp_path / "topics.tsv").write_bytes(content)
        assert TopicRequests(tmp_path / "topics.tsv").counts() == {}

    def test_wishes_made_at_once_all_count(self, tmp_path):
        topics = TopicRequests(tmp_path / "topics.tsv")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(topics.add, ["noise"] * 100))
        assert topics.counts() == {"noise": 100}

    def test_where_nothing_can_be_written_it_says_where_and_what_to_do(self, tmp_path):
        with pytest.raises(TopicsError, match="CASEBOOK_TOPICS"):
            TopicRequests(tmp_path / "nowhere" / "topics.tsv").add("noise")

    def test_a_full_file_takes_no_more(self, tmp_path):
        path = tmp_path / "topics.tsv"
        path.write_bytes(b"x" * (MOST_BYTES + 1))
        with pytest.raises(TopicsError, match="记满"):
            TopicRequests(path).add("noise")
        assert path.stat().st_size == MOST_BYTES + 1


@pytest.fixture
def index(tmp_path):
    return build_index(write_library(tmp_path / "cases", [made_case("one")]), tmp_path / "index")


@pytest.fixture
def http(index, serve):
    with serve(index) as server, httpx.Client(base_url=server.url, timeout=20) as client:
        client.topics = server.folder / "topics.tsv"
        yield client


class TestPage:
    def test_a_wish_leads_to_the_list_of_wishes_with_thanks(self, http):
        sent = http.post("/topics", data={"category": "noise"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/library?wished=noise#wanted")
        page = Page(http.get(sent.headers["location"]).text)
        assert "谢谢" in page.one("p", class_="wished", role="status").text
        assert "噪音扰民" in page.one("section", class_="wanted").text
        assert "1 次" in page.one("section", class_="wanted").text
        assert http.topics.read_text(encoding="utf-8").endswith("\tnoise\n")

    def test_without_a_wish_the_list_says_so_and_thanks_nobody(self, http):
        page = Page(http.get("/library").text)
        assert "还没有人留下题目" in page.one("section", class_="wanted").text
        assert not page.all("p", class_="wished")

    @pytest.mark.parametrize("category", ["", "red", "噪音扰民", "noise\nfamily", "noise\t", "../noise"])
    def test_an_unknown_category_is_refused_and_not_written(self, http, category):
        answer = http.post("/topics", data={"category": category})
        assert answer.status_code == 422
        assert "没有记下" in Page(answer.text).text
        assert not http.topics.exists()

    def test_thanks_cannot_be_made_up(self, http):
        assert not Page(http.get("/library?wished=<b>x").text).all("p", class_="wished")

    def test_whatever_else_is_sent_is_not_written(self, http):
        http.post("/topics", data={"category": "noise", "query": "金丝雀canary"})
        assert "canary" not in http.topics.read_text(encoding="utf-8")

    def test_the_address_typed_in_leads_nowhere_new(self, http):
        assert http.get("/topics").status_code == 405

    def test_where_nothing_can_be_written_the_page_says_what_to_do(self, index, serve, tmp_path):
        with serve(index, CASEBOOK_TOPICS=str(tmp_path / "no" / "topics.tsv")) as server:
            answer = httpx.post(f"{server.url}/topics", data={"category": "noise"}, timeout=20)
            assert answer.status_code == 500
            assert "CASEBOOK_TOPICS" in Page(answer.text).text
            assert "Traceback" not in answer.text
            assert b"Traceback" not in server.said
            assert httpx.get(f"{server.url}/library", timeout=20).status_code == 200
