"""The judged queries: plain text that anyone can extend (`cases/judged/README`)."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from indexer.errors import JudgedSetError

Split = Literal["dev", "test"]

OFF_TOPIC = "无关"
"""The style of what no library of this kind should answer."""

STYLES = ("口语", "短词", "公文", "语音", "繁体", "英文", "杂讯", OFF_TOPIC)

_HEADER = re.compile(r"问 (?P<id>[a-z0-9-]+) (?P<style>\S+)")
_GRADE = re.compile(r"= (?P<grade>[0-3]) (?P<case>[a-z0-9-]+)")


@dataclass(frozen=True)
class JudgedQuery:
    """A query with the grades of the cases that help: 3 follow it, 2 method helps, 1 touches it, 0 looked at in vain.

    A query without a grade above 0 is one that nothing in the library answers. `graded` is False while nobody has
    judged it yet.
    """

    id: str
    style: str
    text: str
    grades: Mapping[str, int]
    graded: bool = True

    @property
    def split(self) -> Split:
        """`test` when the first hexadecimal digit of SHA-256 of the id is 8 or more, otherwise `dev`."""
        return "test" if hashlib.sha256(self.id.encode()).hexdigest()[0] >= "8" else "dev"

    @property
    def answerable(self) -> bool:
        """Whether some case helps, if only a little."""
        return any(self.grades.values())


def load_judged(folder: Path) -> tuple[JudgedQuery, ...]:
    """Read `folder`/*.txt. Raises JudgedSetError with file and line for whatever is not in its form."""
    queries = tuple(query for path in sorted(folder.glob("*.txt")) for query in _read(path))
    if not queries:
        raise JudgedSetError(f"{folder} 里没有判过分的问句。应有 .txt 文件，写法见 {folder}/README。")
    seen: set[str] = set()
    for query in queries:
        if query.id in seen:
            raise JudgedSetError(f"{folder} 里编号「{query.id}」用了两次。请换一个没有用过的编号。")
        seen.add(query.id)
    return queries


def check_known(queries: tuple[JudgedQuery, ...], case_ids: frozenset[str]) -> None:
    """Raise JudgedSetError if a grade names a case that the library does not have."""
    for query in queries:
        for case_id in query.grades.keys() - case_ids:
            raise JudgedSetError(
                f"问句「{query.id}」给不存在的案例「{case_id}」判了分。请改编号或删去这一行。"
            )


def _read(path: Path) -> Iterator[JudgedQuery]:
    block: list[tuple[int, str]] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate([*lines, ""], start=1):
        if line.startswith("#"):
            continue
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield _query(path, block)
            block = []


def _query(path: Path, block: list[tuple[int, str]]) -> JudgedQuery:
    number, first = block[0]
    header = _HEADER.fullmatch(first)
    if not header or header["style"] not in STYLES:
        raise JudgedSetError(
            f"{path}:{number} 「{first[:40]}」应写成「问 编号 文体」，文体是 {'、'.join(STYLES)} 之一。"
        )
    text = "\n".join(line for _, line in block[1:] if not line.startswith("="))
    marks = [(at, line) for at, line in block[1:] if line.startswith("=")]
    if not text or not marks:
        raise JudgedSetError(
            f"{path}:{number} 问句「{header['id']}」缺问句或判分行（= 3 案例编号，或 = 无）。"
        )
    grades = dict(grade for at, line in marks for grade in _grades(path, at, line))
    ungraded = any(line == "= ?" for _, line in marks)
    return JudgedQuery(header["id"], header["style"], text, grades, not ungraded)


def _grades(path: Path, number: int, line: str) -> Iterator[tuple[str, int]]:
    if line in ("= 无", "= ?"):
        return
    match = _GRADE.fullmatch(line)
    if not match:
        raise JudgedSetError(f"{path}:{number} 「{line[:60]}」应写成「= 3 案例编号」「= 无」或「= ?」。")
    yield match["case"], int(match["grade"])
