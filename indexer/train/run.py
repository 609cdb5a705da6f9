"""`casebook train`: from open texts, situations and word families to the folder of an encoder."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from indexer.encoders.base import EncoderIdentity
from indexer.encoders.static import StaticEncoder
from indexer.train.card import write_card
from indexer.train.contrastive import Material, Schedule, save, train_embedding
from indexer.train.cooccurrence import first_vectors
from indexer.train.corpus import (
    DataFile,
    Lessons,
    OpenRows,
    Situation,
    WordFamily,
    read_cases,
    read_lessons,
    read_open_rows,
    read_situations,
    read_word_families,
    refuse_closed,
)
from indexer.train.embedding import ComposedEmbedding
from indexer.train.recipe import Recipe, TrainOptions, recipe_for
from indexer.train.rehearsal import Figures, hold_back, measure
from indexer.train.vocabulary import count_vocabulary, make_tokenizer

Progress = Callable[[str], None]


@dataclass(frozen=True)
class TrainReport:
    """What came of a training: the encoder, where it lies, what it learnt from and how well it does."""

    folder: Path
    identity: EncoderIdentity
    files: tuple[DataFile, ...]
    figures: Figures
    loss: float
    seconds: float


def train(options: TrainOptions, progress: Progress) -> TrainReport:
    """Train an encoder and save it in `options.output_folder` as sentence-transformers does.

    Raises EncoderError if the data may not be learnt from, is missing or is not in its form. The folder is
    written only when the training is through.
    """
    started = time.monotonic()
    refuse_closed(options.data_folder)
    recipe = recipe_for(options)
    situations, situation_files = read_situations(options.situations_folder)
    cases, case_files = read_cases(options.cases_folder) if options.cases_folder else ([], [])
    lessons = read_lessons(options.situations_folder, options.cases_folder) if options.cases_folder else None
    families, family_file = read_word_families()
    opened = _read_open(options, recipe, progress)
    course = _prepare(opened, [*situations, *cases], families, lessons, recipe, progress)
    held = hold_back(situations, recipe.seed)
    progress("预演：留出一部分说法，量一量")
    with tempfile.TemporaryDirectory() as rehearsal:
        course.teach([*held.learnt, *cases], Path(rehearsal), progress)
        figures = measure(StaticEncoder(Path(rehearsal)), held)
    progress(f"预演：{figures}")
    loss = course.teach([*situations, *cases], options.output_folder, progress)
    files = (*(rows.source for rows in opened), *situation_files, *case_files, family_file)
    encoder = StaticEncoder(options.output_folder)
    report = TrainReport(
        options.output_folder, encoder.identity, files, figures, loss, time.monotonic() - started
    )
    write_card(options.output_folder, recipe, files, figures)
    return report


@dataclass(frozen=True)
class _Course:
    """Everything but the situations: the same for the rehearsal and for the training that counts."""

    tokenizer: Tokenizer
    start: npt.NDArray[np.float32]
    families: Sequence[WordFamily]
    open_pairs: Sequence[tuple[str, str]]
    lessons: Lessons | None
    recipe: Recipe

    def teach(self, situations: Sequence[Situation], folder: Path, progress: Progress) -> float:
        """Train on `situations`, save in `folder`, return the mean loss."""
        recipe = self.recipe
        embedding = ComposedEmbedding(self.tokenizer, self.start.copy(), recipe.dropout, recipe.seed)
        schedule = Schedule(
            recipe.passes,
            recipe.lesson_passes,
            recipe.open_batches,
            recipe.learning_rate,
            recipe.kin_weight,
            recipe.seed,
        )
        material = Material(situations, self.families, self.open_pairs, self.lessons)
        loss = train_embedding(embedding, material, schedule, progress)
        save(embedding, folder)
        return loss


def _read_open(options: TrainOptions, recipe: Recipe, progress: Progress) -> list[OpenRows]:
    opened = []
    for file in recipe.open_files:
        progress(f"读取 {file.name}")
        opened.append(read_open_rows(options.data_folder, file.name, file.texts, recipe.seed))
    return opened


def _prepare(
    opened: Sequence[OpenRows],
    situations: Sequence[Situation],
    families: Sequence[WordFamily],
    lessons: Lessons | None,
    recipe: Recipe,
    progress: Progress,
) -> _Course:
    # One text may stand in many rows (a question with several replies); it shall count once.
    texts = list(dict.fromkeys(text for rows in opened for row in rows.rows for text in row if text))
    progress(f"数词，再数共现：{len(texts)} 段")
    tokenizer = make_tokenizer(*count_vocabulary(texts, situations, families), recipe.vocabulary_size)
    start = first_vectors(tokenizer, texts, recipe.dimensions, recipe.window, recipe.seed)
    pairs = [
        pair
        for file, rows in zip(recipe.open_files, opened, strict=True)
        for pair in _distinct_pairs(rows, file.pairs)
    ]
    return _Course(tokenizer, start, families, pairs, lessons, recipe)


def _distinct_pairs(opened: OpenRows, limit: int) -> list[tuple[str, str]]:
    """At most `limit` pairs from all over the file, one a question: two replies to it are no negatives."""
    replies: dict[str, str] = {}
    for question, reply in opened.rows:
        if question and reply:
            replies.setdefault(question, reply)
    pairs = list(replies.items())
    return pairs[:: max(1, len(pairs) // max(limit, 1))][:limit]
