"""Open a snapshot, or refuse it and say what is on both sides."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from indexer.bank import Bank
from indexer.calibration import Calibration
from indexer.case.model import Case
from indexer.case.vocabulary import Vocabulary
from indexer.classifier import TextClassifier
from indexer.encoders.base import EncoderIdentity
from indexer.errors import NoSnapshotError, SnapshotError, SnapshotMismatchError
from indexer.lexical import LexicalIndex
from indexer.map import Spots, map_from_json
from indexer.passages import CHUNKER_VERSION, Passage
from indexer.snapshot.manifest import (
    BANK,
    CALIBRATION,
    CASES,
    DANGER,
    ELEMENTS,
    FIELD,
    FORMAT_VERSION,
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
    Manifest,
    Versions,
    describe_files,
)
from indexer.stores.base import VectorStore, load_store
from indexer.text.elements import Elements
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import NORMALIZER_VERSION
from indexer.text.redlines import RedLines
from indexer.text.tokenize import TOKENIZER_VERSION

_PASSAGE = TypeAdapter(Passage)
_CALIBRATION: TypeAdapter[Calibration | None] = TypeAdapter(Calibration | None)

_VERSION_WORDS = {
    "format": "快照格式",
    "chunker": "分段规则",
    "normalizer": "归一化规则",
    "tokenizer": "分词规则",
}


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot.

    Row n of `store` and document n of `lexical` are `passages[n]`; document n of `lexical_cases` is all of
    `cases[n]`. `bank` holds all situations, `needs` those that are needs to know how, with what asks for it.
    `map` has a spot for every case that is not withdrawn.
    """

    manifest: Manifest
    cases: tuple[Case, ...]
    passages: tuple[Passage, ...]
    store: VectorStore
    lexical: LexicalIndex
    lexical_cases: LexicalIndex
    lexicon: Lexicon
    vocabulary: Vocabulary
    bank: Bank
    needs: Bank
    redlines: RedLines
    elements: Elements
    calibration: Calibration | None
    wording: TextClassifier | None
    map: Spots


def current_versions() -> Versions:
    """Return the versions of this program."""
    return Versions(
        format=FORMAT_VERSION,
        chunker=CHUNKER_VERSION,
        normalizer=NORMALIZER_VERSION,
        tokenizer=TOKENIZER_VERSION,
    )


def current_folder(index: Path) -> Path:
    """Return the folder of the snapshot in force. Raises NoSnapshotError when there is none."""
    try:
        name = (index / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise NoSnapshotError(f"{index} 里还没有索引。请先运行：casebook index --index {index}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{index / POINTER} 读不出来：{error}。请运行 casebook index 重建。") from error
    folder = index / SNAPSHOTS / name
    if Path(name).name != name or not (folder / MANIFEST).is_file():
        raise SnapshotError(f"{index / POINTER} 指向「{name}」，但没有这个快照。请运行 casebook index 重建。")
    return folder


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the snapshot in `folder`. Raises SnapshotError if it cannot be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise SnapshotError(f"快照 {folder} 的清单读不出来：{error}。请运行 casebook index 重建。") from error


def open_snapshot(folder: Path, encoder: EncoderIdentity) -> Snapshot:
    """Open the snapshot in `folder` for use with `encoder`.

    Raises SnapshotMismatchError when it was made by another encoder or by other rules, and SnapshotError
    when a file is missing, changed or not readable.
    """
    manifest = read_manifest(folder)
    _refuse_other_versions(manifest)
    _refuse_other_encoder(manifest, encoder)
    _refuse_changed_files(manifest, folder)
    try:
        return _read(manifest, folder)
    except (OSError, ValueError) as error:
        raise SnapshotError(f"快照 {folder} 读不出来：{error}。请运行 casebook index 重建。") from error


def _read(manifest: Manifest, folder: Path) -> Snapshot:
    passages = tuple(_PASSAGE.validate_json(line) for line in _lines(folder / PASSAGES))
    cases = tuple(Case.model_validate_json(line) for line in _lines(folder / CASES))
    snapshot = Snapshot(
        manifest,
        cases,
        passages,
        load_store(manifest.store, folder),
        LexicalIndex.load(folder / LEXICAL, len(passages)),
        LexicalIndex.load(folder / LEXICAL_CASES, len(cases)),
        Lexicon.from_json((folder / LEXICON).read_text(encoding="utf-8")),
        Vocabulary.model_validate_json((folder / VOCABULARY).read_bytes()),
        Bank.load(manifest.store, folder / BANK),
        Bank.load(manifest.store, folder / NEEDS),
        _read_redlines(folder),
        Elements.from_json((folder / ELEMENTS).read_text(encoding="utf-8")),
        _CALIBRATION.validate_json((folder / CALIBRATION).read_bytes()),
        TextClassifier.load(folder / FIELD),
        map_from_json((folder / MAP).read_bytes()),
    )
    if snapshot.store.count != len(passages):
        raise SnapshotError(
            f"快照 {folder} 有 {len(passages)} 个段落、{snapshot.store.count} 个向量，对不上。请运行 casebook index 重建。"
        )
    return snapshot


def _read_redlines(folder: Path) -> RedLines:
    model = TextClassifier.load(folder / DANGER)
    text = (folder / REDLINES).read_text(encoding="utf-8")
    return RedLines.from_json(text, model.chances if model is not None else None)


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _refuse_other_versions(manifest: Manifest) -> None:
    ours = current_versions().model_dump()
    for name, theirs in manifest.versions.model_dump().items():
        if theirs != ours[name]:
            raise SnapshotMismatchError(
                f"快照 {manifest.id} 的{_VERSION_WORDS[name]}是第 {theirs} 版，本程序用第 {ours[name]} 版。"
                "请运行 casebook index 重建。"
            )


def _refuse_other_encoder(manifest: Manifest, ours: EncoderIdentity) -> None:
    theirs = manifest.encoder
    if theirs != ours:
        raise SnapshotMismatchError(
            f"快照 {manifest.id} 由编码器 {_shown(theirs)} 建成，现在用的是 {_shown(ours)}。"
            "请换回原来的编码器，或运行 casebook index 用现在的编码器重建。"
        )


def _shown(identity: EncoderIdentity) -> str:
    return f"{identity.name}（{identity.dimensions} 维，{identity.sha256[:12]}）"


def _refuse_changed_files(manifest: Manifest, folder: Path) -> None:
    found = describe_files(folder)
    for name in sorted(manifest.files.keys() | found.keys()):
        recorded, actual = manifest.files.get(name), found.get(name)
        if recorded != actual:
            raise SnapshotError(
                f"快照 {manifest.id} 的 {name} 与清单不符：清单记的是 {_digest(recorded)}，实际是 {_digest(actual)}。"
                "文件可能被改动或没有写完，请运行 casebook index 重建。"
            )


def _digest(file: object) -> str:
    return getattr(file, "sha256", "没有这个文件")[:12]
