"""`casebook train`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import typer

from indexer.errors import EncoderError
from indexer.train.recipe import TrainOptions

_NEEDS = "训练要用 torch、sentence-transformers、datasets 和 accelerate，这里没有装全（缺 {name}）。请运行 make setup。"


def run_danger_training(library: Path, message: Callable[[str], None]) -> None:
    """Train the model that tells dangers and print its file. Raises EncoderError and VocabularyError."""
    try:
        from indexer.train.danger import train_danger
    except ModuleNotFoundError as error:
        raise EncoderError(_NEEDS.format(name=error.name)) from error
    model, lines = train_danger(library)
    path = library / "redlines" / "model.npz"
    model.save(path)
    message(f"红线模型学了 {lines} 句。再运行一次 casebook index 就用上。")
    typer.echo(str(path))


def run_training(
    texts: Path | None,
    situations: Path,
    out: Path,
    quick: bool,
    message: Callable[[str], None],
) -> None:
    """Train an encoder and print its folder. Raises EncoderError."""
    try:
        from indexer.train.run import train
    except ModuleNotFoundError as error:
        raise EncoderError(_NEEDS.format(name=error.name)) from error
    options = TrainOptions(situations_folder=situations, output_folder=out, quick=quick)
    if texts is not None:
        options = replace(options, data_folder=texts)
    report = train(options, message)
    minutes = report.seconds / 60
    message(f"用时 {minutes:.0f} 分钟；{report.figures}")
    message(f"要用它：CASEBOOK_ENCODER={report.folder} casebook index，之后的命令也带上这个变量。")
    typer.echo(str(report.folder))
