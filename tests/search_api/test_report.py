"""The whole account: what it says is what `evaluate` says, and no test query can be read in it."""

import hashlib
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from library_maker import ENCODER, casebook

from indexer.calibration import Calibration
from indexer.encoders.base import open_encoder
from indexer.snapshot.read import current_folder, open_snapshot
from indexer.text.lexicon import Concept, Lexicon
from indexer.train.text_classifier import Told, fit
from search_api.core.engine import HYBRID, SearchEngine
from search_api.core.signals import NAMES, OF_QUERY, chance
from search_api.evaluation.ablations import variants
from search_api.evaluation.judged import load_judged
from search_api.evaluation.plots import reliability_svg, styles_svg
from search_api.evaluation.reliability import Bin, mean_gap, reliability, tabulate
from search_api.evaluation.report import SPLITS, avoids, gather, official_nouns
from search_api.evaluation.report_text import as_markdown, report_files
from search_api.evaluation.run import METRICS, evaluate
from search_api.evaluation.worst import SHOWN

FILES = {"report.md", "reliability-dev.svg", "reliability-test.svg", "ndcg-by-style.svg"}
SVG = "{http://www.w3.org/2000/svg}"


def named(prefix, split):
    """An id that begins with `prefix` and belongs to `split`."""
    for number in range(100):
        case_id = f"{prefix}-{number:02}"
        digit = hashlib.sha256(case_id.encode()).hexdigest()[0]
        if ("test" if digit >= "8" else "dev") == split:
            return case_id
    raise AssertionError(prefix)


_ASKED = """\
问 {leak} 口语
厨房顶上一滴一滴往下掉水，{more}
= 3 water-leak-08
= 1 water-leak-00

问 {way} 短词
狗 | 猫 <b>{more}</b>
= 2 pets-falling-objects-05

问 {moon} 无关
泰坦尼克号几点沉的{more}
= 无
"""


