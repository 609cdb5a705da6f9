"""Topics that people wish for: a category and a month a line, and nothing of what was asked."""

import fcntl
from collections import Counter
from datetime import date
from pathlib import Path

from indexer.errors import CasebookError

MOST_BYTES = 1_000_000
"""Some fifty thousand wishes; beyond that nobody is wishing any more."""


class TopicsError(CasebookError):
    """A wish could not be written down."""


class TopicRequests:
    """The wishes in the file at `path`, which need not be there yet. Safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, category: str) -> None:
        """Write down that somebody wishes for cases of `category`. Raises TopicsError when that cannot be."""
        try:
            with self._path.open("a", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if file.tell() > MOST_BYTES:
                    raise TopicsError(f"没有记下来：{self._path} 已经记满。请告诉维护者，把它整理后清空。")
                file.write(f"{date.today():%Y-%m}\t{category}\n")
        except OSError as error:
            raise TopicsError(
                f"没有记下来：{self._path} 写不进去（{error.strerror}）。请把题目告诉维护者；"
                "维护者可以用 CASEBOOK_TOPICS 换一个能写的地方。"
            ) from error

    def counts(self) -> dict[str, int]:
        """Return how often each category was wished for, the most often first; nothing when it cannot be read."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return {}
        wished = Counter(line.split("\t")[1] for line in lines if line.count("\t") == 1)
        return dict(wished.most_common())
