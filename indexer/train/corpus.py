"""What the encoder may learn from: open texts, our situations and our word families.

Only `train/open` may train what ships. `train/research` states no licence and `eval` is for judging, so both
are refused by name.
"""

import gzip
import hashlib
import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bank import help_of
from indexer.case.library import Library
from indexer.case.model import Case
from indexer.case.situations import WAYS
from indexer.case.situations import read_situations as read_situations_with_cases
from indexer.errors import EncoderError
from indexer.passages import sentences
from indexer.text.asking import asking
from indexer.text.normalize import normalize

REFUSED_FOLDERS = frozenset({"research", "eval", "judged"})
CASE_FILES = "cases/*/*.md"
WORD_FAMILIES = Path(__file__).parent / "word_families.txt"
LEFT_OUT = Path(__file__).parent / "left_out.txt"
_CHARACTERS_READ = 256
_FEWEST_WORDS = 2
_SHORTEST_SENTENCE = 6


@dataclass(frozen=True)
class DataFile:
    """One file that was learnt from: its name, the SHA-256 of its bytes, and how many rows were used."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class OpenRows:
    """Rows of one open file, normalised: a pair that belongs together, or a text and an empty string."""

    source: DataFile
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Situation:
    """One situation: its category, its official description, and what people say. All normalised."""

    category: str
    description: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Lessons:
    """Which case helps in which situation.

    `situations` are descriptions, `cases` the pieces of each case, the first of which says it all; `help` is
    float32 (situations, cases), 0 where a case does not help.
    """

    situations: tuple[str, ...]
    cases: tuple[tuple[str, ...], ...]
    help: npt.NDArray[np.float32]


@dataclass(frozen=True)
class WordFamily:
    """Words, spoken and written, that speak of the same thing. Normalised."""

    category: str
    words: tuple[str, ...]


def read_open_rows(folder: Path, name: str, limit: int, seed: int) -> OpenRows:
    """Return at most `limit` rows of `folder`/`name`.jsonl.gz, drawn with `seed`, in the file's order.

    A text is cut to its first 256 characters; rows with a text in LEFT_OUT are passed over. Raises EncoderError
    if the folder may not be learnt from, or if the file is missing or not gzip JSON lines with `q` and `a`, or `text`.
    """
    refuse_closed(folder)
    path = folder / f"{name}.jsonl.gz"
    try:
        content = path.read_bytes()
        lines = gzip.decompress(content).decode("utf-8").splitlines()
        chosen = _choose(lines, limit, seed)
        read = (_read_row(json.loads(line)) for line in chosen)
        rows = tuple(row for row in read if _digests(row).isdisjoint(_left_out()))
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(
            f"读不了训练数据 {path}：{error}。应为 gzip 压缩的 JSON 行，每行有 q 和 a，或有 text。"
            "请检查 --data 给出的文件夹。"
        ) from error
    return OpenRows(DataFile(path.name, hashlib.sha256(content).hexdigest(), len(rows)), rows)


def refuse_closed(folder: Path) -> None:
    """Raise EncoderError if `folder`, links followed, lies in a folder that may not train what ships."""
    refused = REFUSED_FOLDERS & (set(folder.parts) | set(folder.resolve().parts))
    if refused:
        raise EncoderError(
            f"不能用 {folder} 训练：{'、'.join(sorted(refused))} 里的数据没有开放许可或只供评测。"
            "随项目发布的编码器只用 train/open 训练，请改用那个文件夹。"
        )


def read_situations(folder: Path) -> tuple[list[Situation], list[DataFile]]:
    """Return the situations in `folder`/*.jsonl, in the order of the file names, and the files.

    Raises EncoderError if there is none, if the folder holds judging data, or if a line is not in its form.
    """
    refuse_closed(folder)
    situations: list[Situation] = []
    files: list[DataFile] = []
    for path in sorted(folder.glob("*.jsonl")):
        content = path.read_bytes()
        found = list(_read_situation_lines(path, content))
        situations += found
        files.append(DataFile(path.name, hashlib.sha256(content).hexdigest(), len(found)))
    if not situations:
        raise EncoderError(f"文件夹 {folder} 里没有情形（*.jsonl）。请检查 --situations 给出的文件夹。")
    return situations, files


def read_cases(folder: Path) -> tuple[list[Situation], list[DataFile]]:
    """Return what each case of the library at `folder` tells: sentences of its facts, and title with summary.

    What people say (`asked_as`) is left out, so that it can be used to try the search. Cases that cannot be
    read are left out; raises VocabularyError when the folder is no library.
    """
    library = Library.load(folder)
    told = [_told(file.parsed.case) for file in library.files if file.parsed.case is not None]
    found = [row for row in told if row.said]
    # Of what is learnt, not of the files: a tie or a source that changes makes no other encoder.
    learnt = "\n".join(text for row in found for text in (row.description, *row.said))
    return found, [DataFile(CASE_FILES, hashlib.sha256(learnt.encode()).hexdigest(), len(found))]


def _told(case: Case) -> Situation:
    parts = [case.section("案情"), *case.section("争议焦点").splitlines()]
    told = [part[start:end].lstrip("- ") for part in parts for start, end in sentences(part)]
    said = tuple(normalize(text) for text in told if len(text) > _SHORTEST_SENTENCE)
    return Situation(case.category, normalize(f"{case.title} {case.summary}"), said)


def read_lessons(situations_folder: Path, folder: Path) -> Lessons:
    """Return which case of the library at `folder` helps in which situation, and what each case tells.

    Raises VocabularyError when a folder is not in its form.
    """
    files = Library.load(folder).files
    cases = [
        file.parsed.case for file in files if file.parsed.case is not None and not file.parsed.case.withdrawn
    ]
    situations = list(read_situations_with_cases(situations_folder).values())
    found = help_of(situations, cases)
    return Lessons(
        tuple(normalize(situation.name) for situation in situations),
        tuple(_pieces(case) for case in cases),
        found.facts + found.method,
    )


def _pieces(case: Case) -> tuple[str, ...]:
    """Return title with summary, and the sentences of what happened and of what was done."""
    told = [case.section(heading) for heading in ("案情", "怎么干", "经验与教训")]
    parts = [part[start:end].lstrip("- ") for part in told for start, end in sentences(part)]
    long = [normalize(part) for part in parts if len(part) > _SHORTEST_SENTENCE]
    return (normalize(f"{case.title} {case.summary}"), *long)


def read_word_families(path: Path = WORD_FAMILIES) -> tuple[list[WordFamily], DataFile]:
    """Return the word families in `path` (one a line, `category | word word …`; `#` starts a remark).

    Raises EncoderError with file and line if a line has another form or fewer than two words.
    """
    content = path.read_bytes()
    families = []
    for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        category, _, words = line.partition("|")
        family = WordFamily(category.strip(), tuple(normalize(word) for word in words.split()))
        if not family.category or len(family.words) < _FEWEST_WORDS:
            raise EncoderError(f"{path} 第 {number} 行是 {line!r}，应为「类别 | 词 词 ……」，至少两个词。")
        families.append(family)
    return families, DataFile(path.name, hashlib.sha256(content).hexdigest(), len(families))


def _read_situation_lines(path: Path, content: bytes) -> Iterator[Situation]:
    for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            said = [normalize(text) for text in row["said"]]
            if row["category"] == WAYS:
                # A need is compared by what asks for it alone, too.
                said += [asked for text in said if (asked := asking(text)) not in ("", text)]
            yield Situation(str(row["category"]), normalize(row["situation"]), tuple(said))
        except (ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"{path} 第 {number} 行读不了：{error!r}。应为含 category、situation、said 的 JSON。"
            ) from error


@cache
def _left_out() -> frozenset[str]:
    lines = LEFT_OUT.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _digests(row: tuple[str, str]) -> set[str]:
    return {hashlib.sha256(text.encode()).hexdigest()[:16] for text in row}


def _choose(lines: list[str], limit: int, seed: int) -> list[str]:
    if len(lines) <= limit:
        return lines
    rng = random.Random(seed)
    return [lines[index] for index in sorted(rng.sample(range(len(lines)), limit))]


def _read_row(row: dict[str, str]) -> tuple[str, str]:
    first, second = (row["q"], row["a"]) if "q" in row else (row["text"], "")
    return normalize(first[:_CHARACTERS_READ]), normalize(second[:_CHARACTERS_READ])
