"""The named steps from case files to a published snapshot."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.bank import Bank, lines_of, lines_of_all, needs_of, owners_of
from indexer.calibration import Calibration, fingerprint, read_calibration
from indexer.case.finding import Finding
from indexer.case.library import CaseFile, Library
from indexer.case.model import Case
from indexer.case.situations import Situation, read_situations
from indexer.checks.check import CheckReport, check_library
from indexer.classifier import TextClassifier
from indexer.encoders.base import Encoder
from indexer.errors import InvalidCasesError, SnapshotError
from indexer.lexical import LexicalIndex
from indexer.map import draw_map
from indexer.passages import Passage, split
from indexer.snapshot.manifest import CALIBRATION, FIELD, Manifest
from indexer.snapshot.read import Snapshot, current_folder, open_snapshot
from indexer.snapshot.write import Contents, exclusive, publish
from indexer.stores.base import Vectors, build_store
from indexer.text.elements import Elements
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import normalize
from indexer.text.redlines import RedLines
from indexer.text.tokenize import index_terms

BATCH = 256

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much is done and how much there is."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `encoded` passages and lines of situations were new; the others had their vectors already.

    `calibrated` says whether the library's calibration was made for this content and encoder.
    """

    manifest: Manifest
    encoded: int
    reused: int
    left_out: tuple[str, ...]
    findings: tuple[Finding, ...]
    calibrated: bool


def build(
    cases: Path,
    index: Path,
    encoder: Encoder,
    *,
    skip_invalid: bool = False,
    store_kind: str = "faiss",
    progress: Progress = lambda step, done, total: None,
) -> BuildReport:
    """Build a snapshot of the library at `cases` and publish it below `index`.

    Raises InvalidCasesError when a case has errors and `skip_invalid` is not set, or when none is left;
    VocabularyError, EncoderError and SnapshotError as their names say. Then the snapshot in force stays.
    """
    with exclusive(index):
        progress("读取案例", 0, 1)
        library = Library.load(cases)
        report = check_library(library, compare=False)
        files = _sound_files(library, report, skip_invalid)
        lexicon = Lexicon.load(cases / "lexicon")
        situations = tuple(read_situations(cases / "situations").values())
        passages = [passage for case in _cases(files) for passage in split(case)]
        needs = needs_of(situations)
        lines, asked = lines_of_all(situations), lines_of_all(needs)
        progress("读取案例", 1, 1)
        known = _known_vectors(index, encoder)
        texts = [passage.text for passage in passages]
        vectors, encoded = _encode([*texts, *lines, *asked], encoder, known, progress)
        progress("写入索引", 0, 1)
        of_texts, of_lines, of_asked = np.split(vectors, np.cumsum([len(texts), len(lines)]))
        banks = (
            _bank(situations, of_lines, store_kind, lexicon),
            _bank(needs, of_asked, store_kind, lexicon),
        )
        contents = _contents(library, files, passages, of_texts, banks, store_kind, lexicon, encoder)
        manifest = publish(contents, index)
        progress("写入索引", 1, 1)
    left_out = tuple(sorted(report.bad_paths()))
    calibrated = contents.calibration is not None
    return BuildReport(manifest, encoded, len(vectors) - encoded, left_out, report.findings, calibrated)


def _sound_files(library: Library, report: CheckReport, skip_invalid: bool) -> list[CaseFile]:
    bad = report.bad_paths()
    if bad and not skip_invalid:
        raise InvalidCasesError(
            f"{len(bad)} 个案例文件有错（共 {report.errors} 处），没有建索引，原来的索引没有动。"
            "请按 casebook check 的提示改好；要先跳过它们，加 --skip-invalid。",
            report.errors,
        )
    # In order of id, so that whatever is equal in a ranking stays in that order.
    sound = sorted((file for file in library.files if file.path not in bad), key=_case_id)
    if not sound:
        raise InvalidCasesError(
            f"{library.root} 里没有可用的案例。案例应放在 {library.root}/<类别>/<编号>.md。", report.errors
        )
    return sound


def _case_id(file: CaseFile) -> str:
    return file.parsed.case.id if file.parsed.case is not None else ""


def _cases(files: Sequence[CaseFile]) -> list[Case]:
    return [file.parsed.case for file in files if file.parsed.case is not None]


