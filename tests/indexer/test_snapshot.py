"""A snapshot is trusted only as a whole: same rules, same encoder, same bytes; and it is never half there."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from indexer.build import build
from indexer.case.situations import read_situations
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import NoSnapshotError, SnapshotError, SnapshotMismatchError
from indexer.passages import split
from indexer.snapshot.manifest import MANIFEST, describe_files
from indexer.snapshot.read import current_folder, open_snapshot, read_manifest
from indexer.text.normalize import normalize
from indexer.text.tokenize import index_terms

ENCODER = HashingEncoder(64)
ROOT = Path(__file__).resolve().parent.parent.parent
LEAK = "tieling-upstairs-bathroom-leak"


@pytest.fixture
def index(library_folder, tmp_path):
    """An index of its own, to be broken."""
    build(library_folder, tmp_path / "index", ENCODER)
    return tmp_path / "index"


def opened(index: Path):
    return open_snapshot(current_folder(index), ENCODER.identity)


def files_of(index: Path) -> list[Path]:
    return sorted(path for path in current_folder(index).rglob("*") if path.is_file())


def test_it_holds_the_library(index, sound_library, fixtures):
    snapshot = opened(index)
    cases = {file.parsed.case.id: file.parsed.case for file in sound_library.files}
    assert {case.id: case for case in snapshot.cases} == cases
    assert [case.id for case in snapshot.cases] == sorted(cases)
    assert snapshot.vocabulary == sound_library.vocabulary
    assert [concept.name for concept in snapshot.lexicon.concepts][-1] == "楼上漏水"
    assert set(snapshot.passages) == {passage for case in cases.values() for passage in split(case)}


def test_it_holds_the_situations(index, library_folder):
    bank = opened(index).bank
    assert bank.situations == tuple(read_situations(library_folder / "situations").values())
    lines = [line for situation in bank.situations for line in (situation.name, *situation.said)]
    np.testing.assert_allclose(bank.store.vectors(), ENCODER.encode([*map(normalize, lines)]), atol=1e-6)
    assert [bank.situations[owner].name for owner in bank.owners] == [
        situation.name for situation in bank.situations for _ in (situation.name, *situation.said)
    ]
    scores = bank.lexical.scores(index_terms(normalize(bank.situations[1].said[0])))
    assert scores.argmax() == 1


def test_rows_and_documents_are_the_passages(index):
    snapshot = opened(index)
    texts = [normalize(passage.text) for passage in snapshot.passages]
    np.testing.assert_allclose(snapshot.store.vectors(), ENCODER.encode(texts), atol=1e-6)
    assert len(snapshot.lexical.scores(["漏水"])) == len(texts)
    for row, score in enumerate(snapshot.lexical.scores(["闭水"])):
        assert (score > 0) == ("闭水" in texts[row])
    assert len(snapshot.lexical_cases.scores(["闭水"])) == len(snapshot.cases)
    found = snapshot.lexical_cases.scores(["§楼上脚步声"]) > 0
    assert [case.id for case, yes in zip(snapshot.cases, found, strict=True) if yes] == [
        "fushun-upstairs-children-running"
    ]


def test_a_withdrawn_case_is_kept_and_cannot_be_found(index):
    snapshot = opened(index)
    (withdrawn,) = [case for case in snapshot.cases if case.withdrawn]
    assert withdrawn.review.reason
    assert withdrawn.id not in {passage.case_id for passage in snapshot.passages}


def test_the_manifest_says_what_is_inside(index, library_folder):
    manifest = read_manifest(current_folder(index))
    snapshot = opened(index)
    assert manifest.encoder == ENCODER.identity
    assert (manifest.counts.cases, manifest.counts.withdrawn) == (6, 1)
    assert manifest.counts.passages == len(snapshot.passages) == snapshot.store.count
    assert manifest.lexicon_sha256 == snapshot.lexicon.sha256
    assert set(manifest.case_files) == {case.id for case in snapshot.cases}
    assert current_folder(index).name == manifest.id
    folder = current_folder(index)
    assert set(manifest.files) == {path.relative_to(folder).as_posix() for path in files_of(index)} - {
        MANIFEST
    }


def test_there_is_no_pickle_anywhere(index):
    for path in [path for path in index.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        assert not content.startswith(b"\x80"), f"{path} begins like a pickle"
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)
        elif path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".jsonl":
            assert all(json.loads(line) for line in content.decode().splitlines())
        else:
            assert path.name in {"CURRENT", ".lock", "dense.faiss"}, (
                f"{path} is of a kind that nobody has looked at"
            )


def test_a_single_changed_byte_is_noticed_and_the_file_named(index):
    folder = current_folder(index)
    manifest = read_manifest(folder)
    assert len(manifest.files) > 10
    for name in manifest.files:
        path = folder / name
        content = path.read_bytes()
        at = len(content) // 2
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] if content else b"x"
        path.write_bytes(changed)
        with pytest.raises(SnapshotError) as caught:
            opened(index)
        assert f" {name} " in str(caught.value)
        assert "casebook index" in str(caught.value)
        path.write_bytes(content)
    opened(index)


def test_a_missing_a_cut_and_an_added_file_are_noticed_and_named(index):
    folder = current_folder(index)
    path = folder / "cases.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(SnapshotError, match=r"cases\.jsonl"):
        opened(index)
    path.unlink()
    with pytest.raises(SnapshotError, match=r"cases\.jsonl"):
        opened(index)
    path.write_bytes(content)
    (folder / "extra.npy").write_bytes(b"x")
    with pytest.raises(SnapshotError, match=r"extra\.npy"):
        opened(index)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff"])
def test_a_broken_manifest_is_refused(index, content):
    (current_folder(index) / MANIFEST).write_bytes(content)
    with pytest.raises(SnapshotError, match="casebook index"):
        opened(index)


def changed_manifest(index, change):
    path = current_folder(index) / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("other", [HashingEncoder(32), HashingEncoder(128)])
def test_another_encoder_is_refused_and_both_are_named(index, other):
    with pytest.raises(SnapshotMismatchError) as caught:
        open_snapshot(current_folder(index), other.identity)
    for identity in (ENCODER.identity, other.identity):
        assert identity.name in str(caught.value)
        assert identity.sha256[:12] in str(caught.value)


def test_the_same_name_with_another_content_is_another_encoder(index):
    changed_manifest(index, lambda manifest: manifest["encoder"].update(sha256="0" * 64))
    with pytest.raises(SnapshotMismatchError, match="0" * 12):
        opened(index)


@pytest.mark.parametrize(
    ("name", "words"),
    [("format", "格式"), ("chunker", "分段"), ("normalizer", "归一"), ("tokenizer", "分词")],
)
def test_another_version_is_refused_and_both_are_named(index, name, words):
    ours = read_manifest(current_folder(index)).versions.model_dump()[name]
    changed_manifest(index, lambda manifest: manifest["versions"].update({name: 99}))
    with pytest.raises(SnapshotMismatchError) as caught:
        opened(index)
    assert words in str(caught.value)
    assert "第 99 版" in str(caught.value)
    assert f"第 {ours} 版" in str(caught.value)


def test_no_index_yet(tmp_path):
    with pytest.raises(NoSnapshotError, match="casebook index"):
        current_folder(tmp_path / "index")


@pytest.mark.parametrize("content", [b"nothing\n", b"\n", b"../../cases\n", b"/etc\n", b"\xff\xfe"])
def test_a_pointer_to_nothing_is_refused_and_the_next_build_mends_it(index, library_folder, content):
    (index / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotError, match="CURRENT"):
        current_folder(index)
    build(library_folder, index, ENCODER)
    assert len(opened(index).cases) == 6


def test_a_damaged_snapshot_is_rebuilt_from_nothing(index, library_folder):
    path = current_folder(index) / "dense.faiss"
    path.write_bytes(path.read_bytes()[::-1])
    report = build(library_folder, index, ENCODER)
    assert report.reused == 0
    assert len(opened(index).cases) == 6


def test_what_is_published_is_the_same_in_every_process(library_folder, tmp_path):
    """Set order changes with PYTHONHASHSEED; a snapshot must not, or every build would publish a new one."""
    digests = []
    for seed in ("1", "2"):
        program = f"""
            from pathlib import Path
            from indexer.build import build
            from indexer.encoders.hashing import HashingEncoder
            index = Path({str(tmp_path)!r}) / "index-{seed}"
            build(Path({str(library_folder)!r}), index, HashingEncoder(64))
        """
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)], check=True, env=environment, cwd=ROOT
        )
        digests.append(describe_files(current_folder(tmp_path / f"index-{seed}")))
    assert digests[0] == digests[1]


KILLED_AT_EVERY_STEP = """
    import os, shutil, sys
    from pathlib import Path
    from indexer.build import build
    from indexer.encoders.hashing import HashingEncoder
    from indexer.snapshot.read import current_folder, open_snapshot

    library, index, scratch = map(Path, sys.argv[1:])
    encoder = HashingEncoder(64)
    title = lambda folder: next(
        case.title for case in open_snapshot(current_folder(folder), encoder.identity).cases
        if case.id == "tieling-upstairs-bathroom-leak"
    )
    writes = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "shutil.rmtree"}

    def kill_at(number, root):
        seen = 0
        def watch(event, arguments):
            nonlocal seen
            writing = event in writes or (event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"))
            if writing and root in str(arguments[0]):
                seen += 1
                if seen == number:
                    os._exit(9)
        sys.addaudithook(watch)

    number = 0
    while True:
        number += 1
        copy = scratch / str(number)
        shutil.copytree(index, copy)
        child = os.fork()
        if child == 0:
            kill_at(number, str(copy))
            build(library, copy, encoder)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        unfinished = len(list(copy.glob("snapshots/.unfinished-*")))
        before = title(copy)
        build(library, copy, encoder)
        left = len(list(copy.glob("snapshots/.unfinished-*")))
        print(number, code, before, unfinished, title(copy), left, len(list(copy.glob("snapshots/*"))), sep="|")
        if code == 0:
            break
"""


def test_a_build_killed_at_any_moment_leaves_the_old_snapshot_and_the_next_one_tidies_up(
    index, library_folder, tmp_path
):
    """The process dies at its first write, its second …: rename, mkdir, remove or open for writing."""
    path = library_folder / "water-leak" / f"{LEAK}.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("title: 卫生间漏水三年互相推，当面闭水试验定责任", "title: 改过的标题一二三"),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED_AT_EVERY_STEP), library_folder, index, tmp_path / "scratch"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines()]
    old, new = "卫生间漏水三年互相推，当面闭水试验定责任", "改过的标题一二三"
    assert [code for _, code, *_ in rows] == ["9"] * (len(rows) - 1) + ["0"]
    titles = [title for _, _, title, *_ in rows]
    moved = titles.index(new)
    assert len(rows) > 15
    assert moved > 10, "the pointer is moved last"
    assert titles == [old] * moved + [new] * (len(rows) - moved), "once moved it stays so"
    assert any(unfinished == "1" for *_, unfinished, _, _, _ in rows), "killed while writing aside"
    assert {after for *_, after, _, _ in rows} == {new}
    assert {left for *_, left, _ in rows} == {"0"}
    assert {kept for *_, kept in rows} <= {"1", "2", "3"}
