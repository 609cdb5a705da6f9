"""The published description: everything in it is true of the running API, by its own examples and by schemathesis."""

import pytest
import schemathesis
from hypothesis import given, settings
from library_maker import ENCODER
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search_api.core.fields import FIELDS
from search_api.core.query import Query
from search_api.server.app import create_app
from search_api.settings import Settings

API = "/api/v1"


@pytest.fixture(scope="module")
def description(client):
    answer = client.get(f"{API}/openapi.json")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="module")
def described(made_index):
    """The description of an application in this process, for schemathesis to try out."""
    app = create_app(Settings(index=made_index, encoder=ENCODER))
    return schemathesis.openapi.from_asgi(f"{API}/openapi.json", app)


OPERATIONS = [
    ("POST", "/search"),
    ("GET", "/cases"),
    ("GET", "/cases/{case_id}"),
    ("GET", "/cases/{case_id}/similar"),
    ("GET", "/facets"),
    ("GET", "/personal-rules"),
    ("POST", "/batch"),
    ("POST", "/batch/workbook"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_as_described(described, method, path):
    operation = described[f"{API}{path}"][method]

    @given(case=operation.as_strategy())
    @settings(max_examples=60 if method == "POST" else 20, deadline=None, derandomize=True, database=None)
    def send(case):
        answer = case.call()
        assert answer.status_code < 500, answer.text
        case.validate_response(
            answer, checks=[status_code_conformance, content_type_conformance, response_schema_conformance]
        )

    send()


def test_exactly_these_paths_are_described(description):
    described = {(method, path) for path, item in description["paths"].items() for method in item}
    assert described == {(method.lower(), f"{API}{path}") for method, path in OPERATIONS}


def examples_in(value):
    """Every list of examples of requests anywhere in the description."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from part if key == "examples" and isinstance(part, list) else examples_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from examples_in(part)


def test_the_examples_of_a_search_are_accepted_by_the_api_itself(client, description):
    examples = description["components"]["schemas"]["SearchRequest"]["examples"]
    assert examples
    for example in examples:
        answer = client.post(f"{API}/search", json=example)
        assert answer.status_code == 200, answer.text
        assert answer.json()["results"]


def test_the_example_of_a_case_id_is_a_case_of_the_real_library(description):
    from library_maker import ROOT

    ids = {path.stem for path in (ROOT / "cases").glob("*/*.md")}
    parameters = [
        p for item in description["paths"].values() for p in item.get("get", {}).get("parameters", [])
    ]
    examples = [example for p in parameters if p["name"] == "case_id" for example in p["schema"]["examples"]]
    assert examples
    assert set(examples) <= ids


def test_the_example_of_a_problem_has_the_form_of_one(client, description):
    (example,) = list(examples_in(description["components"]["schemas"].get("ProblemAnswer", {}))) or [None]
    real = client.post(f"{API}/search", json={"query": ""}).json()
    assert example is None or example.keys() == real.keys()


def test_every_operation_says_what_may_go_wrong_and_that_it_is_problem_json(description):
    for path, item in description["paths"].items():
        for method, operation in item.items():
            failures = {
                status: answer for status, answer in operation["responses"].items() if status >= "400"
            }
            assert failures or path.endswith("/healthz"), (method, path)
            for answer in failures.values():
                assert list(answer["content"]) == ["application/problem+json"], (method, path)


def test_the_filters_of_the_list_of_cases_are_named(description):
    operation = description["paths"][f"{API}/cases"]["get"]
    named = operation["description"] + str(operation.get("parameters"))
    assert all(name in named for name in FIELDS)


def test_the_limits_are_those_of_the_search_itself(description, made_index):
    request = description["components"]["schemas"]["SearchRequest"]
    assert request["required"] == ["query"]
    assert request["additionalProperties"] is False
    top_k = request["properties"]["top_k"]
    assert (top_k["minimum"], top_k["maximum"], top_k["default"]) == (1, 50, Query("x").top_k)


def test_there_is_no_page_that_loads_scripts_from_elsewhere(client):
    # FastAPI's own documentation pages take their scripts from another site.
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404
