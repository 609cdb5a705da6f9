"""Fit the judgement on the development queries: what chance there is that a case helps, and where words begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.calibration import Calibration, fingerprint
from indexer.classifier import TextClassifier
from indexer.encoders.base import Encoder
from indexer.errors import JudgedSetError
from indexer.snapshot.read import Snapshot
from search_api.core.engine import SearchEngine
from search_api.core.signals import NAMES, OF_QUERY, Field, Signals, answerable, chance
from search_api.evaluation.judged import JudgedQuery
from search_api.evaluation.logistic import fit_logistic
from search_api.evaluation.metrics import HELPFUL

KEPT = 0.95
"""The part of the answerable queries that must not be told that there is nothing."""

PRECISE = 0.8
"""The part of the cases called close that must be helpful (grade 2 or 3)."""

_FIELD_PENALTY = 1e-4
_SIGNAL_PENALTY = 1e-3


@dataclass(frozen=True)
class FieldLines:
    """What people say of this field, and lines about something else: every second teaches what the field is.

    The others, `asked`, stand in as queries without an answer.
    """

    inside: Sequence[str]
    elsewhere: Sequence[str]

    @property
    def teaching(self) -> Sequence[str]:
        """Lines about something else that teach."""
        return self.elsewhere[::2]

    @property
    def asked(self) -> Sequence[str]:
        """Lines about something else that are asked."""
        return self.elsewhere[1::2]


@dataclass(frozen=True)
class _Judged:
    """One of the first cases for one query: its signals, whether it helps, how much it counts, and the query."""

    query: str
    answerable: bool
    signals: Signals
    helps: bool
    importance: float
    weight: float


def read_elsewhere(path: Path) -> tuple[str, ...]:
    """Return the lines of `path` that are about something else; `#` starts a remark.

    Raises JudgedSetError if it cannot be read or holds none.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise JudgedSetError(f"读不了 {path}：{error}。应是 UTF-8 文本，一行一句与社区无关的话。") from error
    found = tuple(line for line in lines if line and not line.startswith("#"))
    if not found:
        raise JudgedSetError(f"{path} 里没有句子。应是一行一句与社区无关的话。")
    return found


def calibrate(
    snapshot: Snapshot,
    encoder: Encoder,
    queries: Sequence[JudgedQuery],
    lines: FieldLines,
    wording: TextClassifier,
    wording_sha256: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Calibration:
    """Return the calibration of `snapshot` for `encoder`, fitted on `queries` (those of the development split).

    `wording` has learnt from `lines.inside` and `lines.teaching`. Raises JudgedSetError when the queries do not
    hold both answerable and unanswerable ones.
    """
    graded = [query for query in queries if query.graded]
    if len({query.answerable for query in graded}) < 2:  # noqa: PLR2004  (both kinds)
        raise JudgedSetError("校准要用判过分的问句，能答的和库里没有的都要有。请先补判分。")
    engine = SearchEngine(snapshot, encoder)
    # Rounded before anything is measured, so that the engine measures the very same.
    direction, offset = _field(engine, lines.inside, lines.teaching)
    field = Field([round(float(value), 5) for value in direction], round(offset, 5), wording)
    rows = _judged(engine, graded, lines.asked, field, progress)
    fit = fit_logistic(
        np.array([row.signals.values for row in rows]),
        np.array([float(row.helps) for row in rows]),
        np.array([row.importance for row in rows]),
        penalty=_SIGNAL_PENALTY,
        rising=True,
    )
    draft = Calibration(
        fingerprint=fingerprint(
            snapshot.cases, snapshot.passages, snapshot.bank.situations, snapshot.lexicon, encoder.identity
        ),
        rankings=engine.rankings,
        weights={name: round(float(weight), 6) for name, weight in zip(NAMES, fit.weights, strict=True)},
        bias=round(fit.bias, 6),
        direction=tuple(field.direction),
        offset=field.offset,
        wording=wording_sha256,
        close=1.0,
        answer_weights=dict.fromkeys(OF_QUERY, 0.0),
        answer_bias=0.0,
        answerable=0.0,
    )
    return _with_answerable(_with_close(draft, rows), rows)


def _field(
    engine: SearchEngine, inside: Sequence[str], elsewhere: Sequence[str]
) -> tuple[npt.NDArray[np.float64], float]:
    """Return direction and offset that tell vectors of `inside` from those of `elsewhere`, both weighing the same."""
    vectors = np.array([engine.vector(line) for line in (*inside, *elsewhere)], np.float64)
    labels = np.array([1.0] * len(inside) + [0.0] * len(elsewhere))
    importance = np.where(labels == 1, 1 / max(len(inside), 1), 1 / max(len(elsewhere), 1))
    fit = fit_logistic(vectors, labels, importance, penalty=_FIELD_PENALTY)
    return fit.weights, fit.bias


def _judged(
    engine: SearchEngine,
    queries: Sequence[JudgedQuery],
    elsewhere: Sequence[str],
    field: Field,
    progress: Callable[[int, int], None],
) -> list[_Judged]:
    """Return the first cases of every query, and of every line about something else; each query weighs the same."""
    asked = [(query.text, query.grades, query.answerable) for query in queries]
    asked += [(line, {}, False) for line in elsewhere]
    # However many lines are about something else, they weigh as much as the judged queries together.
    weights = [1.0] * len(queries) + [len(queries) / max(len(elsewhere), 1)] * len(elsewhere)
    rows = []
    for done, ((text, grades, has_answer), weight) in enumerate(zip(asked, weights, strict=True)):
        progress(done, len(asked))
        found = engine.signals(text, field)
        for case_id, signals in found:
            helps = grades.get(case_id, 0) >= HELPFUL
            rows.append(_Judged(text, has_answer, signals, helps, weight / len(found), weight))
    progress(len(asked), len(asked))
    return rows


def _with_close(draft: Calibration, rows: Sequence[_Judged]) -> Calibration:
    """Return `draft` with `close` where PRECISE of the cases help."""
    chances = np.array([chance(row.signals, draft) for row in rows])
    return draft.model_copy(update={"close": _close(rows, chances)})


def _with_answerable(draft: Calibration, rows: Sequence[_Judged]) -> Calibration:
    """Return `draft` with the regression over the signals of the query, and the chance that KEPT of them reach."""
    first = list({row.query: row for row in reversed(rows)}.values())
    fit = fit_logistic(
        np.array([[getattr(row.signals, name) for name in OF_QUERY] for row in first]),
        np.array([float(row.answerable) for row in first]),
        np.array([row.weight for row in first]),
        penalty=_SIGNAL_PENALTY,
        rising=True,
    )
    weights = {name: round(float(weight), 6) for name, weight in zip(OF_QUERY, fit.weights, strict=True)}
    fitted = draft.model_copy(update={"answer_weights": weights, "answer_bias": round(fit.bias, 6)})
    kept = [answerable(row.signals, fitted) for row in first if row.answerable]
    return fitted.model_copy(update={"answerable": float(np.quantile(kept, 1 - KEPT, method="lower"))})


def _close(rows: Sequence[_Judged], chances: npt.NDArray[np.float64]) -> float:
    """Return the lowest chance from which on PRECISE of the cases help; 1 when there is none."""
    order = np.argsort(-chances, kind="stable")
    importance = np.array([rows[at].importance for at in order])
    helped = np.cumsum(importance * np.array([rows[at].helps for at in order])) / np.cumsum(importance)
    enough = np.flatnonzero(helped >= PRECISE)
    return float(chances[order[enough[-1]]]) if len(enough) else 1.0
