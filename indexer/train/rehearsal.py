"""Figures for the model card: the same training with lines held back, and how well those are then placed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import Encoder
from indexer.train.corpus import Situation

_LINES_HELD_BACK = 0.2
_SITUATIONS_HELD_BACK = 2


@dataclass(frozen=True)
class HeldBack:
    """What a rehearsal learns from and what it is asked about.

    `learnt` are situations with their remaining lines, `lines` the (index into `learnt`, line) held back from
    them, `unseen` whole situations of which nothing is learnt.
    """

    learnt: tuple[Situation, ...]
    lines: tuple[tuple[int, str], ...]
    unseen: tuple[Situation, ...]


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1 over held-back lines.

    `own_first`, `own_fifth`: the own situation is first, among the first five of all learnt situations (a
    situation is as close as its closest line). `category_first`, `category_fifth`: the same for the category
    of a line whose situation is unseen.
    """

    lines: int
    situations: int
    own_first: float
    own_fifth: float
    unseen_lines: int
    category_first: float
    category_fifth: float

    def __str__(self) -> str:
        return (
            f"留出的 {self.lines} 句，前 5 个里有自己那种情形的占 {self.own_fifth:.3f}（第 1 个就是：{self.own_first:.3f}）；"
            f"没学过的情形 {self.unseen_lines} 句，前 5 个里有同类的占 {self.category_fifth:.3f}"
            f"（第 1 个就是：{self.category_first:.3f}）"
        )


def hold_back(situations: Sequence[Situation], seed: int) -> HeldBack:
    """Hold back two situations of every category, and a fifth of the lines of the others."""
    rng = random.Random(seed)
    unseen: set[int] = set()
    for category in sorted({situation.category for situation in situations}):
        members = [i for i, situation in enumerate(situations) if situation.category == category]
        unseen.update(rng.sample(members, min(_SITUATIONS_HELD_BACK, len(members) - 1)))
    learnt: list[Situation] = []
    lines: list[tuple[int, str]] = []
    for i, situation in enumerate(situations):
        if i in unseen:
            continue
        said = rng.sample(situation.said, len(situation.said))
        held = round(len(said) * _LINES_HELD_BACK)
        lines += [(len(learnt), line) for line in said[:held]]
        learnt.append(replace(situation, said=tuple(said[held:])))
    return HeldBack(tuple(learnt), tuple(lines), tuple(situations[i] for i in sorted(unseen)))


def measure(encoder: Encoder, held: HeldBack) -> Figures:
    """Place every held-back line by its closest learnt line."""
    bank = [(i, line) for i, situation in enumerate(held.learnt) for line in situation.said]
    vectors = encoder.encode([line for _, line in bank])
    own = _ranks(encoder, held.lines, vectors, [i for i, _ in bank])
    categories = sorted({situation.category for situation in held.learnt})
    asked = [
        (categories.index(situation.category), line) for situation in held.unseen for line in situation.said
    ]
    owners = [categories.index(held.learnt[i].category) for i, _ in bank]
    kind = _ranks(encoder, asked, vectors, owners)
    return Figures(
        lines=len(held.lines),
        situations=len(held.learnt),
        own_first=_share(own, 1),
        own_fifth=_share(own, 5),
        unseen_lines=len(asked),
        category_first=_share(kind, 1),
        category_fifth=_share(kind, 5),
    )


def _ranks(
    encoder: Encoder, asked: Sequence[tuple[int, str]], bank: npt.NDArray[np.float32], owners: Sequence[int]
) -> npt.NDArray[np.int64]:
    """The rank (from 0) of the right owner for each line asked, owners scored by their closest line."""
    if not asked:
        return np.zeros(0, np.int64)
    scores = encoder.encode([line for _, line in asked]) @ bank.T
    best = np.full((max(owners) + 1, len(asked)), -2, np.float32)
    np.maximum.at(best, np.asarray(owners), scores.T)
    right = best[[owner for owner, _ in asked], np.arange(len(asked))]
    ranks: npt.NDArray[np.int64] = (best > right).sum(axis=0)
    return ranks


def _share(ranks: npt.NDArray[np.int64], within: int) -> float:
    return float((ranks < within).mean()) if len(ranks) else 0.0
