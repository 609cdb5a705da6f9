"""`casebook eval`."""

import json
from collections.abc import Callable, Iterable, Mapping
from math import isnan
from pathlib import Path
from tempfile import TemporaryFile

import typer

from indexer.case.library import Library
from indexer.case.model import Case
from indexer.encoders.base import open_encoder
from indexer.snapshot.read import Snapshot, current_folder, open_snapshot
from indexer.text.elements import Elements
from search_api.commands.columns import aligned
from search_api.commands.progress import StepBar
from search_api.core.comparison import Comparer
from search_api.core.verdict import VERDICTS
from search_api.evaluation.agreement import Agreement, compare
from search_api.evaluation.benchmark import BenchmarkReport, load_benchmark, run_benchmark
from search_api.evaluation.elements import LABELS, ElementFigures, LabelFigures, judge_elements, load_pairs
from search_api.evaluation.judged import OFF_TOPIC, check_known, load_judged
from search_api.evaluation.notation import p_text
from search_api.evaluation.pool import Pool, pool
from search_api.evaluation.report import gather
from search_api.evaluation.report_text import TEXT, report_files
from search_api.evaluation.run import METRICS, Evaluation, VerdictFigures, evaluate
from search_api.settings import Settings

SPLITS = ("dev", "test", "all")
ELEMENTS = "elements.tsv"

_LABEL_NAMES = {"same": "相同", "different": "不同", "ask": "核实"}


def refuse_unknown(split: str, output: str, message: Callable[[str], None]) -> None:
    """Exit with 2 and a message when `split` or `output` is none that there is."""
    if split not in SPLITS or output not in ("text", "json"):
        message(f"--split 应是 {'、'.join(SPLITS)} 之一，--format 应是 text 或 json。")
        raise typer.Exit(2)


def run_evaluation(split: str, output: str, judged: Path, index: Path, settings: Settings) -> None:
    """Print the figures of every engine on one split. Raises JudgedSetError and snapshot errors."""
    encoder = open_encoder(settings.encoder)
    snapshot = open_snapshot(current_folder(index), encoder.identity)
    queries = load_judged(judged)
    check_known(queries, frozenset(case.id for case in snapshot.cases))
    chosen = [query for query in queries if split in ("all", query.split)]
    with StepBar() as bar:
        evaluation = evaluate(snapshot, encoder, chosen, split, lambda done, total: bar("评测", done, total))
    shown = json.dumps(evaluation.as_json(), ensure_ascii=False) if output == "json" else _as_text(evaluation)
    typer.echo(shown)


def run_pool(split: str, judged: Path, index: Path, settings: Settings) -> None:
    """Print the candidates that no reader has graded yet, for each query that something may answer."""
    encoder = open_encoder(settings.encoder)
    snapshot = open_snapshot(current_folder(index), encoder.identity)
    chosen = [
        query for query in load_judged(judged) if split in ("all", query.split) and query.style != OFF_TOPIC
    ]
    titles = {case.id: f"{case.title}：{case.summary}" for case in snapshot.cases}
    with StepBar() as bar:
        for row in pool(snapshot, encoder, chosen, lambda done, total: bar("汇集候选", done, total)):
            typer.echo(_pool_text(row, titles))


def _pool_text(row: Pool, titles: Mapping[str, str]) -> str:
    open_ones = [case_id for case_id in row.candidates if case_id not in row.query.grades]
    lines = [f"问 {row.query.id} {row.query.style}", row.query.text]
    return "\n".join((*lines, *(f"? {case_id}  {titles[case_id]}" for case_id in open_ones), ""))


def run_report(
    out: Path, judged: Path, index: Path, settings: Settings, message: Callable[[str], None]
) -> None:
    """Write the whole account of both splits into `out` and print which files it is in.

    Exits with 2 and a message when `out` cannot be written. Raises JudgedSetError and snapshot errors.
    """
    encoder = open_encoder(settings.encoder)
    snapshot = open_snapshot(current_folder(index), encoder.identity)
    queries = load_judged(judged)
    check_known(queries, frozenset(case.id for case in snapshot.cases))
    _refuse_unwritable(out, message)
    with StepBar() as bar:
        files = report_files(gather(snapshot, encoder, queries, bar))
    if (judged / ELEMENTS).is_file():
        files[TEXT] += _elements_section(judged, snapshot)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
        typer.echo(str(out / name))


def _elements_section(judged: Path, snapshot: Snapshot) -> str:
    """Return how far 相同、不同、还需核实 agree with a reader, as Markdown."""
    tables = [_elements_table(judged, snapshot.elements, snapshot.cases, split) for split in ("dev", "test")]
    blocks = "\n\n".join(f"```text\n{table}\n```" for table in tables)
    return f"\n## 相同、不同、还需核实\n\n规则在 cases/elements.yaml，调规则时只看 dev。\n\n{blocks}\n"


def _elements_table(judged: Path, elements: Elements, cases: Iterable[Case], split: str) -> str:
    pairs = load_pairs(judged / ELEMENTS, elements)
    queries = {query.id: query for query in load_judged(judged)}
    known = {case.id: case for case in cases}
    return _elements_text(judge_elements(pairs, queries, known, Comparer(elements), split), elements)


