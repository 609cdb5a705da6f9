"""`casebook check --retrieval`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from indexer.build import build
from indexer.case.library import read_case_file
from indexer.encoders.base import open_encoder
from indexer.snapshot.read import current_folder, open_snapshot
from search_api.commands.check import case_files
from search_api.commands.progress import StepBar
from search_api.evaluation.leave_one_out import WITHIN, LeaveOneOut, LineResult, leave_one_out
from search_api.settings import Settings


def run_retrieval(paths: Sequence[Path], settings: Settings, message: Callable[[str], None]) -> None:
    """Print the `asked_as` lines below `paths` that do not find their case without themselves.

    The index is built anew from the whole library, since the one in force may be older than the cases. Raises
    the errors of `indexer.build.build`.
    """
    report = _leave_one_out(settings)
    wanted = {_case_id(file) for path in paths for file in case_files(path)}
    lines = LeaveOneOut(tuple(line for line in report.lines if line.case_id in wanted))
    if not lines.lines:
        message(
            f"没有可试的句子：这些文件不在案例库 {settings.cases} 里。先放进去，或用 CASEBOOK_CASES 指明案例库。"
        )
        return
    for line in lines.missed:
        typer.echo(_as_text(line))
    found = len(lines.lines) - len(lines.missed)
    message(
        f"去掉这句话自己以后，{len(lines.lines)} 句里有 {found} 句（{lines.share:.1%}）"
        f"还能在前 {WITHIN} 个里找到自己的案例；没找到的列在上面。"
    )


def _leave_one_out(settings: Settings) -> LeaveOneOut:
    encoder = open_encoder(settings.encoder)
    with TemporaryDirectory() as folder, StepBar() as bar:
        build(settings.cases, Path(folder), encoder, skip_invalid=True, progress=bar)
        snapshot = open_snapshot(current_folder(Path(folder)), encoder.identity)
        return leave_one_out(snapshot, encoder, lambda done, total: bar("逐句去掉再找", done, total))


def _case_id(path: Path) -> str:
    case = read_case_file(path, path.parent).parsed.case
    return case.id if case is not None else ""


def _as_text(line: LineResult) -> str:
    place = f"第 {line.place} 个" if line.place is not None else "没有找到"
    return f"{line.case_id}\t{place}\t{line.line}\t排在前面的：{'、'.join(line.ahead)}"
