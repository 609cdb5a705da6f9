"""/api/v1 over real HTTP: exact shapes, and the same answers as the engine gives."""

import json

import httpx
import pytest
from library_maker import ENCODER, MARKUP, WITHDRAWN

from indexer.encoders.base import open_encoder
from search_api.core.engine import SearchEngine
from search_api.core.fields import FIELDS
from search_api.core.query import Query

API = "/api/v1"
CASE_KEYS = {"case_id", "title", "summary", "category", "methods", "place", "date", "outcome", "redlines"}
MATCH_KEYS = {
    *("match", "level", "passages", "comparison"),
    *("steps", "actors", "law", "duration", "standing", "sources"),
}
HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
}


@pytest.fixture(scope="module")
def engine(made_index):
    return SearchEngine.open(made_index, open_encoder(ENCODER))


def search(client, query="楼上漏水", **more):
    answer = client.post(f"{API}/search", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer, key="results"):
    return [row["case_id"] for row in answer[key]]


class TestSearch:
    def test_the_answer_has_exactly_this_shape(self, client):
        answer = search(client)
        keys = {"redlines", "verdict", "results", "facets", "considered", "snapshot", "took_ms"}
        assert answer.keys() == keys
        assert answer["redlines"] == []
        assert answer["verdict"].keys() == {"level", "label", "reason"}
        assert answer["verdict"]["level"] == "uncalibrated"
        assert answer["took_ms"] >= 0
        assert len(answer["results"]) == 5
        for result in answer["results"]:
            assert result.keys() == CASE_KEYS | MATCH_KEYS
            assert result["match"] in ("facts", "method")
            assert result["level"] == "uncalibrated"
            assert result["category"].keys() == {"code", "name"}
            assert result["outcome"].keys() == {"status", "name"}
            for passage in result["passages"]:
                assert passage.keys() == {"section", "text", "anchor", "highlights", "carried"}
                for one in passage["carried"]:
                    assert one.keys() == {"term", "by_vectors", "by_words"}
                for span in passage["highlights"]:
                    assert span.keys() == {"start", "end"}
                    assert 0 <= span["start"] < span["end"] <= len(passage["text"])
        for facet in answer["facets"]:
            assert facet.keys() == {"field", "label", "values"}
            assert all(value.keys() == {"value", "label", "count", "chosen"} for value in facet["values"])
        assert [facet["field"] for facet in answer["facets"]] == list(FIELDS)

    def test_no_score_is_shown(self, client):
        # A fused rank score orders one answer and means nothing else; a percentage would mislead.
        for result in search(client)["results"]:
            assert not {"score", "closeness", "similarity", "percent"} & result.keys()

    def test_a_result_says_what_the_case_says(self, client):
        result = search(client, "压路机", top_k=1)["results"][0]
        assert result["case_id"] == MARKUP
        assert result["title"] == "<script>owned=1</script><b>压路机</b>"
        assert result["category"] == {"code": "renovation-utilities", "name": "老旧小区改造与管网"}
        assert result["outcome"] == {"status": "resolved", "name": "已化解"}
        assert result["place"] == "辽宁省沈阳市"
        assert result["date"] == "2024-07"
        assert result["redlines"] == ["<u>不得</u>动手"]

    @pytest.mark.parametrize("text", ["楼上漏水滴到厨房", "狗", "停车难", "上门走访", "樓上漏水"])
    def test_results_are_the_engines(self, client, engine, text):
        outcome = engine.search(Query.checked(text, 7, vocabulary=engine.snapshot.vocabulary))
        answer = search(client, text, top_k=7)
        assert ids(answer) == [match.case.id for match in outcome.results]
        assert answer["snapshot"] == engine.snapshot.manifest.id
        assert answer["considered"] == 45

    def test_five_unless_asked_otherwise(self, client):
        assert len(search(client)["results"]) == 5
        assert len(search(client, top_k=1)["results"]) == 1
        assert len(search(client, top_k=50)["results"]) == 45

    def test_a_filter_takes_one_value_or_several(self, client):
        one = search(client, top_k=50, filters={"category": "noise"})
        assert {row["category"]["code"] for row in one["results"]} == {"noise"}
        assert one["considered"] == 11
        two = search(client, top_k=50, filters={"category": ["noise", "water-leak"], "year": "2019"})
        assert {row["category"]["code"] for row in two["results"]} <= {"noise", "water-leak"}
        assert {row["date"][:4] for row in two["results"]} == {"2019"}

    def test_a_filter_that_leaves_nothing_is_an_empty_answer_not_an_error(self, client):
        answer = search(client, filters={"province": "火星省"})
        assert (answer["results"], answer["considered"]) == ([], 0)

    def test_choosing_what_a_facet_offers_leaves_as_many_as_it_says(self, client):
        for facet in search(client)["facets"]:
            for value in facet["values"][:3]:
                chosen = search(client, filters={facet["field"]: value["value"]})
                assert chosen["considered"] == value["count"]
                marked = [
                    v
                    for f in chosen["facets"]
                    if f["field"] == facet["field"]
                    for v in f["values"]
                    if v["chosen"]
                ]
                assert [v["value"] for v in marked] == [value["value"]]

    @pytest.mark.parametrize(
        "query",
        ["漏" * 2000, "狗", "a" * 2000, "🐕狗", "漏\t水\r\n", "\u202e漏水", "%00漏水", "'\"`${7*7}漏"],
    )
    def test_whatever_people_type_is_answered(self, client, query):
        assert search(client, query)["results"]

    def test_two_thousand_characters_outside_the_basic_plane_are_two_thousand(self, client):
        assert search(client, "𠮷" * 2000)["considered"] == 45

    def test_the_same_question_gets_the_same_answer(self, client):
        first, second = search(client), search(client)
        first.pop("took_ms")
        second.pop("took_ms")
        assert first == second

    def test_a_withdrawn_case_is_never_found(self, client):
        assert WITHDRAWN not in ids(search(client, "独轮车表演占道", top_k=50))


