"""A new snapshot takes the place of the old one under load, without a failed request and without a restart."""

import shutil
import threading
import time

import httpx
import pytest
from library_maker import casebook, made_case, write_library

from indexer.snapshot.manifest import POINTER

NEWCOMER = made_case(
    "the-newcomer",
    title="热气球落在楼顶上怎么办",
    asked_as=("热气球落楼顶", "热气球谁来管", "楼顶热气球", "热气球还在楼顶上"),
)


@pytest.fixture
def library(tmp_path):
    return write_library(tmp_path / "cases", [made_case(f"case-{number}") for number in range(6)])


def index_it(library, index):
    done = casebook("index", "--cases", library, "--index", index)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def found(http, text="热气球落楼顶"):
    return [row["case_id"] for row in http.post("/api/v1/search", json={"query": text}).json()["results"]]


def until(condition, seconds=15):
    """Wait until `condition` holds; requests are what makes the server look for a new snapshot."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


class Hammer:
    """Threads that keep asking, page and API by turns, and remember everything that went wrong."""

    def __init__(self, url):
        self._url = url
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]
        self.answers = 0
        self.failures = []

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self):
        with httpx.Client(base_url=self._url, timeout=20) as http:
            while not self._stop.is_set():
                try:
                    for answer in (
                        http.post("/api/v1/search", json={"query": "两家人天天吵"}),
                        http.get("/cases/case-0"),
                        http.post("/search", data={"query": "热气球"}, follow_redirects=True),
                        http.get("/api/v1/cases"),
                    ):
                        self.answers += 1
                        if answer.status_code != 200:
                            self.failures.append(f"{answer.status_code} {answer.text[:300]}")
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))


def test_no_request_fails_while_a_new_snapshot_is_published(library, tmp_path, serve):
    index = tmp_path / "index"
    index_it(library, index)
    with serve(index) as server, httpx.Client(base_url=server.url, timeout=20) as http:
        assert "the-newcomer" not in found(http)
        with Hammer(server.url) as hammer:
            write_library(library, [NEWCOMER])
            second = index_it(library, index)
            assert until(lambda: found(http)[0] == "the-newcomer")
            write_library(library, [made_case("case-9")])
            third = index_it(library, index)
            assert until(lambda: http.get("/readyz").json()["snapshot"] == third)
        assert second != third
        assert hammer.failures == []
        assert hammer.answers > 40
        assert http.get("/api/v1/cases").json()["total"] == 8


def test_a_damaged_snapshot_is_refused_and_the_old_one_stays(library, tmp_path, serve):
    index = tmp_path / "index"
    first = index_it(library, index)
    with serve(index) as server, httpx.Client(base_url=server.url, timeout=20) as http:
        assert len(found(http)) == 5
        broken = index / "snapshots" / "20300101T000000000000-000000000000"
        shutil.copytree(index / "snapshots" / first, broken)
        (broken / "passages.jsonl").write_text("{}\n", encoding="utf-8")
        (index / POINTER).write_text(f"{broken.name}\n", encoding="utf-8")
        for _ in range(10):
            assert len(found(http)) == 5
            time.sleep(0.05)
        assert http.get("/readyz").json()["snapshot"] == first
        assert until(lambda: broken.name.encode() in server.said)
        for _ in range(20):
            found(http)
        assert server.said.decode().count("没有启用") == 1  # said once, not with every request
        assert b"Traceback" not in server.said
        # And a sound one after it is taken as usual.
        write_library(library, [NEWCOMER])
        last = index_it(library, index)
        assert until(lambda: http.get("/readyz").json()["snapshot"] == last)
        assert found(http)[0] == "the-newcomer"


def test_an_index_that_vanishes_does_not_stop_a_running_server(library, tmp_path, serve):
    index = tmp_path / "index"
    index_it(library, index)
    with serve(index) as server, httpx.Client(base_url=server.url, timeout=20) as http:
        assert len(found(http)) == 5
        shutil.rmtree(index)
        assert len(found(http)) == 5
        assert http.get("/cases/case-0").status_code == 200
