"""What turns signals of closeness into words: fitted on judged queries, good for one content and one encoder only."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from indexer.case.model import Case
from indexer.case.situations import Situation
from indexer.encoders.base import EncoderIdentity
from indexer.errors import SnapshotError
from indexer.passages import CHUNKER_VERSION, Passage
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import NORMALIZER_VERSION
from indexer.text.tokenize import TOKENIZER_VERSION


class Calibration(BaseModel):
    """A fitted judgement.

    `weights` are those of each signal, none negative, and `bias` the rest of a logistic regression whose value
    is the chance that a case helps (grade 2 or 3). `direction` and `offset` give the signal `field`: how much
    the query's vector, unit norm, looks like this field; `wording` is the SHA-256 of the classifier that tells
    it by characters. From `close` on a case is called close.

    `answer_weights` and `answer_bias` belong to a second regression, over the signals of the query alone: the
    chance that the library has anything for it. Below `answerable` no case is more than none, unless it is close.

    It holds for the content and encoder of `fingerprint`, searched with the settings of `rankings`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    rankings: str
    weights: Mapping[str, float]
    bias: float
    direction: tuple[float, ...]
    offset: float
    wording: str
    close: float
    answer_weights: Mapping[str, float]
    answer_bias: float
    answerable: float


def fingerprint(
    cases: Sequence[Case],
    passages: Sequence[Passage],
    situations: Sequence[Situation],
    lexicon: Lexicon,
    encoder: EncoderIdentity,
) -> str:
    """Return what a calibration is bound to: cases with their passages, situations, lexicon and encoder."""
    versions = (CHUNKER_VERSION, NORMALIZER_VERSION, TOKENIZER_VERSION)
    digest = hashlib.sha256(repr((encoder, versions)).encode())
    digest.update(lexicon.sha256.encode())
    for case in cases:
        digest.update(case.model_dump_json().encode())
    for passage in passages:
        digest.update(f"{passage.case_id} {passage.section} {passage.kind} {passage.text}\n".encode())
    for situation in situations:
        digest.update(repr(situation).encode())
    return digest.hexdigest()


def read_calibration(path: Path) -> Calibration | None:
    """Return the calibration at `path`, None when there is none. Raises SnapshotError if it cannot be read."""
    try:
        return Calibration.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise SnapshotError(
            f"校准文件 {path} 读不出来：{error}。请删去它，运行 casebook index，再用 casebook calibrate 重做。"
        ) from error


def as_json(calibration: Calibration | None) -> str:
    """Return `calibration` as JSON text, `null` for none; the same one always gives the same text."""
    return json.dumps(calibration.model_dump() if calibration else None, ensure_ascii=False, indent=1) + "\n"