def _known_vectors(index: Path, encoder: Encoder) -> dict[str, Vectors]:
    """Return the vectors of the snapshot in force by the texts they embed; none if it is of no use here."""
    try:
        snapshot: Snapshot = open_snapshot(current_folder(index), encoder.identity)
    except SnapshotError:
        return {}
    texts = [passage.text for passage in snapshot.passages]
    banks = (snapshot.bank, snapshot.needs)
    lines = [line for bank in banks for line in lines_of_all(bank.situations)]
    vectors = [row for store in (snapshot.store, *(bank.store for bank in banks)) for row in store.vectors()]
    return dict(zip((*texts, *lines), vectors, strict=True))


def _encode(
    texts: Sequence[str], encoder: Encoder, known: dict[str, Vectors], progress: Progress
) -> tuple[Vectors, int]:
    """Return the vectors of `texts` and how many of them were not `known`."""
    missing = sorted({text for text in texts if text not in known})
    progress("计算向量", 0, len(missing))
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        known |= dict(zip(batch, encoder.encode([normalize(text) for text in batch]), strict=True))
        progress("计算向量", start + len(batch), len(missing))
    shape = (len(texts), encoder.identity.dimensions)
    matrix = np.array([known[text] for text in texts], np.float32).reshape(shape)
    fresh = set(missing)
    return matrix, sum(text in fresh for text in texts)


def _bank(situations: tuple[Situation, ...], vectors: Vectors, store_kind: str, lexicon: Lexicon) -> Bank:
    store = build_store(store_kind, vectors)
    return Bank(situations, owners_of(situations), store, lexical_bank(situations, lexicon))


def _contents(
    library: Library,
    files: Sequence[CaseFile],
    passages: Sequence[Passage],
    vectors: Vectors,
    banks: tuple[Bank, Bank],
    store_kind: str,
    lexicon: Lexicon,
    encoder: Encoder,
) -> Contents:
    cases = _cases(files)
    wording = _classifier(library.root / FIELD)
    terms = [passage_terms(passage.text, lexicon) for passage in passages]
    lexical, lexical_cases = lexical_indexes(cases, passages, terms)
    return Contents(
        cases=cases,
        case_files={file.parsed.case.id: file.sha256 for file in files if file.parsed.case is not None},
        passages=passages,
        store_kind=store_kind,
        store=build_store(store_kind, vectors),
        lexical=lexical,
        lexical_cases=lexical_cases,
        lexicon=lexicon,
        vocabulary=library.vocabulary,
        bank=banks[0],
        needs=banks[1],
        redlines=RedLines.load(library.root / "redlines.yaml"),
        elements=Elements.load(library.root / "elements.yaml"),
        danger=_classifier(library.root / "redlines" / "model.npz"),
        wording=wording,
        calibration=_fitting(
            read_calibration(library.root / CALIBRATION),
            wording,
            fingerprint(cases, passages, banks[0].situations, lexicon, encoder.identity),
        ),
        map=draw_map(passages, vectors),
        encoder=encoder.identity,
    )


def _classifier(path: Path) -> bytes | None:
    """Return the file of the classifier at `path`, None without one. Raises VocabularyError if it cannot be used."""
    return path.read_bytes() if TextClassifier.load(path) is not None else None


def _fitting(calibration: Calibration | None, wording: bytes | None, ours: str) -> Calibration | None:
    """Return `calibration` if it was made with `wording` for the content of fingerprint `ours`, otherwise None."""
    if calibration is None or wording is None:
        return None
    bound = (calibration.fingerprint, calibration.wording)
    return calibration if bound == (ours, hashlib.sha256(wording).hexdigest()) else None


def passage_terms(text: str, lexicon: Lexicon) -> list[str]:
    """Return the terms under which a passage is found: its own, and one for each concept it speaks of."""
    plain = normalize(text)
    return [*index_terms(plain), *lexicon.terms_in(plain)]


def lexical_bank(situations: Sequence[Situation], lexicon: Lexicon) -> LexicalIndex:
    """Return the index of all that is said of each of `situations`."""
    return LexicalIndex.build(
        [
            [term for line in lines_of(situation) for term in passage_terms(line, lexicon)]
            for situation in situations
        ]
    )


def lexical_indexes(
    cases: Sequence[Case], passages: Sequence[Passage], terms: Sequence[list[str]]
) -> tuple[LexicalIndex, LexicalIndex]:
    """Return the indexes of single passages and of whole cases; `terms` are those of each passage."""
    terms_of_case: defaultdict[str, list[str]] = defaultdict(list)
    for passage, found in zip(passages, terms, strict=True):
        terms_of_case[passage.case_id] += found
    whole = [terms_of_case[case.id] for case in cases]
    return LexicalIndex.build(terms), LexicalIndex.build(whole)
