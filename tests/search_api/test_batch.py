"""Many orders at once: row by row, what is wrong is skipped and named, what repeats itself is put together."""

import json

import httpx
import numpy as np
import pytest
from library_maker import ENCODER, build_index, made_case, write_library

from indexer.encoders.base import open_encoder
from indexer.errors import QueryError
from search_api.core.batch import MAX_ROWS, Answered, Batch, Progress, Row, Skipped, groups
from search_api.core.engine import SearchEngine
from search_api.core.query import Query

API = "/api/v1"
LEAK = "厨房顶上漏水，一滴一滴往下掉"
DANCE = "音响开到半夜，吵得睡不着"


@pytest.fixture(scope="module")
def engine(made_index):
    return SearchEngine.open(made_index, open_encoder(ENCODER))


def answer(engine, *texts):
    """Everything that comes back for these texts, numbered from 2 as in a table with a heading."""
    return list(Batch(engine).answer([Row(number, text) for number, text in enumerate(texts, start=2)]))


def send(client, rows, **more):
    return client.post(f"{API}/batch", json={"rows": rows, **more})


def lines(response):
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


class TestRows:
    def test_each_row_has_the_cases_that_a_search_finds(self, engine):
        first, second, *_ = answer(engine, LEAK, DANCE)
        for row, text in ((first, LEAK), (second, DANCE)):
            found = engine.search(Query(text, 3))
            assert [case.case_id for case in row.cases] == [match.case.id for match in found.results]
            assert [case.level for case in row.cases] == [match.level for match in found.results]
            assert row.level == found.verdict.level

    def test_a_row_that_cannot_be_answered_is_skipped_and_the_rest_goes_on(self, engine):
        found = answer(engine, "", " \n", "……！", "长" * 2001, "a\0b", "\ud800号", LEAK)
        reasons = [(row.number, row.reason) for row in found if isinstance(row, Skipped)]
        expected = ["empty", "empty", "no_words", "too_long", "not_text", "not_text"]
        assert reasons == list(enumerate(expected, start=2))
        assert [row.number for row in found if isinstance(row, Answered)] == [8]

    def test_an_order_that_is_nothing_but_personal_data_is_empty(self, engine):
        assert answer(engine, "13912345678")[0] == Skipped(2, "empty")

    def test_personal_data_is_masked_here_too(self, engine):
        text = "业主张建国，电话13912345678，" + LEAK
        *_, repeated = answer(engine, text, text)
        assert repeated[0].said == "业主张某，电话〔电话〕，" + LEAK

    def test_the_number_of_rows_done_is_told_at_last(self, engine):
        found = answer(engine, *[LEAK] * 41)
        assert [row for row in found if isinstance(row, Progress)] == [
            Progress(20, 41), Progress(40, 41), Progress(41, 41)
        ]  # fmt: skip

    @pytest.mark.parametrize("count", [0, MAX_ROWS + 1])
    def test_no_rows_or_too_many_are_refused_before_anything_is_done(self, engine, count):
        with pytest.raises(QueryError, match=f"给了 {count} 行"):
            Batch(engine).answer([Row(1, LEAK)] * count)


class TestWhatRepeatsItself:
    def test_rows_that_say_the_same_are_put_together_the_largest_group_first(self, engine):
        *_, repeated = answer(engine, LEAK, DANCE, "没有别的", DANCE, LEAK, LEAK)
        assert [sorted(group.numbers) for group in repeated] == [[2, 6, 7], [3, 5]]
        assert [group.said for group in repeated] == [LEAK, DANCE]
        assert repeated[0].cases[0].case_id.startswith("water-leak")

    def test_a_row_alone_is_no_group(self, engine):
        assert answer(engine, LEAK, DANCE)[-1] == ()

    def test_a_group_gathers_around_the_row_with_most_others_near(self):
        def at(degrees):
            return [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]

        # 0° and 40° are too far from each other, 20° is near both.
        vectors = np.array([at(0), at(40), at(20), at(90), at(95)], np.float32)
        assert groups(vectors, np.cos(np.radians(25))) == [[2, 0, 1], [3, 4]]

    def test_a_row_without_meaning_is_near_nothing(self):
        assert groups(np.zeros((3, 4), np.float32)) == []
        assert groups(np.zeros((0,), np.float32)) == []


