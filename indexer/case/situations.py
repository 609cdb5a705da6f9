"""The situation bank: kinds of trouble finer than a category, each with the ways people tell it."""

import json
from collections.abc import Mapping
from pathlib import Path

from indexer.errors import VocabularyError

Situations = Mapping[str, tuple[str, ...]]
"""What is said, by the name of the situation."""


def read_situations(folder: Path) -> Situations:
    """Return the situations in `folder`/*.jsonl.

    Raises VocabularyError, with file and line, for a line that is not `{"situation": …, "said": […]}`.
    """
    files = [_read_file(path) for path in sorted(folder.glob("*.jsonl"))]
    return {name: said for file in files for name, said in file.items()}


def _read_file(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"情形库 {path} 读不出来：{error}。应是 UTF-8 文本。") from error
    return dict(_situation(line, f"{path} 第 {number} 行") for number, line in enumerate(lines, start=1))


def read_situation_names(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the situations by category, which is the name of their file.

    Raises VocabularyError as `read_situations` does.
    """
    return {path.stem: tuple(_read_file(path)) for path in sorted(folder.glob("*.jsonl"))}


def _situation(line: str, where: str) -> tuple[str, tuple[str, ...]]:
    expected = '应是一行 JSON，如 {"situation": "…", "said": ["…", "…"]}。'
    try:
        row = json.loads(line)
        name, said = row["situation"], row["said"]
    except (ValueError, KeyError, TypeError) as error:
        raise VocabularyError(f"情形库 {where} 不合格：{error!r}。{expected}") from error
    if not isinstance(name, str) or not isinstance(said, list) or not all(isinstance(s, str) for s in said):
        raise VocabularyError(f"情形库 {where} 不合格：说法应是一列文字。{expected}")
    return name, tuple(said)