class TestCases:
    def test_all_cases_in_pages_in_order_of_id(self, client):
        listed = []
        for page in (1, 2, 3):
            answer = client.get(f"{API}/cases", params={"page": page}).json()
            assert answer.keys() == {"cases", "facets", "total", "page", "pages"}
            assert (answer["total"], answer["page"], answer["pages"]) == (45, page, 3)
            assert all(row.keys() == CASE_KEYS for row in answer["cases"])
            listed += ids(answer, "cases")
        assert listed == sorted(set(listed))
        assert len(listed) == 45
        assert WITHDRAWN not in listed

    def test_page_size(self, client):
        answer = client.get(f"{API}/cases", params={"page": 2, "page_size": 40}).json()
        assert (len(answer["cases"]), answer["pages"]) == (5, 2)

    def test_a_page_after_the_last_is_empty(self, client):
        answer = client.get(f"{API}/cases", params={"page": 99}).json()
        assert (answer["cases"], answer["total"]) == ([], 45)

    def test_filters_several_values_of_one_field_and_several_fields(self, client):
        query = [("category", "noise"), ("category", "water-leak"), ("level", "强基"), ("page_size", "100")]
        answer = client.get(f"{API}/cases", params=query).json()
        assert answer["total"] == len(answer["cases"]) == 22
        assert {row["category"]["code"] for row in answer["cases"]} == {"noise", "water-leak"}

    def test_a_whole_case(self, client):
        answer = client.get(f"{API}/cases/noise-03").json()
        assert answer.keys() == {"case_id", "withdrawn", "front_matter", "sections"}
        assert (answer["case_id"], answer["withdrawn"]) == ("noise-03", False)
        assert answer["front_matter"]["schema"] == 1
        assert answer["front_matter"]["methods"] == ["圆桌会"]
        headings = ["案情", "争议焦点", "怎么看", "怎么干", "结果", "经验与教训", "讨论题"]
        assert [part["heading"] for part in answer["sections"]] == headings
        assert "音响开到半夜" in answer["sections"][0]["text"]

    def test_a_withdrawn_case_can_be_read_with_its_reason(self, client):
        answer = client.get(f"{API}/cases/{WITHDRAWN}").json()
        assert answer["withdrawn"] is True
        assert answer["front_matter"]["review"]["reason"] == "来源后来更正了说法"

    def test_similar_leaves_the_case_itself_out(self, client):
        answer = client.get(f"{API}/cases/noise-03/similar").json()
        assert answer.keys() == {"results"}
        assert len(answer["results"]) == 5
        assert not {"noise-03", WITHDRAWN} & set(ids(answer))
        assert len(client.get(f"{API}/cases/noise-03/similar", params={"top_k": 2}).json()["results"]) == 2

    def test_facets_count_the_whole_library(self, client):
        facets = {facet["field"]: facet["values"] for facet in client.get(f"{API}/facets").json()["facets"]}
        assert list(facets) == list(FIELDS)
        assert sum(value["count"] for value in facets["outcome"]) == 45
        assert not any(value["chosen"] for values in facets.values() for value in values)


class TestHealth:
    @pytest.mark.parametrize("prefix", ["", API])
    def test_alive_and_ready(self, client, engine, prefix):
        assert client.get(f"{prefix}/healthz").json() == {"status": "ok"}
        ready = {"status": "ready", "snapshot": engine.snapshot.manifest.id, "cases": 46}
        assert client.get(f"{prefix}/readyz").json() == ready


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/", None),
        ("GET", "/cases", None),
        ("GET", "/cases/noise-03", None),
        ("GET", "/cases/nobody", None),
        ("GET", "/nowhere", None),
        ("GET", "/search", None),
        ("POST", "/search", b"query=%E7%8B%97"),
        ("POST", "/search", b"query="),
        ("POST", "/search", b"x" * 70_000),
        ("GET", "/language?to=en", None),
        ("GET", "/static/css/base.css", None),
        ("GET", "/static/nowhere.css", None),
        ("GET", "/healthz", None),
        ("GET", f"{API}/cases", None),
        ("GET", f"{API}/openapi.json", None),
        ("POST", f"{API}/search", json.dumps({"query": "狗"}).encode()),
        ("POST", f"{API}/search", b"{"),
        ("POST", f"{API}/search", b"x" * 70_000),
        ("PUT", f"{API}/search", None),
    ],
)
def test_every_answer_is_guarded_and_answers_to_post_are_not_kept(client, method, path, body):
    kind = "application/json" if path.startswith(API) else "application/x-www-form-urlencoded"
    answer = client.request(method, path, content=body, headers={"content-type": kind})
    assert set(answer.headers) >= HEADERS
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (answer.headers.get("cache-control") == "no-store") == (method == "POST")


def test_no_other_site_may_read_the_answers(client):
    answer = client.post(f"{API}/search", json={"query": "狗"}, headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_many_at_once_get_their_own_answers(served):
    from concurrent.futures import ThreadPoolExecutor

    def ask(number):
        category = ("noise", "water-leak", "parking-charging")[number % 3]
        with httpx.Client(base_url=served.url, timeout=30) as http:
            answer = search(http, "两家人吵", top_k=50, filters={"category": category})
        return {row["category"]["code"] for row in answer["results"]} == {category}

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(ask, range(36)))