def asked(split, more):
    return _ASKED.format(
        leak=named("leak", split), way=named("way", split), moon=named("moon", split), more=more
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    text = f"{asked('dev', '调试时看的这一句')}\n{asked('test', '考试时不看的那一句')}"
    (folder / "queries.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def snapshot(made_index):
    """A snapshot with a concept, and a calibration by the cosine alone."""
    found = open_snapshot(current_folder(made_index), open_encoder(ENCODER).identity)
    calibration = Calibration(
        fingerprint="0" * 64,
        rankings=SearchEngine(found, open_encoder(ENCODER)).rankings,
        weights={**dict.fromkeys(NAMES, 0.0), "cosine": 4.0},
        bias=-2.0,
        direction=(0.0,) * found.store.vectors().shape[1],
        offset=0.0,
        wording="0" * 64,
        close=0.7,
        answer_weights=dict.fromkeys(OF_QUERY, 0.0),
        answer_bias=0.0,
        answerable=0.3,
    )
    lexicon = Lexicon((Concept("犬", ("犬只管理",), ("狗",)),))
    wording = fit([Told("inside", "楼上漏水"), Told("outside", "红烧肉")], ("inside", "outside"))
    return replace(found, calibration=calibration, lexicon=lexicon, wording=wording)


@pytest.fixture(scope="module")
def report(snapshot, judged):
    return gather(snapshot, open_encoder(ENCODER), load_judged(judged))


@pytest.fixture(scope="module")
def text(report):
    return as_markdown(report)


def rows_of(text, first):
    """The cells of every Markdown row whose first cell is `first`."""
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()]
    return [row[1:] for row in rows if row[0] == first]


def of_split(queries, split):
    return [query for query in queries if query.split == split]


# --- figures


@pytest.mark.parametrize("split", SPLITS)
def test_the_figures_are_those_of_evaluate(report, text, snapshot, judged, split):
    queries = of_split(load_judged(judged), split)
    theirs = evaluate(snapshot, open_encoder(ENCODER), queries, split)
    assert report.splits[split].evaluation == theirs
    for name, figures in theirs.engines.items():
        assert [f"{figures.means[metric]:.3f}" for metric in METRICS] in rows_of(text, name)
    assert f"AUROC {theirs.auroc:.3f}" in text
    assert f"没有说“库内暂无”的 {theirs.verdict.kept:.1%}" in text


def test_each_style_stands_with_its_number_of_queries(report, text):
    (row,) = rows_of(text, "短词")
    engines = [report.splits[split].evaluation.engines for split in SPLITS]
    expected = [["1", *(f"{found.by_style['短词']:.3f}" for found in of.values())] for of in engines]
    assert row == [*expected[0], *expected[1]]


@pytest.mark.parametrize("split", SPLITS)
def test_queries_for_a_method_and_those_without_official_words_stand_apart(report, judged, split):
    found = report.splits[split]
    assert (found.evaluation.answerable, found.ways.answerable, found.indirect.answerable) == (2, 1, 2)
    engine = found.evaluation.engines["混合"]
    assert found.ways.engines["混合"].ndcg == engine.ndcg[1:]


def test_an_official_word_is_known_in_any_writing(snapshot):
    nouns = official_nouns(snapshot.lexicon)
    assert avoids("狗在楼道乱叫", nouns)
    assert not avoids("請問犬隻管理由誰負責", nouns)


# --- ablations


def test_every_part_is_taken_out_in_turn(snapshot):
    found = {variant.name: variant for variant in variants(snapshot)}
    weights = {name: {engine for engine, _ in variant.weights} for name, variant in found.items()}
    everything = {engine for engine, _ in HYBRID}
    assert weights["不用情形库"] == everything - {"bank"}
    assert [weights[name] for name in ("只用词", "只用向量", "只用情形库")] == [
        {"words"},
        {"dense"},
        {"bank"},
    ]
    assert found["查询时不认概念"].snapshot.lexicon == Lexicon()


def test_an_index_without_the_lexicon_still_gets_the_concepts_of_the_query(snapshot):
    (found,) = (variant for variant in variants(snapshot) if variant.name == "建索引时不用概念词典")
    assert found.snapshot.lexicon == snapshot.lexicon
    assert not found.snapshot.lexical.scores(["§犬"]).any()
    assert found.snapshot.lexical.scores(["狗"]).any()
    assert not found.snapshot.bank.lexical.scores(["§犬"]).any()


@pytest.mark.parametrize("split", SPLITS)
def test_half_a_search_scores_as_it_does_in_evaluate(report, split):
    found = report.splits[split]
    ablations = {ablation.name: ablation for ablation in found.ablations}
    for name, engine in (("只用词", "BM25"), ("只用向量", "向量")):
        assert ablations[name].figures == found.evaluation.engines[engine]
        gain = next(row for row in found.evaluation.comparisons if row.base == engine).gain
        assert ablations[name].comparison.gain == pytest.approx(gain)


# --- how sure it is


def test_chances_are_counted_in_tenths_and_empty_ones_left_out():
    found = tabulate([(0.04, False), (0.06, True), (0.95, True), (1.0, True)])
    assert [(row.low, row.high, row.cases, row.helpful) for row in found] == [
        (0.0, 0.1, 2, 1),
        (0.9, 1.0, 2, 2),
    ]
    assert [row.expected for row in found] == pytest.approx([0.05, 0.975])
    assert mean_gap(found) == pytest.approx((2 * 0.45 + 2 * 0.025) / 4)


def test_the_chances_are_those_of_the_first_five_cases(snapshot, judged):
    engine = SearchEngine(snapshot, open_encoder(ENCODER))
    (query, *_) = load_judged(judged)
    calibration = snapshot.calibration
    first = [signals for _, signals in engine.signals(query.text, engine.field)]
    found = reliability(engine, [query])
    assert sum(row.cases for row in found) == len(first) == SHOWN
    mean = sum(row.cases * row.expected for row in found) / SHOWN
    assert mean == pytest.approx(sum(chance(signals, calibration) for signals in first) / SHOWN)


def test_without_a_calibration_the_report_says_so(snapshot, judged):
    bare = replace(snapshot, calibration=None)
    files = report_files(gather(bare, open_encoder(ENCODER), load_judged(judged)))
    assert files["report.md"].count("没有适用的校准") == 4
    for split in SPLITS:
        assert "没有适用的校准" in files[f"reliability-{split}.svg"]


# --- the worst


def test_no_test_query_can_be_read_in_the_report(report, text, judged):
    for query in of_split(load_judged(judged), "test"):
        assert query.id not in text
        assert "考试时不看的那一句" not in text
    assert {found.query.split for found in report.worst} == {"dev"}


def test_the_worst_come_first_with_what_was_returned(report, text, snapshot):
    ndcg = [found.ndcg for found in report.worst]
    assert ndcg == sorted(report.splits["dev"].evaluation.engines["混合"].ndcg)
    engine = SearchEngine(snapshot, open_encoder(ENCODER))
    for found in report.worst:
        ids = [case_id for case_id, _ in engine.rank(found.query.text)]
        assert [case.case_id for case in found.returned] == ids[:SHOWN]
        assert [case.grade for case in found.returned] == [found.query.grades.get(one) for one in ids[:SHOWN]]
        best = max(found.query.grades.values())
        assert [(case.grade, case.place) for case in found.wanted] == [
            (best, ids.index(case.case_id) + 1) for case in found.wanted
        ]
        assert f"`{found.query.id}`" in text


def test_a_query_cannot_break_the_markdown_around_it(text):
    assert "> “狗 \\| 猫 \\<b\\>调试时看的这一句\\</b\\>”" in text
    assert "<b>" not in text


# --- plots


def words_of(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_plot_is_xml_with_a_title_and_a_description(report):
    files = report_files(report)
    assert files.keys() == FILES
    for name in FILES - {"report.md"}:
        root = ElementTree.fromstring(files[name])
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text


@pytest.mark.parametrize("split", SPLITS)
def test_the_plot_shows_the_counts_and_shares_of_the_table(report, text, split):
    bins = report.splits[split].reliability
    shown = words_of(report_files(report)[f"reliability-{split}.svg"])
    for row in bins:
        cells = [str(row.cases), f"{row.expected:.3f}", str(row.helpful), f"{row.helpful / row.cases:.0%}"]
        assert cells in rows_of(text, f"{row.low:.1f}–{row.high:.1f}")
        assert {cells[0], cells[3]} <= set(shown)


def test_bars_are_as_high_as_the_share_they_show():
    svg = reliability_svg("dev", (Bin(0.2, 0.3, 0.25, 8, 2), Bin(0.7, 0.8, 0.75, 4, 4)))
    bars = ElementTree.fromstring(svg).findall(f"{SVG}rect[@fill-opacity]")[1:]
    heights = [float(bar.get("height")) for bar in bars]
    assert heights[0] == pytest.approx(heights[1] / 4)


def test_the_styles_in_the_plot_are_those_of_the_table(report, text):
    shown = words_of(report_files(report)["ndcg-by-style.svg"])
    for style in ("口语", "短词"):
        (row,) = rows_of(text, style)
        assert style in shown
        assert {row[3], row[7]} <= set(shown)


def test_a_style_that_one_split_does_not_have_is_a_dash():
    assert "—" in words_of(styles_svg({"dev": {"短词": 0.5}, "test": {}}, ["短词"]))


def test_words_of_a_plot_are_escaped():
    assert "<&" in words_of(styles_svg({"dev": {"<&": 0.5}, "test": {}}, ["<&"]))


# --- the command


def test_a_set_without_test_queries_is_reported_too(snapshot, judged):
    only = of_split(load_judged(judged), "dev")
    files = report_files(gather(snapshot, open_encoder(ENCODER), only))
    assert "AUROC —" in files["report.md"]
    for name in FILES - {"report.md"}:
        ElementTree.fromstring(files[name])


class TestCommand:
    @pytest.fixture(scope="class")
    @classmethod
    def written(cls, made_index, judged, tmp_path_factory):
        folder = tmp_path_factory.mktemp("reports") / "new" / "folder"
        done = casebook("eval", "--report", folder, "--judged", judged, "--index", made_index)
        assert done.returncode == 0, done.stderr
        return folder, done

    def test_it_writes_the_files_and_says_where(self, written):
        folder, done = written
        assert {path.name for path in folder.iterdir()} == FILES
        assert set(done.stdout.split()) == {str(folder / name) for name in FILES}
        assert "dev：评测……" in done.stderr

    def test_the_same_library_gives_the_same_files(self, written, made_index, judged):
        folder, _ = written
        snapshot = open_snapshot(current_folder(made_index), open_encoder(ENCODER).identity)
        files = report_files(gather(snapshot, open_encoder(ENCODER), load_judged(judged)))
        assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == files
        for text in files.values():
            assert str(folder) not in text
            assert snapshot.manifest.id not in text

    def test_a_folder_that_cannot_be_written_is_told_before_anything_is_done(
        self, made_index, judged, tmp_path
    ):
        (tmp_path / "file").write_text("", encoding="utf-8")
        wrong = tmp_path / "file" / "report"
        done = casebook("eval", "--report", wrong, "--judged", judged, "--index", made_index)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"--report 要写进文件夹 {wrong}，写不了" in done.stderr
        assert "评测" not in done.stderr
        assert "Traceback" not in done.stderr

    def test_nothing_is_made_when_the_queries_are_not_there(self, made_index, tmp_path):
        folder = tmp_path / "report"
        done = casebook("eval", "--report", folder, "--judged", tmp_path, "--index", made_index)
        assert done.returncode == 1
        assert not folder.exists()
