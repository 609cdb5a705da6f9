"""`casebook stats`."""

import json
from dataclasses import asdict
from pathlib import Path

import typer

from indexer.case.library import Library
from indexer.case.situations import read_situations
from search_api.commands.columns import aligned
from search_api.core.picture import Chart, Gap, LibraryPicture, draw_picture

FORMATS = ("text", "json")


def run_stats(cases: Path, output: str) -> None:
    """Print the picture of the library at `cases`. Raises VocabularyError; files that cannot be read are left out."""
    if output not in FORMATS:
        raise typer.BadParameter(f"--format 是「{output}」，应是 {'、'.join(FORMATS)} 之一。")
    library = Library.load(cases)
    known = [file.parsed.case for file in library.files if file.parsed.case is not None]
    picture = draw_picture(known, library.vocabulary, read_situations(cases / "situations").values())
    shown = json.dumps(asdict(picture), ensure_ascii=False) if output == "json" else _as_text(picture)
    typer.echo(shown)


def _as_text(picture: LibraryPicture) -> str:
    parts = [f"共 {picture.cases} 个案例；{picture.situations} 种情形里有案例答得上的 {picture.covered} 种。"]
    parts += [_table(chart, picture) for chart in picture.charts]
    parts += ["还没有案例答得上的情形", *map(_gap, picture.gaps)]
    if picture.unused_methods:
        parts.append(f"还没有案例用过的办法：{'、'.join(picture.unused_methods)}")
    return "\n\n".join(parts)


def _table(chart: Chart, picture: LibraryPicture) -> str:
    head = [chart.label, *(name for _, name in picture.outcomes), "合计"]
    return aligned([head, *([row.label, *map(str, row.counts), str(row.total)] for row in chart.rows)])


def _gap(gap: Gap) -> str:
    return "\n".join((f"{gap.label}（{len(gap.situations)} 种）", *(f"  {name}" for name in gap.situations)))
