"""Publish a snapshot: written aside, fsynced, renamed, and the pointer moved last."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from indexer.bank import Bank
from indexer.calibration import Calibration, as_json
from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from indexer.encoders.base import EncoderIdentity
from indexer.errors import SnapshotError
from indexer.lexical import LexicalIndex
from indexer.map import Spots, map_to_json
from indexer.passages import Passage
from indexer.snapshot.manifest import (
    BANK,
    CALIBRATION,
    CASES,
    DANGER,
    ELEMENTS,
    FIELD,
    LEXICAL,
    LEXICAL_CASES,
    LEXICON,
    MANIFEST,
    MAP,
    NEEDS,
    PASSAGES,
    POINTER,
    REDLINES,
    SNAPSHOTS,
    VOCABULARY,
    Counts,
    Manifest,
    describe_files,
)
from indexer.snapshot.read import current_versions, read_manifest
from indexer.stores.base import VectorStore
from indexer.text.elements import Elements
from indexer.text.lexicon import Lexicon
from indexer.text.redlines import RedLines

_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Contents:
    """Everything that goes into a snapshot.

    Row n of `store` and document n of `lexical` are `passages[n]`; document n of `lexical_cases` is all of
    `cases[n]`. `bank` holds all situations, `needs` those that are needs to know how, with what asks for it.
    """

    cases: Sequence[Case]
    case_files: dict[str, str]
    passages: Sequence[Passage]
    store_kind: str
    store: VectorStore
    lexical: LexicalIndex
    lexical_cases: LexicalIndex
    lexicon: Lexicon
    vocabulary: Vocabulary
    bank: Bank
    needs: Bank
    redlines: RedLines
    elements: Elements
    danger: bytes | None
    wording: bytes | None
    calibration: Calibration | None
    map: Spots
    encoder: EncoderIdentity


@contextmanager
def exclusive(index: Path) -> Iterator[None]:
    """Hold `index` against other builds. Raises SnapshotError when another one is running."""
    index.mkdir(parents=True, exist_ok=True)
    with (index / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SnapshotError(f"另一个 casebook index 正在写 {index}。请等它结束再试。") from error
        yield


def publish(contents: Contents, index: Path) -> Manifest:
    """Write `contents` as the snapshot in force below `index`, keeping the one that was in force before.

    When the one in force already says the same, it stays and its manifest is returned. Until the last step
    readers see the old snapshot; whatever an interrupted build left is removed. The caller holds
    `exclusive(index)`. Raises SnapshotError when the disk refuses.
    """
    snapshots = index / SNAPSHOTS
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(snapshots)
        aside, manifest = _write_aside(contents, snapshots)
        previous = _pointed(index)
        in_force = _trusted_manifest(snapshots / previous)
        if (
            in_force
            and in_force.model_copy(update={"id": manifest.id, "created": manifest.created}) == manifest
        ):
            shutil.rmtree(aside)
            return in_force
        aside.rename(snapshots / manifest.id)
        _flush(snapshots)
        _point(index, manifest.id)
        _remove_older(snapshots, {manifest.id, previous})
    except OSError as error:
        raise SnapshotError(
            f"索引写不进 {index}：{error.strerror}。请检查磁盘空间和权限；原来的索引没有动。"
        ) from error
    return manifest


def _trusted_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of `folder` if its files are what it says, otherwise None."""
    try:
        manifest = read_manifest(folder)
    except SnapshotError:
        return None
    return manifest if manifest.files == describe_files(folder) else None


def _write_aside(contents: Contents, snapshots: Path) -> tuple[Path, Manifest]:
    aside = snapshots / f"{_UNFINISHED}{os.getpid()}"
    aside.mkdir()
    _write_contents(contents, aside)
    manifest = _manifest(contents, aside)
    (aside / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    for path in (*aside.rglob("*"), aside):
        _flush(path)
    return aside, manifest


def _write_contents(contents: Contents, folder: Path) -> None:
    _write_lines(folder / CASES, (case.model_dump_json(exclude_defaults=True) for case in contents.cases))
    rows = (json.dumps(asdict(passage), ensure_ascii=False) for passage in contents.passages)
    _write_lines(folder / PASSAGES, rows)
    (folder / LEXICON).write_text(contents.lexicon.to_json(), encoding="utf-8")
    (folder / VOCABULARY).write_text(contents.vocabulary.model_dump_json(), encoding="utf-8")
    (folder / REDLINES).write_text(contents.redlines.to_json(), encoding="utf-8")
    (folder / ELEMENTS).write_text(contents.elements.to_json(), encoding="utf-8")
    if contents.danger is not None:
        (folder / DANGER).write_bytes(contents.danger)
    if contents.wording is not None:
        (folder / FIELD).write_bytes(contents.wording)
    (folder / CALIBRATION).write_text(as_json(contents.calibration), encoding="utf-8")
    (folder / MAP).write_bytes(map_to_json(contents.map))
    contents.store.save(folder)
    contents.lexical.save(folder / LEXICAL)
    contents.lexical_cases.save(folder / LEXICAL_CASES)
    contents.bank.save(folder / BANK)
    contents.needs.save(folder / NEEDS)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _manifest(contents: Contents, folder: Path) -> Manifest:
    files = describe_files(folder)
    digest = sha256("".join(f"{name} {file.sha256}\n" for name, file in files.items()).encode()).hexdigest()
    now = datetime.now(UTC)
    return Manifest(
        id=f"{now:%Y%m%dT%H%M%S%f}-{digest[:12]}",
        created=now.isoformat(timespec="seconds"),
        versions=current_versions(),
        encoder=contents.encoder,
        store=contents.store_kind,
        lexicon_sha256=contents.lexicon.sha256,
        counts=Counts(
            cases=len(contents.cases),
            withdrawn=sum(case.withdrawn for case in contents.cases),
            passages=len(contents.passages),
            lines=contents.bank.store.count + contents.needs.store.count,
        ),
        case_files=contents.case_files,
        files=files,
    )


def _point(index: Path, name: str) -> None:
    aside = index / f"{POINTER}.new"
    aside.write_text(f"{name}\n", encoding="utf-8")
    _flush(aside)
    aside.replace(index / POINTER)
    _flush(index)


def _pointed(index: Path) -> str:
    try:
        return (index / POINTER).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_unfinished(snapshots: Path) -> None:
    for folder in snapshots.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(folder)


def _remove_older(snapshots: Path, kept: set[str]) -> None:
    for folder in snapshots.iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)
