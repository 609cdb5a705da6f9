"""Rules that need all cases: no event told twice, no question answered the same way over and over."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.case.finding import Finding
from indexer.case.library import CaseFile
from indexer.case.model import Case
from indexer.text.normalize import normalize
from indexer.text.tokenize import index_terms

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SAME_EVENT = 0.4
"""From this likeness on two cases are taken for one event.

Of 115 events told once as a case and once, independently, as a row of research notes, all but one have more
(5 % quantile 0.44, median 0.61); of the same notes against the nearest other case none has (highest 0.27).
"""

MEASURED_FROM = 20
"""In a smaller library the rarity of a word says nothing, and no pair is judged."""

ALIKE_AT_MOST = 4
"""So many cases may answer one question in one way."""

SAME_WAY = 0.5
"""From this share of common methods on (Jaccard) two cases answer in the same way."""

_TOLD = ("案情", "怎么干", "结果")


@dataclass(frozen=True)
class Pair:
    """Two files and how alike they are, 0 to 1: the cosine of their tf-idf vectors over words and word pairs."""

    likeness: float
    first: CaseFile
    second: CaseFile


def nearest_pairs(files: Sequence[CaseFile]) -> list[Pair]:
    """Return for each case its nearest other one, the most alike pairs first, each pair once.

    None in a library of fewer than MEASURED_FROM cases.
    """
    known = [file for file in files if file.parsed.case is not None]
    if len(known) < MEASURED_FROM:
        return []
    likeness = _likeness([file.parsed.case for file in known if file.parsed.case is not None])
    nearest = likeness.argmax(axis=1)
    pairs = {(min(at, int(other)), max(at, int(other))) for at, other in enumerate(nearest)}
    order = sorted(pairs, key=lambda pair: (-likeness[pair], pair))
    return [Pair(float(likeness[pair]), known[pair[0]], known[pair[1]]) for pair in order]


def _likeness(cases: Sequence[Case]) -> "npt.NDArray[np.float32]":
    """Return float32 (cases, cases): cosines of (1 + ln tf) · ln(N / df), terms of one case alone left out.

    A case is no neighbour of its own: -1 on the diagonal.
    """
    import numpy as np  # checking one file does not need it

    counts = [Counter(index_terms(normalize(_told(case)))) for case in cases]
    frequency = Counter(term for terms in counts for term in terms)
    columns = {term: at for at, term in enumerate(term for term, n in frequency.items() if n > 1)}
    weights = np.zeros((len(cases), len(columns)), np.float32)
    for row, terms in enumerate(counts):
        for term, number in terms.items():
            if term in columns:
                weights[row, columns[term]] = (1 + np.log(number)) * np.log(len(cases) / frequency[term])
    norms = np.linalg.norm(weights, axis=1, keepdims=True)
    weights /= np.where(norms > 0, norms, 1)
    product: npt.NDArray[np.float32] = weights @ weights.T
    np.fill_diagonal(product, -1.0)
    return product


def _told(case: Case) -> str:
    return "\n".join((case.title, case.summary, *map(case.section, _TOLD)))


def same_events(pairs: Sequence[Pair], checked: Collection[str] | None = None) -> Iterator[Finding]:
    """Yield a finding for each pair that looks like one event told twice, at the file that is being checked."""
    for pair in pairs:
        if pair.likeness >= SAME_EVENT:
            files = (pair.first, pair.second)
            earlier, later = sorted(files, key=lambda file: checked is not None and file.path in checked)
            yield Finding(
                later.path,
                1,
                "near-duplicate",
                f"与 {earlier.path} 很像（{pair.likeness:.2f}），像是同一件事。",
                "是同一件事就合并，留写得好的一篇；不是，就把不同之处写清楚。",
                "warning",
            )


def too_many_alike(files: Sequence[CaseFile]) -> Iterator[Finding]:
    """Yield a finding for each of `files` that ALIKE_AT_MOST before it answer like: one situation, one way."""
    by_situation: defaultdict[str, list[CaseFile]] = defaultdict(list)
    for file in files:
        for name in file.parsed.case.situations if file.parsed.case is not None else ():
            by_situation[name].append(file)
    for name, members in by_situation.items():
        for at, file in enumerate(members):
            alike = [other.path for other in members[:at] if _same_way(file, other)]
            if len(alike) >= ALIKE_AT_MOST:
                yield Finding(
                    file.path,
                    file.parsed.line_of("situations"),
                    "too-many-alike",
                    f"「{name}」已有 {len(alike)} 个案例用同样的办法：{'、'.join(alike)}。",
                    "留最值得学的；别的办法、没办成的更有用。",
                    "warning",
                )


def _same_way(one: CaseFile, other: CaseFile) -> bool:
    first, second = (set(file.parsed.case.methods) if file.parsed.case else set() for file in (one, other))
    return bool(first | second) and len(first & second) / len(first | second) >= SAME_WAY
