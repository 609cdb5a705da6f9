"""`casebook check --sources`."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from indexer.case.library import read_case_file
from indexer.case.model import Case, Source
from search_api.commands.check import case_files

REPOST = "转载"

_KINDS = {
    "seed": "项目自带的原始文本",
    "repost": "转载（写明原发）",
    "address": "有网址的公开来源",
    "named": "只有标题和出处，没有网址",
}


def run_sources(paths: Sequence[Path], message: Callable[[str], None]) -> None:
    """Print, for each case below `paths`, what it rests on; then how many cases rest on what at best."""
    files = [file for path in paths for file in case_files(path)]
    read = [read_case_file(file, file.parent).parsed.case for file in files]
    cases = [case for case in read if case is not None]
    for case in cases:
        typer.echo("\n".join((f"- {case.id} {case.title}", *map(_as_text, case.sources))))
    best = Counter(_best(case) for case in cases)
    for kind, words in _KINDS.items():
        message(f"{words}：{best[kind]} 个案例")


def _as_text(source: Source) -> str:
    told = (source.title, source.publisher, source.date, source.url or source.seed)
    return "  - " + "，".join(part for part in told if part)


def _best(case: Case) -> str:
    """Return the best kind of source that `case` has, in the order seed, address, repost, named."""
    kinds = {_kind(source) for source in case.sources}
    return next((kind for kind in ("seed", "address", "repost", "named") if kind in kinds), "named")


def _kind(source: Source) -> str:
    if source.seed:
        return "seed"
    if source.publisher.startswith(REPOST):
        return "repost"
    return "address" if source.url else "named"
