"""`casebook index`."""

from collections.abc import Callable
from pathlib import Path

import typer

from indexer.build import BuildReport, build
from indexer.encoders.base import open_encoder
from indexer.errors import VocabularyError
from search_api.commands.progress import StepBar
from search_api.settings import Settings


def run_index(
    cases: Path, index: Path, skip_invalid: bool, settings: Settings, message: Callable[[str], None]
) -> None:
    """Build the index and say what was done; the snapshot's id goes to stdout."""
    if not cases.is_dir():
        raise VocabularyError(f"找不到案例库文件夹 {cases}。请用 --cases 指明，里面应有 vocabulary.yaml。")
    with StepBar() as bar:
        report = build(
            cases,
            index,
            open_encoder(settings.encoder),
            skip_invalid=skip_invalid,
            store_kind=settings.store,
            progress=bar,
        )
    _explain(report, index, message)
    typer.echo(report.manifest.id)


def _explain(report: BuildReport, index: Path, message: Callable[[str], None]) -> None:
    for path in report.left_out:
        reasons = "；".join(
            f"第 {finding.line} 行 {finding.message}" for finding in report.findings if finding.path == path
        )
        message(f"跳过 {path}：{reasons}")
    if not report.calibrated:
        message(
            "结论（高度相似……库内暂无合适案例）还没有按这些内容校准，页面上会说明。要校准：casebook calibrate。"
        )
    counts = report.manifest.counts
    message(
        f"索引已建好：{counts.cases} 个案例，{counts.passages} 个段落，情形库 {counts.lines} 句"
        f"（新算 {report.encoded} 个向量，沿用 {report.reused} 个），在 {index}。"
    )
