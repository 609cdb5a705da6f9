"""`casebook calibrate`."""

from collections.abc import Callable
from pathlib import Path

import typer

from indexer.calibration import as_json
from indexer.encoders.base import open_encoder
from indexer.snapshot.manifest import CALIBRATION
from indexer.snapshot.read import current_folder, open_snapshot
from search_api.commands.progress import StepBar
from search_api.evaluation.calibrate import calibrate, read_elsewhere
from search_api.evaluation.judged import check_known, load_judged
from search_api.settings import Settings


def run_calibration(index: Path, settings: Settings, message: Callable[[str], None]) -> None:
    """Fit the judgement on the development queries and write it beside the cases.

    Raises JudgedSetError and snapshot errors.
    """
    encoder = open_encoder(settings.encoder)
    snapshot = open_snapshot(current_folder(index), encoder.identity)
    queries = load_judged(settings.cases / "judged")
    check_known(queries, frozenset(case.id for case in snapshot.cases))
    inside = [line for situation in snapshot.bank.situations for line in situation.said]
    elsewhere = read_elsewhere(settings.cases / "elsewhere.txt")
    with StepBar() as bar:
        found = calibrate(
            snapshot,
            encoder,
            [query for query in queries if query.split == "dev"],
            inside,
            elsewhere,
            lambda done, total: bar("校准", done, total),
        )
    path = settings.cases / CALIBRATION
    path.write_text(as_json(found), encoding="utf-8")
    message(
        f"校准好了：{found.close:.2f} 起说高度相似，{found.idea:.2f} 起说仅供启发。再运行一次 casebook index 就用上。"
    )
    typer.echo(str(path))
