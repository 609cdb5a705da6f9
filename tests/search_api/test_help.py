"""The pages that explain: they are there in both languages, and every figure on them is one that was measured."""

import re
from dataclasses import replace

import pytest
from library_maker import ROOT
from page_reader import Page

from indexer.classifier import TextClassifier
from indexer.text.redlines import RedLines
from search_api.server.pages_help import FIGURES, LEVELS, Count

REPORT = (ROOT / "docs" / "report" / "report.md").read_text(encoding="utf-8")
TEST = REPORT.split("### test（考试用）")[1].split("\n## ")[0]
"""The part of the report on the questions that nobody looked at while anything was tuned."""

COMPARED = REPORT.rpartition("60 对问句和案例（test）")[2]

NAMES = {"close": "高度相似", "method": "做法可借鉴", "idea": "仅供启发", "none": "库内暂无合适案例"}


def found(pattern, text=TEST):
    """What the only place that `pattern` matches says."""
    (groups,) = re.findall(pattern, text)
    return groups


def rounded(count):
    return round(100 * count.right / count.of)


class TestFigures:
    @pytest.mark.parametrize("level", LEVELS)
    def test_how_often_a_level_helped(self, level):
        of, share = found(rf"第一个案例标“{NAMES[level]}”的 (\d+) 条，其中真有用的 (\d+)%")
        assert (LEVELS[level].of, rounded(LEVELS[level])) == (int(of), int(share))

    def test_how_many_questions_were_answered_or_honestly_not(self):
        answerable, elsewhere = found(r"能答的 (\d+) 条，库里没有的 (\d+) 条")
        assert (FIGURES["answerable"].of, FIGURES["elsewhere"].of) == (int(answerable), int(elsewhere))
        told, misled = found(r"能答的里没有说“库内暂无”的 ([\d.]+)%；库里没有的里却说有的 ([\d.]+)%")
        assert 100 * FIGURES["answerable"].right / int(answerable) == pytest.approx(float(told), abs=0.05)
        assert 100 * FIGURES["elsewhere"].wrong / int(elsewhere) == pytest.approx(float(misled), abs=0.05)

    def test_the_levels_add_up_to_all_questions(self):
        asked = FIGURES["answerable"].of + FIGURES["elsewhere"].of
        assert sum(count.of for count in LEVELS.values()) == asked

    def test_how_often_same_different_and_to_be_verified_were_right(self):
        total = re.search(r"^合计.*$", COMPARED, re.MULTILINE)[0]
        counts = [Count(int(right), int(of)) for right, of in re.findall(r"\((\d+)/(\d+)\)", total)]
        assert counts[0::2] == [FIGURES["same"], FIGURES["different"], FIGURES["ask"]]
        assert counts[3] == FIGURES["differences"]

    def test_how_many_lines_of_danger_are_noticed(self):
        model = TextClassifier.load(ROOT / "cases" / "redlines" / "model.npz")
        redlines = replace(RedLines.load(ROOT / "cases" / "redlines.yaml"), chances=model.chances)
        text = (ROOT / "tests" / "fixtures" / "redlines" / "unseen.tsv").read_text(encoding="utf-8")
        lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
        crossed = {True: [], False: []}
        for kind, line in lines:
            crossed[kind != "none"].append(bool(redlines.crossed(line)))
        assert FIGURES["danger"] == Count(sum(crossed[True]), len(crossed[True]))
        assert FIGURES["harmless"] == Count(crossed[False].count(False), len(crossed[False]))


def read(client, path, lang="zh"):
    answer = client.get(path, headers={"Cookie": f"lang={lang}"})
    assert answer.status_code == 200
    return Page(answer.text)


@pytest.mark.parametrize("lang", ["zh", "en"])
class TestMethod:
    def test_every_figure_is_said_in_plain_counts(self, client, lang):
        page = read(client, "/method", lang)
        text = page.one("main").text
        for count in (*LEVELS.values(), *FIGURES.values()):
            assert re.search(rf"\b{count.of}\b", text, re.ASCII)
            assert re.search(rf"(?<!\d){count.right}(?!\d)", text) or re.search(
                rf"(?<!\d){count.wrong}(?!\d)", text
            )
        assert "%" not in text
        assert "％" not in text

    def test_headings_are_in_order_and_each_part_can_be_gone_to(self, client, lang):
        for path in ("/method", "/help"):
            page = read(client, path, lang)
            assert len(page.all("h1")) == 1
            parts = [
                link["href"][1:]
                for link in page.all("a")
                if link.inside("main") and link["href"].startswith("#")
            ]
            assert parts == [section["id"] for section in page.all("section") if section.inside("main")]


def test_the_row_of_a_level_says_both_numbers(client):
    cells = [cell.text for cell in read(client, "/method").all("td")]
    assert cells == ["48 个里 46 个", "1 个里 1 个", "68 个里 38 个", "33 个里 3 个"]


def test_both_pages_are_linked_in_the_foot_of_every_page(client):
    for path in ("/", "/cases", "/library", "/nowhere"):
        links = [link["href"] for link in Page(client.get(path).text).all("a") if link.inside("footer")]
        assert {"/help", "/method"} <= set(links)


def test_help_needs_no_index_but_says_everything_in_five_steps(client, serve, tmp_path):
    assert len([item for item in read(client, "/help").all("li") if item.parent.tag == "ol"]) == 5
    with serve(tmp_path / "no-index") as server:
        import httpx

        assert httpx.get(f"{server.url}/help").status_code == 200
        assert httpx.get(f"{server.url}/method").status_code == 503


def test_the_keys_that_help_names_are_those_that_there_are(client):
    named = {key.text for key in read(client, "/help").all("kbd")}
    assert named == {"/", "Enter", "Shift + Enter", "↓", "↑", "j", "k", "Esc", "?"}
    source = (ROOT / "web" / "static" / "js" / "keys.js").read_text(encoding="utf-8")
    for name in ('"/"', '"?"', '"Escape"', '"Enter"', "ArrowDown", "ArrowUp", "j: 1", "k: -1"):
        assert name in source
