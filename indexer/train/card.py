"""Writes the model card: what the encoder learnt from, how, how well it does, and what it cannot do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from indexer.train.corpus import CASE_FILES, WORD_FAMILIES, DataFile
from indexer.train.recipe import Recipe
from indexer.train.rehearsal import Figures

_OUR_LICENCE = "ours, written for this project"
_SOURCES = {
    "alpaca_zh": ("hikariming/chat-dataset-baseline @a32705c", "MIT"),
    "emollm_multi_turn": ("SmartFlowAI/EmoLLM @955155b", "MIT"),
    "lawyer_llama_consult": ("AndrewZhe/lawyer-llama @abaa095", "Apache-2.0"),
    "muser_issue_sentence": ("THUlawtech/MUSER @085d223", "MIT"),
    "smile_open_question": ("qiuhuachuan/smile @9f8afc0", "CC0-1.0"),
    "smile_turns": ("qiuhuachuan/smile @9f8afc0", "CC0-1.0"),
    "toyhom_medical_sample": ("Toyhom/Chinese-medical-dialogue-data @26724a4", "MIT"),
}

_CARD = """---
language: zh
license: apache-2.0
library_name: sentence-transformers
tags: [sentence-transformers, static-embedding, sentence-similarity]
---

# {name}

**摘要** 社区先例库自带的中文编码器：把居民的大白话和案例里的书面话放进同一个向量空间。
查表求平均，不需要 GPU，不需要联网，不含大语言模型。
只用开放许可的文本和本项目自己写的说法训练，没有看过评测用的提问。
它只认词，不懂语序和否定，单独使用不够准，本项目总是和字词检索一起用。

A static Chinese text encoder with {dimensions} dimensions: a text is the mean of the rows of its tokens,
L2-normalised. It was made for lay descriptions of neighbourhood disputes and the case texts that answer them.

## Use

Give it text that went through `indexer.text.normalize.normalize`, on both sides.
`indexer.encoders.base.open_encoder` reads this folder without torch;
`sentence_transformers.SentenceTransformer` reads it too and gives the same vectors.

## Recipe

1. A Unigram vocabulary of at most {vocabulary} entries (single characters, words of two to four
   characters, Latin words, numbers), counted with rjieba.
2. First vectors: positive pointwise mutual information within {window} tokens, truncated SVD, rows weighted
   by a / (a + frequency).
3. Contrastive training with the sentence-transformers trainer, a word being the sum of itself and its
   parts: {passes} batches with one pair of every situation, every case (sentences of its facts, title and
   summary; never what people say of it) and every word family ({kin_weight:.0%} of the target is spread over
   pairs of the same category), {lesson_passes} batches of lines with pieces of the cases that help in their
   situation (the target is spread over the cases by how much each helps), {open_batches} batches of open
   pairs; {dropout:.0%} of the tokens left out at random; learning rate {learning_rate} falling to 0; seed {seed}.
4. The parts are folded into the rows.

Made on {date} by `casebook train`.

## Data

| file | rows used | source | licence as stated | SHA-256 |
|---|---|---|---|---|
{files}

No text of an outside evaluation set is among them (`tests/encoders/test_overlap.py`). Judged queries were never read.

## Figures

From a rehearsal of the same recipe with two situations of every category and a fifth of the lines of the
others held back; the encoder here learnt from all lines. The lines were written to avoid each other's
words, so these are hard questions.

| held-back lines | asked for | first | among the first five |
|---|---|---|---|
| {lines} of {situations} learnt situations | the own situation | {own_first:.3f} | {own_fifth:.3f} |
| {unseen_lines} of unseen situations | the category, of 24 | {category_first:.3f} | {category_fifth:.3f} |

The word families were written by someone who knew the titles of all situations, the held-back ones
included, and had seen a few of the lines; so the figures are a little kinder than those for new troubles.

## Limits

- A bag of words: order, negation and who did what to whom are lost.
- Trained for neighbourhood disputes in mainland China; elsewhere it is weak.
- Dialect words, typing errors and names that the vocabulary does not know fall apart into single characters.
- A cosine is no probability. Whether a case answers a question is for the calibrated verdict to say.
- Part of the open text is counselling dialogue written by language models.
"""


def write_card(folder: Path, recipe: Recipe, files: Sequence[DataFile], figures: Figures) -> None:
    """Write `folder`/README.md, in English with a short Chinese summary."""
    text = _CARD.format(
        name=folder.name,
        dimensions=recipe.dimensions,
        vocabulary=f"{recipe.vocabulary_size:,}",
        window=recipe.window,
        passes=recipe.passes,
        lesson_passes=recipe.lesson_passes,
        open_batches=recipe.open_batches,
        dropout=recipe.dropout,
        kin_weight=recipe.kin_weight,
        learning_rate=recipe.learning_rate,
        seed=recipe.seed,
        date=datetime.now(UTC).date().isoformat(),
        files="\n".join(_row(file) for file in files),
        **vars(figures),
    )
    (folder / "README.md").write_text(text, "utf-8")


def _row(file: DataFile) -> str:
    source, licence = _SOURCES.get(file.name.removesuffix(".jsonl.gz"), _ours(file.name))
    return f"| `{file.name}` | {file.rows:,} | {source} | {licence} | `{file.sha256}` |"


def _ours(name: str) -> tuple[str, str]:
    if name == WORD_FAMILIES.name:
        return "`indexer/train`", _OUR_LICENCE
    if name.endswith(".jsonl"):
        return "`cases/situations`", _OUR_LICENCE
    if name == CASE_FILES:
        return "`cases`, hash of the texts learnt", _OUR_LICENCE
    return "unknown", "not stated"
