"""The whole account of the search: everything that is measured, gathered once and then only written down."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from indexer.build import Progress
from indexer.encoders.base import Encoder
from indexer.snapshot.read import Snapshot
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import normalize
from search_api.core.engine import SearchEngine
from search_api.evaluation.ablations import WHOLE, Ablation, Variant, ablate, variants
from search_api.evaluation.judged import JudgedQuery, Split
from search_api.evaluation.reliability import Bin, reliability
from search_api.evaluation.run import ENGINES, EngineFigures, Evaluation, evaluate
from search_api.evaluation.worst import WorstQuery, worst

SPLITS: tuple[Split, ...] = get_args(Split)

WAY = "way-"
"""How the ids of the queries begin that ask for a method, not for the same trouble."""


@dataclass(frozen=True)
class Library:
    """What was searched: `content` is the digest of the snapshot's files, the same whenever it was built."""

    content: str
    cases: int
    passages: int
    situations: int
    concepts: int


@dataclass(frozen=True)
class SplitReport:
    """Everything measured on one split.

    `styles` counts the answerable queries by style. `ways` is about those that ask for a method, `indirect`
    about those in which no official noun occurs; both hold answerable queries only. `reliability` is None
    without a calibration.
    """

    evaluation: Evaluation
    styles: dict[str, int]
    ways: Evaluation
    indirect: Evaluation
    reliability: tuple[Bin, ...] | None
    ablations: tuple[Ablation, ...]


@dataclass(frozen=True)
class Report:
    """The whole account. `worst` shows queries of the development split only: the test split is not read."""

    library: Library
    splits: dict[Split, SplitReport]
    worst: tuple[WorstQuery, ...]


def gather(
    snapshot: Snapshot,
    encoder: Encoder,
    queries: Sequence[JudgedQuery],
    progress: Progress = lambda step, done, total: None,
) -> Report:
    """Measure everything on both splits of `queries`: about as long as ten runs of `evaluate`."""
    progress("不用概念词典再建一遍索引", 0, 1)
    bench = _Bench(snapshot, encoder, variants(snapshot), progress)
    progress("不用概念词典再建一遍索引", 1, 1)
    members = {split: [query for query in queries if query.split == split] for split in SPLITS}
    splits = {split: bench.measure(split, members[split]) for split in SPLITS}
    ndcg = splits["dev"].evaluation.engines[WHOLE].ndcg
    shown = worst(bench.engine, _answerable(members["dev"]), ndcg)
    return Report(_library(snapshot), splits, shown)


def official_nouns(lexicon: Lexicon) -> frozenset[str]:
    """Return the official nouns of every concept, normalised."""
    return frozenset(normalize(noun) for concept in lexicon.concepts for noun in concept.official)


def avoids(text: str, nouns: frozenset[str]) -> bool:
    """Whether none of `nouns` occurs in `text` once it is normalised."""
    plain = normalize(text)
    return not any(noun in plain for noun in nouns)


@dataclass(frozen=True)
class _Bench:
    """What is measured, and whom to tell how far it has come."""

    snapshot: Snapshot
    encoder: Encoder
    tried: tuple[Variant, ...]
    progress: Progress

    @property
    def engine(self) -> SearchEngine:
        """The search as it is in use."""
        return SearchEngine(self.snapshot, self.encoder, ENGINES[WHOLE])

    def measure(self, split: Split, queries: Sequence[JudgedQuery]) -> SplitReport:
        """Return everything measured on `queries`, all of `split`."""
        answerable = _answerable(queries)
        evaluation = evaluate(self.snapshot, self.encoder, queries, split, self._step(f"{split}：评测"))
        ways, indirect = self._apart(split, answerable)
        graded = [query for query in queries if query.graded]
        return SplitReport(
            evaluation=evaluation,
            styles=dict(Counter(query.style for query in answerable)),
            ways=ways,
            indirect=indirect,
            reliability=reliability(self.engine, graded, self._step(f"{split}：可靠性")),
            ablations=self._ablations(split, answerable, evaluation.engines[WHOLE]),
        )

    def _apart(self, split: Split, answerable: Sequence[JudgedQuery]) -> tuple[Evaluation, Evaluation]:
        """Return the accounts of the queries for a method and of those that avoid every official noun."""
        nouns = official_nouns(self.snapshot.lexicon)
        ways = [query for query in answerable if query.id.startswith(WAY)]
        indirect = [query for query in answerable if avoids(query.text, nouns)]
        return (
            evaluate(self.snapshot, self.encoder, ways, split, self._step(f"{split}：问办法的")),
            evaluate(self.snapshot, self.encoder, indirect, split, self._step(f"{split}：不说官方词的")),
        )

    def _ablations(
        self, split: Split, answerable: Sequence[JudgedQuery], whole: EngineFigures
    ) -> tuple[Ablation, ...]:
        step = self._step(f"{split}：拆掉一部分再试")
        found: list[Ablation] = []
        step(0, len(self.tried))
        for ablation in ablate(self.tried, self.encoder, answerable, whole):
            found.append(ablation)
            step(len(found), len(self.tried))
        return tuple(found)

    def _step(self, name: str) -> Callable[[int, int], None]:
        return lambda done, total: self.progress(name, done, total)


def _answerable(queries: Sequence[JudgedQuery]) -> list[JudgedQuery]:
    return [query for query in queries if query.graded and query.answerable]


def _library(snapshot: Snapshot) -> Library:
    return Library(
        # The id begins with the time of the build, which would make every report another one.
        content=snapshot.manifest.id.rpartition("-")[2],
        cases=len(snapshot.cases),
        passages=len(snapshot.passages),
        situations=len(snapshot.bank.situations),
        concepts=len(snapshot.lexicon.concepts),
    )
