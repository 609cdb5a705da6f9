"""What somebody types is nowhere afterwards: not in a log, not on a disk, not in an address or a header."""

import http.client
from urllib.parse import quote, urlsplit

import httpx
import pytest
from library_maker import build_index, casebook, environment, made_case, write_library

CANARY = "金丝雀canary8341"
FORMS = [
    CANARY.encode(),
    quote(CANARY).encode(),
    CANARY.encode("unicode_escape"),
    b"canary8341",
    "金丝雀".encode(),
]


def traces(content):
    return [form for form in FORMS if form in content]


def assert_nowhere_below(*folders):
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert traces(path.read_bytes()) == [], path
        assert not traces(path.name.encode())


@pytest.fixture
def private(tmp_path, serve):
    """A server of its own, in an empty folder, with its temporary files in another."""
    index = build_index(
        write_library(tmp_path / "cases", [made_case("one"), made_case("two")]), tmp_path / "index"
    )
    (tmp_path / "tmp").mkdir()
    with serve(index, TMPDIR=str(tmp_path / "tmp"), HOME=str(tmp_path / "tmp")) as server:
        yield server


def api_requests(http):
    """Every way of asking the API, right and wrong."""
    search = "/api/v1/search"
    yield http.post(search, json={"query": CANARY})
    yield http.post(search, json={"query": CANARY * 400})
    yield http.post(search, json={"query": CANARY + "\0"})
    yield http.post(search, content=f'{{"query": "{CANARY}\\ud800"}}'.encode())
    yield http.post(search, json={"query": CANARY, "top_k": 0})
    yield http.post(search, json={"query": CANARY, "filters": {"category": "red"}})
    yield http.post(search, json={"query": [CANARY]})
    yield http.post(search, json={"query": CANARY, "extra": CANARY})
    yield http.post(
        search, content=f'{{"query": "{CANARY}"'.encode(), headers={"content-type": "application/json"}
    )
    yield http.post(search, content=CANARY.encode("gb18030"), headers={"content-type": "application/json"})
    yield http.post(search, content=CANARY.encode() * 4000, headers={"content-type": "application/json"})
    yield http.post(search, json=CANARY)
    yield http.put(search, json={"query": CANARY})
    yield http.post("/api/v1/nowhere", json={"query": CANARY})
    yield http.post("/api/v1/cases", json={"query": CANARY})


def page_requests(http):
    """Every way of asking a page."""
    yield http.post("/search", data={"query": CANARY})
    yield http.post("/search", data={"query": CANARY, "set": "category=noise"})
    yield http.post("/search", data={"query": CANARY, "set": "category=red"})
    yield http.post("/search", data={"query": CANARY, "within": CANARY})
    yield http.post("/search", data={"query": CANARY, "my_households": CANARY, "my_type": CANARY})
    yield http.post("/topics", data={"category": CANARY})
    yield http.post("/topics", data={"category": "noise", "query": CANARY})
    answer = http.post("/search", data={"query": CANARY, "filter": "category=noise"})
    yield answer
    yield http.get(answer.headers["location"])
    yield http.get("/language", params={"to": "en", "next": answer.headers["location"]})
    yield http.post("/search", data={"query": CANARY * 400})
    yield http.post("/search", data={"query": CANARY + "\0"})
    yield http.post("/search", files={"query": ("a.txt", CANARY.encode())})
    yield http.post("/search", files={"other": ("a.txt", CANARY.encode() * 1000)}, data={"query": CANARY})
    yield http.post("/search", content=CANARY.encode() * 4000)
    yield http.post("/cases", data={"query": CANARY})
    yield http.post("/nowhere", data={"query": CANARY})


def test_a_query_leaves_no_trace(private):
    with httpx.Client(base_url=private.url, timeout=20) as http:
        answers = [*api_requests(http), *page_requests(http)]
    assert {answer.status_code for answer in answers} == {200, 303, 400, 404, 405, 413, 422}
    for answer in answers:
        headers = b"\n".join(name + b": " + value for name, value in answer.headers.raw)
        assert traces(headers) == []
    assert traces(private.said) == []
    assert_nowhere_below(private.folder, private.index, private.folder.parent)


def test_not_even_when_somebody_puts_it_into_an_address(private):
    with httpx.Client(base_url=private.url, timeout=20) as http:
        for path in ("/search", "/", "/cases", "/nowhere", "/api/v1/search", "/api/v1/cases", "/healthz"):
            answer = http.get(path, params={"query": CANARY})
            assert traces(answer.headers.get("location", "").encode()) == []
        http.get(f"/{CANARY}")
        http.get(f"/api/v1/cases/{CANARY}")
    assert traces(private.said) == []
    assert_nowhere_below(private.folder, private.index)


def test_not_when_the_line_breaks_or_the_request_is_no_http(private):
    netloc = urlsplit(private.url).netloc
    connection = http.client.HTTPConnection(netloc, timeout=10)
    connection.putrequest("POST", "/api/v1/search")
    connection.putheader("content-length", "5000")
    connection.putheader("content-type", "application/json")
    connection.endheaders()
    connection.send(CANARY.encode())
    connection.close()
    broken = http.client.HTTPConnection(netloc, timeout=10)
    broken.connect()
    broken.sock.sendall(f"POST {CANARY}\r\nX-Canary {CANARY}\r\n\r\n".encode())
    broken.sock.recv(1000)
    broken.close()
    assert httpx.get(f"{private.url}/healthz").status_code == 200
    assert traces(private.said) == []


def test_not_by_the_command_line_either(tmp_path):
    index = build_index(write_library(tmp_path / "cases", [made_case("one")]), tmp_path / "index")
    (tmp_path / "here").mkdir()
    done = casebook(
        "search",
        CANARY,
        "--index",
        index,
        cwd=tmp_path / "here",
        env=environment(HOME=str(tmp_path / "here")),
    )
    assert done.returncode == 0
    assert CANARY not in done.stdout + done.stderr
    assert_nowhere_below(index, tmp_path / "cases")
    assert not [
        path for path in (tmp_path / "here").rglob("*") if path.is_file() and traces(path.read_bytes())
    ]


def test_the_language_is_all_that_a_cookie_holds(private):
    with httpx.Client(base_url=private.url, timeout=20) as http:
        http.post("/search", data={"query": CANARY}, follow_redirects=True)
        http.get("/language", params={"to": "en", "next": "/"})
        assert dict(http.cookies) == {"lang": "en"}
