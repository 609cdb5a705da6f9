"""What is trained on what, and for how long: every number that makes the shipped encoder what it is."""

from dataclasses import dataclass, field
from pathlib import Path

from indexer.encoders.base import SHIPPED_ENCODER

_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class OpenFile:
    """How many rows of one open file are read for words, and how many of them serve as pairs."""

    name: str
    texts: int
    pairs: int = 0


OPEN_FILES = (
    OpenFile("lawyer_llama_consult", texts=20_000, pairs=16_000),
    OpenFile("smile_open_question", texts=110_000, pairs=12_000),
    OpenFile("smile_turns", texts=100_000),
    OpenFile("alpaca_zh", texts=14_000, pairs=6_000),
    OpenFile("muser_issue_sentence", texts=18_000),
    OpenFile("emollm_multi_turn", texts=5_100),
    OpenFile("toyhom_medical_sample", texts=15_000),
)


@dataclass(frozen=True)
class TrainOptions:
    """What a person may choose; the defaults make the encoder that ships.

    `passes` is how often every situation and word family is gone through, `lesson_passes` how many batches of
    the same size teach which case helps where. `quick` makes a tiny encoder from a
    few rows within seconds, for tests.
    """

    data_folder: Path = _REPOSITORY.parent / "shared" / "data" / "train" / "open"
    situations_folder: Path = _REPOSITORY / "cases" / "situations"
    output_folder: Path = SHIPPED_ENCODER
    seed: int = 20
    passes: int = 420
    lesson_passes: int = 400
    dimensions: int = 192
    vocabulary_size: int = 28_000
    quick: bool = False
    cases_folder: Path | None = _REPOSITORY / "cases"


@dataclass(frozen=True)
class Recipe:
    """The numbers a training runs on, those of `TrainOptions` among them.

    `kin_weight` is the part of a pair's target that is spread over pairs of the same category: more of it
    finds the category more often and the very situation less often.
    """

    seed: int
    passes: int
    lesson_passes: int
    dimensions: int
    vocabulary_size: int
    open_files: tuple[OpenFile, ...] = field(default=OPEN_FILES)
    window: int = 8
    dropout: float = 0.3
    kin_weight: float = 0.3
    open_batches: int = 120
    learning_rate: float = 0.002


def recipe_for(options: TrainOptions) -> Recipe:
    """Return the recipe that `options` asks for."""
    if not options.quick:
        return Recipe(
            options.seed, options.passes, options.lesson_passes, options.dimensions, options.vocabulary_size
        )
    few = tuple(OpenFile(file.name, texts=50, pairs=min(file.pairs, 50)) for file in OPEN_FILES)
    return Recipe(
        options.seed,
        passes=3,
        lesson_passes=2,
        dimensions=16,
        vocabulary_size=6_000,
        open_files=few,
        window=3,
        open_batches=1,
    )