def _refuse_unwritable(folder: Path, message: Callable[[str], None]) -> None:
    """Try before minutes of work whether anything can be written into `folder`; make it if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message(f"--report 要写进文件夹 {folder}，写不了（{error.strerror}）。请换一个能写的文件夹。")
        raise typer.Exit(2) from error


def run_set(folder: Path, output: str, settings: Settings) -> None:
    """Print the figures on an outside benchmark. Raises JudgedSetError when it cannot be read."""
    encoder = open_encoder(settings.encoder)
    benchmark = load_benchmark(folder)
    with StepBar() as bar:
        report = run_benchmark(benchmark, encoder, lambda done, total: bar("评测", done, total))
    typer.echo(report.as_json().rstrip() if output == "json" else _set_text(report))


def _set_text(report: BenchmarkReport) -> str:
    if report.spearman is not None:
        told = "，".join(f"{name} {value:.3f}" for name, value in report.spearman.items())
        return f"{report.name}：{report.queries} 对，与人的判断的等级相关（Spearman）：{told}"
    rows = [[report.name, "nDCG@10", "MRR@10", "Recall@10", "Recall@100", "比 BM25"]]
    for name, figures in report.engines.items():
        values = (figures.ndcg_10, figures.reciprocal_rank_10, figures.recall_10, figures.recall_100)
        against = "" if name == "BM25" else p_text(figures.p_value)
        rows.append([name, *(f"{value:.3f}" for value in values), against])
    return f"{report.queries} 条问句，{report.documents} 段文本\n\n{aligned(rows)}"


def run_agreement(judged: Path) -> None:
    """Print how far the second reader, in `judged`/second, agrees with the first. Raises JudgedSetError."""
    typer.echo(_agreement_text(compare(load_judged(judged), load_judged(judged / "second"))))


def _agreement_text(found: Agreement) -> str:
    rows = [["第一位 ↓ 第二位 →", *map(str, range(len(found.table)))]]
    rows += [[str(grade), *map(str, counts)] for grade, counts in enumerate(found.table)]
    figures = (
        f"{found.queries} 条问句、{found.pairs} 对由两位各判一遍：分数相同 {found.exact:.1%}，"
        f"相差不过一分 {found.within_one:.1%}，加权 kappa（平方权）{found.kappa:.2f}"
    )
    return f"{figures}\n\n{aligned(rows)}"


def run_elements(split: str, judged: Path, settings: Settings) -> None:
    """Print how well the comparison agrees with the labelled pairs. Raises JudgedSetError and VocabularyError."""
    elements = Elements.load(settings.cases / "elements.yaml")
    files = Library.load(settings.cases).files
    cases = [file.parsed.case for file in files if file.parsed.case is not None]
    typer.echo(_elements_table(judged, elements, cases, split))


def _elements_text(figures: ElementFigures, elements: Elements) -> str:
    rows = [["要素", *(f"{name} {figure}" for name in _LABEL_NAMES.values() for figure in ("准", "全"))]]
    named = {row.code: f"{row.name} {row.code}" for row in elements.rows}
    for code, row in (*figures.by_element.items(), ("", figures.overall)):
        rows.append(
            [named.get(code, "合计"), *(cell for label in LABELS for cell in _label_cells(row[label]))]
        )
    head = f"{figures.pairs} 对问句和案例（{figures.split}）。准：说了的有几成说对；全：该说的有几成说到；括号里是说对的和总数"
    return f"{head}\n\n{aligned(rows)}"


def _label_cells(figures: LabelFigures) -> tuple[str, str]:
    return (
        f"{_share(figures.precision)} ({figures.both}/{figures.predicted})",
        f"{_share(figures.recall)} ({figures.both}/{figures.labelled})",
    )


def _share(value: float) -> str:
    return "-" if isnan(value) else f"{value:.2f}"


def _as_text(evaluation: Evaluation) -> str:
    return "\n\n".join((_head(evaluation), _table(evaluation), _styles(evaluation), _tail(evaluation)))


def _head(evaluation: Evaluation) -> str:
    ungraded = f"，未判 {evaluation.ungraded} 条（不计）" if evaluation.ungraded else ""
    return (
        f"问句：{evaluation.split}，能答 {evaluation.answerable} 条，库里没有 {evaluation.unanswerable} 条{ungraded}；"
        f"快照 {evaluation.snapshot}"
    )


def _table(evaluation: Evaluation) -> str:
    rows = [["能答的", *METRICS.values()]]
    for name, figures in evaluation.engines.items():
        rows.append([name, *(f"{figures.means[metric]:.3f}" for metric in METRICS)])
    return aligned(rows)


def _styles(evaluation: Evaluation) -> str:
    styles = sorted({style for figures in evaluation.engines.values() for style in figures.by_style})
    rows = [["nDCG@10", *styles]]
    for name, figures in evaluation.engines.items():
        rows.append([name, *(f"{figures.by_style[style]:.3f}" for style in styles)])
    return aligned(rows)


def _tail(evaluation: Evaluation) -> str:
    lines = [
        f"{found.better} 比 {found.base}：nDCG@10 {found.gain:+.3f}，配对随机化检验 {p_text(found.p_value)}"
        for found in evaluation.comparisons
    ]
    lines.append(
        f"把握：能答的平均 {evaluation.closeness['answerable']:.3f}，"
        f"库里没有的平均 {evaluation.closeness['unanswerable']:.3f}，AUROC {evaluation.auroc:.3f}"
    )
    if evaluation.verdict is not None:
        lines += _verdict_lines(evaluation.verdict)
    return "\n".join(lines)


def _verdict_lines(figures: VerdictFigures) -> list[str]:
    lines = [
        f"结论：能答的里没有说“库内暂无”的 {figures.kept:.1%}；库里没有的里却说有的 {figures.false_answers:.1%}"
    ]
    for row in figures.levels:
        share = f"，其中真有用的 {row.helpful / row.given:.0%}" if row.given else ""
        lines.append(f"  第一个案例标“{VERDICTS[row.level].label}”的 {row.given} 条{share}")
    return lines
