"""A question that speaks of danger: the advice stands above any case, in the API, on the page and on the terminal."""

import shutil
from dataclasses import replace

import httpx
import pytest
from library_maker import ROOT, build_index, casebook, made_case, write_library
from page_reader import Page

from indexer.classifier import TextClassifier
from indexer.text.redlines import RedLines
from indexer.train.danger import train_danger
from search_api.evaluation.judged import OFF_TOPIC, load_judged

DANGEROUS = "他喝醉了就打老婆，孩子吓得直哭"
HARMLESS = "楼上天天半夜拖椅子"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("danger")
    library = write_library(folder / "cases", [made_case("one"), made_case("two")])
    shutil.copy(ROOT / "cases" / "redlines.yaml", library)
    shutil.copytree(ROOT / "cases" / "redlines", library / "redlines")
    return build_index(library, folder / "index")


@pytest.fixture
def http(serve, index):
    with (
        serve(index) as server,
        httpx.Client(base_url=server.url, timeout=20, follow_redirects=True) as client,
    ):
        yield client


def test_the_api_says_what_to_do_and_whom_to_call(http):
    answer = http.post("/api/v1/search", json={"query": DANGEROUS}).json()
    (line,) = answer["redlines"]
    assert line.keys() == {"kind", "name", "message", "call"}
    assert line["kind"] == "domestic-violence"
    assert "110" in line["call"]
    assert answer["results"]
    assert http.post("/api/v1/search", json={"query": HARMLESS}).json()["redlines"] == []


def test_on_the_page_it_stands_before_the_question_and_the_cases(http):
    html = http.post("/search", data={"query": DANGEROUS}).text
    banner = Page(html).one("div", role="alert")
    assert "110" in banner.text
    assert html.index('role="alert"') < html.index("<textarea") < html.index('class="verdict')
    assert not Page(http.post("/search", data={"query": HARMLESS}).text).all("div", role="alert")


def test_in_english(http):
    http.cookies.set("lang", "en")
    banner = Page(http.post("/search", data={"query": DANGEROUS}).text).one("div", role="alert")
    assert "Somebody may be being beaten" in banner.text


def test_on_the_terminal_it_comes_first(index):
    said = casebook("search", DANGEROUS, "--index", index).stdout
    assert said.startswith("！可能有人正在挨打")
    assert "110" in said.split("\n\n")[0]


# --- the real red lines


@pytest.fixture(scope="module")
def redlines():
    model = TextClassifier.load(ROOT / "cases" / "redlines" / "model.npz")
    return replace(RedLines.load(ROOT / "cases" / "redlines.yaml"), chances=model.chances)


def test_every_kind_names_a_number_in_both_languages(redlines):
    assert len(redlines.rows) >= 8
    for line in redlines.rows:
        for advice in (line.advice("zh"), line.advice("en")):
            assert any(number in advice.call for number in ("110", "119", "120"))
            assert advice.name
            assert advice.message


def test_few_judged_queries_alarm_and_hardly_one_that_is_about_something_else(redlines):
    queries = load_judged(ROOT / "cases" / "judged")
    alarms = [query for query in queries if redlines.crossed(query.text)]
    elsewhere = [query for query in queries if query.style == OFF_TOPIC]
    # Most of these do speak of danger: somebody is being beaten, a fraud is going on.
    assert len(alarms) <= 0.07 * len(queries)
    assert sum(query.style == OFF_TOPIC for query in alarms) <= 0.02 * len(elsewhere)


def lines_of_danger(name="lines.tsv"):
    text = (ROOT / "tests" / "fixtures" / "redlines" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")]


def test_no_line_of_danger_is_missed(redlines):
    """They are how people put it; not a measure of what nobody has written down yet."""
    spoken = [(kind, line) for kind, line in lines_of_danger() if kind != "none"]
    assert len(spoken) >= 150
    assert {kind for kind, _ in spoken} == {line.kind for line in redlines.rows}
    assert [line for _, line in spoken if not redlines.crossed(line)] == []
    named = [kind in {found.kind for found in redlines.crossed(line)} for kind, line in spoken]
    assert sum(named) >= 0.98 * len(named)


def test_of_lines_that_taught_nothing_most_are_found(redlines):
    """A measure of what nobody has written down yet: the phrases alone find two in five of them."""
    unseen = lines_of_danger("unseen.tsv")
    taught = (ROOT / "cases" / "redlines" / "told.tsv").read_text(encoding="utf-8")
    assert not [line for _, line in unseen if f"\t{line}\n" in taught]
    spoken = [bool(redlines.crossed(line)) for kind, line in unseen if kind != "none"]
    harmless = [bool(redlines.crossed(line)) for kind, line in unseen if kind == "none"]
    assert sum(spoken) >= 0.85 * len(spoken) > 150
    assert sum(harmless) <= 0.06 * len(harmless)


def test_the_model_is_what_comes_of_the_lines(redlines):
    fresh, _ = train_danger(ROOT / "cases")
    shipped = TextClassifier.load(ROOT / "cases" / "redlines" / "model.npz")
    for _, line in lines_of_danger("unseen.tsv")[::9]:
        assert fresh.chances(line) == pytest.approx(shipped.chances(line), abs=0.005)


def test_what_only_sounds_so_is_left_alone(redlines):
    harmless = [line for kind, line in lines_of_danger() if kind == "none"]
    assert len(harmless) >= 50
    assert sum(bool(redlines.crossed(line)) for line in harmless) <= 0.02 * len(harmless)
