"""What a snapshot says of itself, and where its files are."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from indexer.encoders.base import EncoderIdentity

FORMAT_VERSION = 6

MANIFEST = "manifest.json"
CASES = "cases.jsonl"
PASSAGES = "passages.jsonl"
LEXICON = "lexicon.json"
VOCABULARY = "vocabulary.json"
REDLINES = "redlines.json"
DANGER = "danger.npz"
ELEMENTS = "elements.json"
CALIBRATION = "calibration.json"
FIELD = "field.npz"
LEXICAL = "lexical"
LEXICAL_CASES = "lexical-cases"
BANK = "bank"
NEEDS = "needs"
MAP = "map.json"
POINTER = "CURRENT"
SNAPSHOTS = "snapshots"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Versions(_Record):
    """What the passages and terms of a snapshot depend on, apart from the cases and the encoder."""

    format: int
    chunker: int
    normalizer: int
    tokenizer: int


class Counts(_Record):
    """How much a snapshot holds. `withdrawn` cases are among `cases` and have no passages; `lines` are of the banks."""

    cases: int
    withdrawn: int
    passages: int
    lines: int


class StoredFile(_Record):
    """A file of the snapshot."""

    sha256: str
    bytes: int


class Manifest(_Record):
    """Everything needed to trust a snapshot or to refuse it.

    `files` covers every file of the folder but the manifest; `case_files` gives the SHA-256 of each case file
    by its id; `created` is UTC in ISO 8601.
    """

    id: str
    created: str
    versions: Versions
    encoder: EncoderIdentity
    store: str
    lexicon_sha256: str
    counts: Counts
    case_files: dict[str, str]
    files: dict[str, StoredFile]


def describe_files(folder: Path) -> dict[str, StoredFile]:
    """Return every file below `folder` but the manifest, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): describe_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def describe_file(path: Path) -> StoredFile:
    """Return digest and size of the file at `path`."""
    with path.open("rb") as file:
        return StoredFile(sha256=hashlib.file_digest(file, "sha256").hexdigest(), bytes=path.stat().st_size)
