"""`casebook calibrate`."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import typer

from indexer.calibration import as_json
from indexer.classifier import TextClassifier
from indexer.encoders.base import open_encoder
from indexer.errors import EncoderError, SnapshotError
from indexer.snapshot.manifest import CALIBRATION, FIELD
from indexer.snapshot.read import current_folder, open_snapshot
from search_api.commands.progress import StepBar
from search_api.core.signals import INSIDE, OUTSIDE
from search_api.evaluation.calibrate import FieldLines, calibrate, read_elsewhere
from search_api.evaluation.judged import check_known, load_judged
from search_api.settings import Settings

_NEEDS = "校准要用 scikit-learn，这里没有装（缺 {name}）。请运行 make setup。"


def run_calibration(index: Path, settings: Settings, message: Callable[[str], None]) -> None:
    """Fit the judgement on the development queries and write it beside the cases.

    Raises JudgedSetError and snapshot errors.
    """
    encoder = open_encoder(settings.encoder)
    snapshot = open_snapshot(current_folder(index), encoder.identity)
    queries = load_judged(settings.cases / "judged")
    check_known(queries, frozenset(case.id for case in snapshot.cases))
    inside = [line for situation in snapshot.bank.situations for line in situation.said]
    lines = FieldLines(inside, read_elsewhere(settings.cases / "elsewhere.txt"))
    message("学哪些话是社区的事")
    wording, digest = _fit_wording(lines, settings.cases / FIELD)
    with StepBar() as bar:
        found = calibrate(
            snapshot,
            encoder,
            [query for query in queries if query.split == "dev"],
            lines,
            wording,
            digest,
            lambda done, total: bar("校准", done, total),
        )
    path = settings.cases / CALIBRATION
    path.write_text(as_json(found), encoding="utf-8")
    message(
        f"校准好了：{found.close:.2f} 起说高度相似；库里有没有，{found.answerable:.2f} 起算有。再运行一次 casebook index 就用上。"
    )
    typer.echo(str(path))


def _fit_wording(lines: FieldLines, path: Path) -> tuple[TextClassifier, str]:
    """Fit the classifier of wording, write it to `path`, and return it as it is read from there, with its SHA-256."""
    try:
        from indexer.train.text_classifier import Told, fit
    except ModuleNotFoundError as error:
        raise EncoderError(_NEEDS.format(name=error.name)) from error
    share = len(lines.teaching) / max(len(lines.inside), 1)
    told = [Told(INSIDE, line, share) for line in lines.inside]
    fit([*told, *(Told(OUTSIDE, line) for line in lines.teaching)], (INSIDE, OUTSIDE)).save(path)
    read = TextClassifier.load(path)
    if read is None:
        raise SnapshotError(f"{path} 写好又不见了。请检查磁盘，再运行一次 casebook calibrate。")
    return read, hashlib.sha256(path.read_bytes()).hexdigest()
