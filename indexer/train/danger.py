"""`casebook train --redlines`: from lines with their kind of danger to the model that raises the alarm."""

from collections.abc import Sequence
from pathlib import Path

from indexer.case.situations import read_situations
from indexer.classifier import NONE, TextClassifier
from indexer.errors import VocabularyError
from indexer.text.lexicon import Lexicon
from indexer.text.redlines import RedLines
from indexer.train.text_classifier import Told, fit

EVERY = 5
"""Every so many lines of the situation bank stand for everyday talk."""

EVERYDAY_WEIGHT = 0.7
"""What such a line counts beside one that somebody has read for danger: a few do speak of it."""


def train_danger(library: Path) -> tuple[TextClassifier, int]:
    """Return the model for the library at `library` and how many lines it learnt from.

    Raises VocabularyError when `redlines/told.tsv` is missing or not in its form.
    """
    redlines = RedLines.load(library / "redlines.yaml")
    told = read_told(library / "redlines" / "told.tsv", [row.kind for row in redlines.rows])
    lines = [*told, *_everyday(library, {one.text for one in told}, redlines)]
    return fit(lines, [*(row.kind for row in redlines.rows), NONE]), len(lines)


def read_told(path: Path, kinds: Sequence[str]) -> list[Told]:
    """Read `path`: kind, tab, text; `#` starts a remark. Raises VocabularyError with the line."""
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(
            f"读不了 {path}：{error}。应是 UTF-8 文本，一行一句：种类、制表符、原话。"
        ) from error
    told = []
    for number, row in enumerate(rows, start=1):
        kind, tab, text = row.partition("\t")
        if row.startswith("#") or not row.strip():
            continue
        if not tab or kind not in (*kinds, NONE) or not text.strip():
            expected = "、".join((*kinds, NONE))
            raise VocabularyError(
                f"{path} 第 {number} 行是 {row[:40]!r}，应为「种类、制表符、原话」，种类是 {expected} 之一。"
            )
        told.append(Told(kind, text))
    return told


def _everyday(library: Path, read: set[str], redlines: RedLines) -> list[Told]:
    """Return names of things and troubles, and every so many of the lines that people say of them."""
    bank = read_situations(library / "situations").values()
    nouns = [noun for concept in Lexicon.load(library / "lexicon").concepts for noun in concept.official]
    lines = [line for one in bank for line in one.said if line not in read and not redlines.phrased(line)]
    names = [name for name in (*nouns, *(one.name for one in bank)) if not redlines.phrased(name)]
    return [Told(NONE, line, EVERYDAY_WEIGHT) for line in (*names, *lines[::EVERY])]
