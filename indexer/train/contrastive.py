"""The training proper: pairs that belong together are drawn close, everything else in the batch apart.

Two kinds of batches take turns. *Kin* batches hold one pair for every situation (two lines, or a line and the
official description) and one for every word family (two handfuls of its words), so that no two pairs of a
batch come from one situation. *Open* batches hold pairs of the open files. van den Oord, Li and Vinyals,
"Representation learning with contrastive predictive coding" (2018), for the loss.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.model_card import (
    SentenceTransformerModelCardCallback as ModelCardCallback,
)
from sentence_transformers.sentence_transformer.modules import Normalize
from torch import Tensor, nn
from torch.utils.data import SequentialSampler
from transformers import (
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from indexer.train.corpus import Lessons, Situation, WordFamily
from indexer.train.embedding import ComposedEmbedding

_SCALE = 10.0
_DESCRIPTION_RATE = 0.5
_WORDS_OF_A_FAMILY = 4


@dataclass(frozen=True)
class Schedule:
    """How much is trained: `passes` kin batches, `lesson_passes` of lessons, `open_batches` open ones."""

    passes: int
    lesson_passes: int
    open_batches: int
    learning_rate: float
    kin_weight: float
    seed: int


@dataclass(frozen=True)
class Material:
    """What is learnt from: situations, word families, which case helps where, and pairs of the open files."""

    situations: Sequence[Situation]
    families: Sequence[WordFamily]
    open_pairs: Sequence[tuple[str, str]]
    lessons: Lessons | None = None


class LessonLoss(nn.Module):
    """Cross-entropy of what is said in a situation against cases, in both directions, by how much each helps.

    The target of a line is spread over all cases of the batch in proportion to their help in its situation.
    `help` is float32 (situations, cases).
    """

    def __init__(self, model: SentenceTransformer, lessons: Lessons) -> None:
        super().__init__()
        self.model = model
        self.help = torch.from_numpy(lessons.help)

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """Return the loss; `labels` holds situation · cases + case of each pair, shape (pairs,)."""
        anchors, positives = (_embed(self.model, features) for features in sentence_features)
        scores = anchors @ positives.T * _SCALE
        cases = self.help.shape[1]
        helps = self.help[labels // cases][:, labels % cases]
        there = nn.functional.cross_entropy(scores, helps / helps.sum(dim=1, keepdim=True))
        back = nn.functional.cross_entropy(scores.T, helps.T / helps.sum(dim=0)[:, None])
        return (there + back) / 2


class KinLoss(nn.Module):
    """Cross-entropy of a pair against its batch, in both directions, and more gently of a category.

    The target is `1 - weight` on the pair itself and `weight` spread over all pairs of the same category:
    lines about one kind of trouble come nearer than lines about another kind.
    """

    def __init__(self, model: SentenceTransformer, weight: float) -> None:
        super().__init__()
        self.model = model
        self.weight = weight

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """Return the loss; `labels` holds the category of each pair, shape (pairs,)."""
        anchors, positives = (_embed(self.model, features) for features in sentence_features)
        scores = anchors @ positives.T * _SCALE
        same = (labels[:, None] == labels[None, :]).float()
        target = self.weight * same / same.sum(dim=1, keepdim=True)
        target += (1 - self.weight) * torch.eye(len(labels))
        there = nn.functional.cross_entropy(scores, target)
        back = nn.functional.cross_entropy(scores.T, target)
        return (there + back) / 2


def _embed(model: SentenceTransformer, features: dict[str, Tensor]) -> Tensor:
    return nn.functional.normalize(model(features)["sentence_embedding"], dim=-1)


def train_embedding(
    embedding: ComposedEmbedding,
    material: Material,
    schedule: Schedule,
    progress: Callable[[str], None],
) -> float:
    """Train `embedding` in place and return the mean loss over the training."""
    model = SentenceTransformer(modules=[embedding], device="cpu")
    batch = len(material.situations) + len(material.families)
    rng = random.Random(schedule.seed)
    kin = kin_pairs(material.situations, material.families, schedule.passes, rng)
    data = {"kin": Dataset.from_dict(kin)}
    if len(material.open_pairs) >= batch:
        data["open"] = Dataset.from_dict(open_pairs(material.open_pairs, schedule.open_batches * batch, rng))
    losses: dict[str, nn.Module] = {}
    if material.lessons is not None and material.lessons.help.any():
        rows = lesson_pairs(material.situations, material.lessons, schedule.lesson_passes * batch, rng)
        data["lessons"] = Dataset.from_dict(rows)
        losses["lessons"] = LessonLoss(model, material.lessons)
    losses |= {
        "kin": KinLoss(model, schedule.kin_weight),
        "open": MultipleNegativesRankingLoss(
            model, _SCALE, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        trainer = SentenceTransformerTrainer(
            model=model,
            args=_arguments(folder, batch, schedule),
            train_dataset=data,
            loss={name: losses[name] for name in data},
            callbacks=[_Report(progress)],
        )
        for noisy in (PrinterCallback, ModelCardCallback):
            trainer.remove_callback(noisy)
        return float(trainer.train().training_loss)


def lesson_pairs(
    situations: Sequence[Situation], lessons: Lessons, count: int, rng: random.Random
) -> dict[str, list[Any]]:
    """Return `count` pairs of what is said in a situation and a piece of a case that helps there.

    The columns are anchor, positive and label (situation · cases + case); cases that help more come more often.
    """
    places = {name: at for at, name in enumerate(lessons.situations)}
    known = [(one, places[one.description]) for one in situations if one.description in places]
    taught = [(one, row) for one, row in known if lessons.help[row].any()]
    columns: dict[str, list[Any]] = {"anchor": [], "positive": [], "label": []}
    for _ in range(count):
        situation, row = rng.choice(taught)
        case = rng.choices(range(len(lessons.cases)), weights=lessons.help[row].tolist())[0]
        columns["anchor"].append(rng.choice((situation.description, *situation.said)))
        columns["positive"].append(_draw_piece(lessons.cases[case], rng))
        columns["label"].append(row * len(lessons.cases) + case)
    return columns


def _draw_piece(pieces: Sequence[str], rng: random.Random) -> str:
    return pieces[0] if rng.random() < _DESCRIPTION_RATE else rng.choice(pieces)


def open_pairs(pairs: Sequence[tuple[str, str]], rows: int, rng: random.Random) -> dict[str, list[str]]:
    """Return `rows` pairs in random order, begun again when they run out, as columns of a dataset."""
    shuffled = rng.sample(pairs, len(pairs))
    chosen = [shuffled[row % len(shuffled)] for row in range(rows)]
    return {"anchor": [first for first, _ in chosen], "positive": [second for _, second in chosen]}


def save(embedding: ComposedEmbedding, folder: Path) -> None:
    """Save the folded embedding and a normalisation in `folder`, in place of what an encoder left there."""
    with tempfile.TemporaryDirectory() as fresh:
        model = SentenceTransformer(modules=[embedding.fold(), Normalize()], device="cpu")
        model.save(fresh, create_model_card=False)
        # copyfile, because the trainer's libraries write for the owner's eyes only.
        shutil.copytree(fresh, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
        folder.chmod(0o755)


def kin_pairs(
    situations: Sequence[Situation], families: Sequence[WordFamily], passes: int, rng: random.Random
) -> dict[str, list[Any]]:
    """Return `passes` rounds, each with one pair of every situation and family, as columns of a dataset.

    The columns are anchor, positive and label (the number of the category).
    """
    owners: list[Situation | WordFamily] = [*situations, *families]
    categories = sorted({owner.category for owner in owners})
    columns: dict[str, list[Any]] = {"anchor": [], "positive": [], "label": []}
    for _ in range(passes):
        for owner in owners:
            pair = _draw_lines(owner, rng) if isinstance(owner, Situation) else _draw_words(owner, rng)
            columns["anchor"].append(pair[0])
            columns["positive"].append(pair[1])
            columns["label"].append(categories.index(owner.category))
    return columns


def _draw_lines(situation: Situation, rng: random.Random) -> tuple[str, str]:
    if len(situation.said) == 1 or rng.random() < _DESCRIPTION_RATE:
        return rng.choice(situation.said), situation.description
    first, second = rng.sample(situation.said, 2)
    return first, second


def _draw_words(family: WordFamily, rng: random.Random) -> tuple[str, str]:
    words = rng.sample(family.words, len(family.words))
    half = min(_WORDS_OF_A_FAMILY, len(words) // 2)
    return " ".join(words[:half]), " ".join(words[half : 2 * half])


def _in_order(dataset: Dataset, batch_size: int, drop_last: bool, **_: object) -> DefaultBatchSampler:
    """Batches in the order of the rows: a round of kin pairs must stay one batch."""
    return DefaultBatchSampler(SequentialSampler(dataset), batch_size=batch_size, drop_last=drop_last)


def _arguments(folder: str, batch: int, schedule: Schedule) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=folder,
        num_train_epochs=1,
        per_device_train_batch_size=batch,
        batch_sampler=_in_order,
        dataloader_drop_last=True,
        learning_rate=schedule.learning_rate,
        weight_decay=0.0,
        max_grad_norm=0.0,
        warmup_steps=20,
        seed=schedule.seed,
        use_cpu=True,
        save_strategy="no",
        logging_steps=50,
        report_to="none",
        disable_tqdm=True,
    )


class _Report(TrainerCallback):
    """Passes the trainer's log lines on to the caller."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self._progress = progress

    def on_log(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **kwargs: Any,
    ) -> None:
        """Report step and loss."""
        if "loss" in kwargs.get("logs", {}):
            loss = kwargs["logs"]["loss"]
            self._progress(f"训练：第 {state.global_step}/{state.max_steps} 步，损失 {loss}")
