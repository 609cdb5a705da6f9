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
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                found[str(row["situation"])] = tuple(str(said) for said in row["said"])
            except (ValueError, KeyError, TypeError) as error:
                raise VocabularyError(
                    f"情形库 {path} 第 {number} 行不合格：{error!r}。应是含 situation 和 said 的一行 JSON。"
                ) from error
    return found