class TestOverHttp:
    def test_one_line_a_row_then_progress_then_groups(self, client):
        rows = [{"row": 5, "text": LEAK}, {"row": 9, "text": "！"}, {"row": 12, "text": LEAK}]
        response = send(client, rows)
        assert response.headers["content-type"] == "application/x-ndjson"
        assert response.headers["cache-control"] == "no-store"
        first, skipped, second, progress, groups = lines(response)
        assert (first["row"], second["row"], first["level"]) == (5, 12, "uncalibrated")
        assert len(first["cases"]) == 3
        assert first["cases"][0].keys() == {"case_id", "title", "level", "category"}
        assert skipped == {"skipped": 9, "reason": "no_words"}
        assert progress == {"done": 3, "of": 3}
        assert [group["rows"] for group in groups["clusters"]] == [[5, 12]]
        assert groups["clusters"][0]["said"] == LEAK

    @pytest.mark.parametrize(
        ("body", "status", "said"),
        [
            ({"rows": [{"row": 1, "text": LEAK}] * (MAX_ROWS + 1)}, 422, "给了 2001 行，应是 1 到 2000 行"),
            ({"rows": []}, 422, "给了 0 行"),
            ({"rows": "abc"}, 422, "rows：应是列表"),
            ({}, 422, "rows：必须填写"),
            ({"rows": [{"row": 1}]}, 422, "rows.text：必须填写"),
            ({"rows": [{"row": "1", "text": ""}]}, 422, "rows.row：应是整数"),
            ([1], 422, "应是一个 JSON 对象"),
        ],
    )
    def test_what_is_wrong_is_said(self, client, body, status, said):
        response = client.post(f"{API}/batch", json=body)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert said in response.json()["detail"]

    def test_what_is_no_json_is_said(self, client):
        response = client.post(f"{API}/batch", content=b"{rows", headers={"content-type": "application/json"})
        assert response.status_code == 422
        assert "不是合格的 JSON" in response.json()["detail"]

    def test_only_here_a_large_body_is_taken(self, client):
        rows = [{"row": 1, "text": LEAK * 20}] + [{"row": 2, "text": " " * 5000}] * 20
        assert len(json.dumps({"rows": rows})) > 64 * 1024
        assert lines(send(client, rows))[0]["row"] == 1
        assert client.post(f"{API}/search", json={"query": LEAK * 5000}).status_code == 413

    def test_a_body_that_is_too_large_even_here_is_told_the_limit(self, client):
        response = client.post(f"{API}/batch", content=b" " * (16 * 1024 * 1024 + 1))
        assert response.status_code == 413
        assert response.json()["detail"] == "一次最多 16 MiB。请分几次。"

    def test_the_rules_for_masking_are_given_to_the_browser(self, client):
        answer = client.get(f"{API}/personal-rules").json()
        assert answer.keys() == {"words", "rules", "unless"}
        assert {"name", "kind", "word", "pattern"} <= answer["rules"][0].keys()


def test_nothing_of_the_orders_is_kept(tmp_path, serve):
    index = build_index(write_library(tmp_path / "cases", [made_case("one")]), tmp_path / "index")
    (tmp_path / "tmp").mkdir()
    with serve(index, TMPDIR=str(tmp_path / "tmp")) as server, httpx.Client(base_url=server.url) as http:
        canary = "金丝雀canary8341"
        for text in (canary, canary * 400, canary + "\0"):
            lines(send(http, [{"row": 1, "text": text}, {"row": 2, "text": text}]))
        assert send(http, [{"row": canary, "text": canary}]).status_code == 422
        results = [{"row": 1, "text": canary, "level": "none", "cases": []}]
        assert http.post(f"{API}/batch/workbook", json={"results": results}).status_code == 200
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert files
        for content in (server.said, *(path.read_bytes() for path in files)):
            assert b"canary8341" not in content
            assert canary.encode() not in content
