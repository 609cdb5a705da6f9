"""One error body on every path: whatever goes wrong, the answer has the same keys and the right status."""

import http.client
import json
import shutil
from urllib.parse import urlsplit

import httpx
import pytest
from library_maker import ENCODER, ROOT

from search_api.server.app import create_app
from search_api.settings import Settings

API = "/api/v1"
JSON = {"content-type": "application/json"}


def assert_problem(answer, status, field=None):
    """The answer is problem+json of `status`, and names `field`."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    body = answer.json()
    assert body.keys() - {"errors"} == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert [set(error) for error in body.get("errors", [])] == [{"field", "message"}] * len(
        body.get("errors", [])
    )
    assert field is None or field in [error["field"] for error in body["errors"]], body


WRONG_BODIES = [
    ({"query": ""}, "query"),
    ({"query": " \n　"}, "query"),
    ({"query": "漏" * 2001}, "query"),
    ({"query": "漏\0水"}, "query"),
    ({"query": "漏\ud800水"}, "query"),
    ({"query": "\udc00"}, "query"),
    ({"query": "😡👍"}, "query"),
    ({"query": "……？！"}, "query"),
    ({"query": None}, "query"),
    ({"query": 7}, "query"),
    ({"query": ["漏水"]}, "query"),
    ({}, "query"),
    ({"query": "漏水", "top_k": 0}, "top_k"),
    ({"query": "漏水", "top_k": 51}, "top_k"),
    ({"query": "漏水", "top_k": -1}, "top_k"),
    ({"query": "漏水", "top_k": "5"}, "top_k"),
    ({"query": "漏水", "top_k": True}, "top_k"),
    ({"query": "漏水", "top_k": 5.0}, "top_k"),
    ({"query": "漏水", "top_k": None}, "top_k"),
    ({"query": "漏水", "top_k": 10**40}, "top_k"),
    ({"query": "漏水", "filters": {"colour": "red"}}, "filters.colour"),
    ({"query": "漏水", "filters": {"category": "red"}}, "filters.category"),
    ({"query": "漏水", "filters": {"category": ["noise", "red"]}}, "filters.category"),
    ({"query": "漏水", "filters": {"category": 3}}, "filters.category"),
    ({"query": "漏水", "filters": {"category": ["noise", None]}}, "filters.category"),
    ({"query": "漏水", "filters": {"category": "\ud800"}}, "filters.category"),
    ({"query": "漏水", "filters": {"province": "\ud800"}}, "filters.province"),
    ({"query": "漏水", "filters": {"province": "\0"}}, "filters.province"),
    ({"query": "漏水", "filters": {"\ud800": "x"}}, "filters.?"),
    ({"query": "漏水", "\ud800": "x"}, "body"),
    ({"query": "漏水", "filters": []}, "filters"),
    ({"query": "漏水", "filters": "category=noise"}, "filters"),
    ({"query": "漏水", "page": 2}, "page"),
    ([], "body"),
    ("漏水", "body"),
    (None, "body"),
    (5, "body"),
]


@pytest.mark.parametrize(("body", "field"), WRONG_BODIES)
def test_a_wrong_request_names_the_field_at_fault(client, body, field):
    assert_problem(client.post(f"{API}/search", content=json.dumps(body), headers=JSON), 422, field)


@pytest.mark.parametrize("query", ["秘密词漏" * 600, "秘密词\0"])
def test_a_problem_never_repeats_what_was_asked(client, query):
    assert "秘密词" not in client.post(f"{API}/search", json={"query": query}).text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b'{"query": "x"', 422),
        (b"query=x", 422),
        ('{"query": "楼上漏水"}'.encode("gb18030"), 400),
        (b'{"query": "\xff\xfe"}', 400),
        (b'{"query": "x", "top_k": NaN}', 422),
        (b'{"query": "x", "top_k": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 60_000, 400),
    ],
)
def test_a_body_that_is_not_json_in_utf_8(client, content, status):
    assert_problem(client.post(f"{API}/search", content=content, headers=JSON), status)


def test_json_must_say_that_it_is_json(client):
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert_problem(client.post(f"{API}/search", content=b'{"query": "x"}', headers=form), 422)
    assert_problem(client.post(f"{API}/search", content=b'{"query": "x"}'), 422)


@pytest.mark.parametrize("size", [64 * 1024 + 1, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", [f"{API}/search", "/search"])
def test_a_body_over_64_kib_is_refused_whether_or_not_it_says_its_size(served, path, size, chunked):
    body = b'{"query": "' + b"x" * (size - 13) + b'"}'
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
    try:
        content = (body[at : at + 8192] for at in range(0, size, 8192)) if chunked else body
        try:
            connection.request("POST", path, content, JSON, encode_chunked=chunked)
        except (BrokenPipeError, ConnectionResetError):
            assert size > 64 * 1024 + 1  # the server may stop listening long before the end
        answer = connection.getresponse()
        assert answer.status == 413
        assert json.loads(answer.read()).keys() == {"type", "title", "status", "detail"}
    except ConnectionResetError:
        assert size > 64 * 1024 + 1
    finally:
        connection.close()
    assert httpx.get(f"{served.url}/healthz").status_code == 200


def test_exactly_64_kib_is_not_too_large(client):
    body = b'{"query": "' + b"x" * (64 * 1024 - 13) + b'"}'
    assert len(body) == 64 * 1024
    assert_problem(client.post(f"{API}/search", content=body, headers=JSON), 422, "query")


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/nowhere",
        f"{API}/",
        f"{API}/cases/nobody",
        f"{API}/cases/nobody/similar",
        f"{API}/cases/noise-03/nowhere",
        f"{API}/cases/%00",
        f"{API}/cases/..%2f..%2fetc%2fpasswd",
        "/api/v2/search",
        "/api/",
    ],
)
def test_an_unknown_path_or_case_is_404(client, path):
    assert_problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", f"{API}/search", "POST"),
        ("DELETE", f"{API}/search", "POST"),
        ("POST", f"{API}/cases", "GET"),
        ("PUT", f"{API}/cases/noise-03", "GET"),
        ("POST", f"{API}/facets", "GET"),
        ("POST", "/healthz", "GET"),
        ("POST", "/readyz", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_the_right_one_is_named(client, method, path, allowed):
    answer = client.request(method, path)
    assert_problem(answer, 405)
    assert allowed in answer.headers["allow"]


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("cases?page=0", "page"),
        ("cases?page=x", "page"),
        ("cases?page=" + "9" * 5000, "page"),
        ("cases?page=10001", "page"),
        ("cases?page_size=0", "page_size"),
        ("cases?page_size=101", "page_size"),
        ("cases?colour=red", "colour"),
        ("cases?query=x", "query"),
        ("cases?category=red", "filters.category"),
        ("cases?category=noise&category=", "filters.category"),
        ("cases/noise-03/similar?top_k=0", "top_k"),
        ("cases/noise-03/similar?top_k=21", "top_k"),
        ("cases/noise-03/similar?top_k=x", "top_k"),
    ],
)
def test_a_wrong_parameter_is_named(client, address, field):
    assert_problem(client.get(f"{API}/{address}"), 422, field)


def test_a_case_id_that_no_case_could_have_is_422_or_404(client):
    assert_problem(client.get(f"{API}/cases/{'x' * 201}"), 422, "case_id")


class TestWithoutASnapshot:
    @pytest.mark.parametrize("path", ["/cases", "/cases/x", "/cases/x/similar", "/facets", "/readyz"])
    def test_every_question_is_503_and_says_what_to_run(self, bare, path):
        answer = bare.get(f"{API}{path}")
        assert_problem(answer, 503)
        assert "casebook index" in answer.json()["detail"]

    def test_searching_too(self, bare):
        assert_problem(bare.post(f"{API}/search", json={"query": "狗"}), 503)
        assert_problem(bare.get("/readyz"), 503)

    def test_but_it_is_alive(self, bare):
        assert bare.get("/healthz").status_code == 200

    @pytest.fixture
    def bare(self, tmp_path):
        with asking(app_on(tmp_path / "none")) as client:
            yield client


class TestWhatNobodyExpected:
    """A fault inside: the answer is a plain 500 without a word of what was asked or of our insides."""

    def test_a_fault_behind_the_api_or_a_page(self, made_index, caplog):
        app = app_on(made_index)
        app.state.holder.engine().search = fail
        with asking(app) as client:
            answer = client.post(f"{API}/search", json={"query": "狗"})
            page = client.post("/search", data={"query": "狗"}, follow_redirects=True)
        assert_problem(answer, 500)
        assert "content-security-policy" in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert page.status_code == 500
        assert page.headers["content-type"].startswith("text/html")
        assert "content-security-policy" in page.headers
        for text in (answer.text, page.text):
            assert "inside-detail" not in text
            assert "Traceback" not in text
        # The log says where it happened, for whoever has to mend it, but not what was said.
        assert "RuntimeError" in caplog.text
        assert "in fail" in caplog.text
        assert "inside-detail" not in caplog.text.replace('raise RuntimeError("inside-detail")', "")

    def test_a_page_that_cannot_be_drawn(self, made_index, tmp_path, serve):
        web = shutil.copytree(ROOT / "web", tmp_path / "web")
        (web / "templates" / "results.html").write_text("{{ nothing.like.this }}", encoding="utf-8")
        with serve(made_index, CASEBOOK_WEB=str(web)) as server:
            answer = httpx.post(f"{server.url}/search", data={"query": "狗"}, follow_redirects=True)
            assert answer.status_code == 500
            assert "<h1>" in answer.text
            assert "nothing" not in answer.text
            assert "content-security-policy" in answer.headers
            assert httpx.get(f"{server.url}/").status_code == 200


def fail(*arguments):
    """A fault that nobody thought of."""
    raise RuntimeError("inside-detail")


def app_on(index):
    return create_app(Settings(index=index, encoder=ENCODER))


class asking:  # noqa: N801  (reads as a verb)
    """A client of an application in this process."""

    def __init__(self, app):
        from starlette.testclient import TestClient

        self._client = TestClient(app, raise_server_exceptions=False)

    def __enter__(self):
        return self._client.__enter__()

    def __exit__(self, *error):
        self._client.__exit__(*error)
