"""Where a case says that it learned its way of working, there must be a case."""

from collections.abc import Iterator, Sequence

from indexer.case.finding import Finding
from indexer.case.library import CaseFile


def origins_exist(files: Sequence[CaseFile]) -> Iterator[Finding]:
    """Yield a finding for each id under `borrowed_from` that is no case's of `files`, or the case's own."""
    known = {file.parsed.case.id for file in files if file.parsed.case is not None}
    for file in files:
        case = file.parsed.case
        for at, origin in enumerate(case.borrowed_from if case is not None else ()):
            if case is not None and (origin not in known or origin == case.id):
                told = "就是本案例自己" if origin == case.id else "库里没有这个编号"
                yield Finding(
                    file.path,
                    file.parsed.line_of("borrowed_from", at),
                    "unknown-origin",
                    f"「borrowed_from」里的「{origin[:80]}」：{told}。",
                    "照抄所学案例的编号；学的那一件不在库里，就删去这一项。",
                )
