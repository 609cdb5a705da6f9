"""How well the comparison agrees with a reader who labelled pairs of question and case by hand."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.case.model import Case
from indexer.errors import JudgedSetError
from indexer.text.elements import Elements
from search_api.core.comparison import Comparer
from search_api.evaluation.judged import JudgedQuery

LABELS = ("same", "different", "ask")
NOTHING = "-"
"""The case does not mention it."""

_KEYS = ("split", "query-id", "case-id")


@dataclass(frozen=True)
class LabelledPair:
    """A question and a case with the reader's label of each element."""

    split: str
    query: str
    case: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class LabelFigures:
    """Of one label of one element: how often it was given by us, by the reader, and by both."""

    predicted: int
    labelled: int
    both: int

    @property
    def precision(self) -> float:
        """The share of ours that the reader gave too; NaN when we never gave it."""
        return self.both / self.predicted if self.predicted else float("nan")

    @property
    def recall(self) -> float:
        """The share of the reader's that we gave too; NaN when the reader never gave it."""
        return self.both / self.labelled if self.labelled else float("nan")


@dataclass(frozen=True)
class ElementFigures:
    """The figures of one split: by element and label, and over all elements."""

    split: str
    pairs: int
    by_element: Mapping[str, Mapping[str, LabelFigures]]

    @property
    def overall(self) -> Mapping[str, LabelFigures]:
        """The figures of each label over all elements together."""
        return {label: _sum(row[label] for row in self.by_element.values()) for label in LABELS}


def load_pairs(path: Path, elements: Elements) -> tuple[LabelledPair, ...]:
    """Read the labelled pairs at `path`. Raises JudgedSetError with file and line for what is not in its form."""
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise JudgedSetError(
            f"要素判分 {path} 读不出来。应是制表符分隔的文本，第一行是表头（split、query-id、case-id 和各要素）。请放好这个文件。"
        ) from error
    columns = head.split("\t")
    _refuse_columns(path, columns, {row.code for row in elements.rows})
    return tuple(
        _pair(f"{path}:{number}", columns, line) for number, line in enumerate(lines, 2) if line.strip()
    )


def judge_elements(
    pairs: Iterable[LabelledPair],
    queries: Mapping[str, JudgedQuery],
    cases: Mapping[str, Case],
    comparer: Comparer,
    split: str,
) -> ElementFigures:
    """Return the figures of `split` (dev, test or all). Raises JudgedSetError for a pair of unknown ids."""
    chosen = [pair for pair in pairs if split in ("all", pair.split)]
    counts: Counter[tuple[str, str, str]] = Counter()
    for pair in chosen:
        query, case = _known(pair, queries, cases)
        found = comparer.compare(comparer.asked(query.text), case)
        for element, label in pair.labels.items():
            counts.update(_marks(element, label, found.label(element) or NOTHING))
    by_element = {
        row.code: {label: _figures(counts, row.code, label) for label in LABELS}
        for row in comparer.elements.rows
    }
    return ElementFigures(split, len(chosen), by_element)


def _marks(element: str, labelled: str, predicted: str) -> Iterator[tuple[str, str, str]]:
    yield element, predicted, "predicted"
    yield element, labelled, "labelled"
    if labelled == predicted:
        yield element, labelled, "both"


def _figures(counts: Mapping[tuple[str, str, str], int], element: str, label: str) -> LabelFigures:
    predicted, labelled, both = (counts[element, label, kind] for kind in ("predicted", "labelled", "both"))
    return LabelFigures(predicted, labelled, both)


def _sum(figures: Iterable[LabelFigures]) -> LabelFigures:
    rows = tuple(figures)
    return LabelFigures(
        sum(row.predicted for row in rows), sum(row.labelled for row in rows), sum(row.both for row in rows)
    )


def _known(
    pair: LabelledPair, queries: Mapping[str, JudgedQuery], cases: Mapping[str, Case]
) -> tuple[JudgedQuery, Case]:
    if pair.query not in queries or pair.case not in cases:
        missing = f"问句「{pair.query}」" if pair.query not in queries else f"案例「{pair.case}」"
        raise JudgedSetError(f"要素判分里的{missing}不存在。请改编号或删去这一行。")
    return queries[pair.query], cases[pair.case]


def _refuse_columns(path: Path, columns: list[str], elements: set[str]) -> None:
    if tuple(columns[: len(_KEYS)]) != _KEYS or set(columns[len(_KEYS) :]) != elements:
        wanted = "、".join((*_KEYS, *sorted(elements)))
        raise JudgedSetError(f"{path}:1 表头是「{'、'.join(columns)}」，应是 {wanted}，请改好。")


def _pair(where: str, columns: list[str], line: str) -> LabelledPair:
    cells = line.split("\t")
    allowed = (*LABELS, NOTHING)
    labels = dict(zip(columns[len(_KEYS) :], cells[len(_KEYS) :], strict=False))
    if (
        len(cells) != len(columns)
        or not set(labels.values()) <= set(allowed)
        or cells[0] not in ("dev", "test")
    ):
        raise JudgedSetError(
            f"{where} 应有 {len(columns)} 格，第一格 dev 或 test，要素格是 {'、'.join(allowed)} 之一；"
            f"实际有 {len(cells)} 格。请改好这一行。"
        )
    return LabelledPair(cells[0], cells[1], cells[2], labels)
