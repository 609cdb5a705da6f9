"""From case files to a published snapshot: incremental, all or nothing, one at a time."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from indexer.bank import lines_of
from indexer.build import build, passage_terms
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import InvalidCasesError, SnapshotError, VocabularyError
from indexer.passages import split
from indexer.snapshot.read import current_folder, open_snapshot
from indexer.snapshot.write import exclusive
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import normalize

ROOT = Path(__file__).resolve().parent.parent.parent
LEAK = "water-leak/tieling-upstairs-bathroom-leak.md"


class CountingEncoder:
    """The hashing encoder, keeping what it was asked to encode."""

    def __init__(self, dimensions=64):
        self._encoder = HashingEncoder(dimensions)
        self.identity = self._encoder.identity
        self.texts = []

    def encode(self, texts):
        self.texts += texts
        return self._encoder.encode(texts)


@pytest.fixture
def encoder():
    return CountingEncoder()


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def edit(library_folder):
    """Replace text in a file of the library."""

    def replace(path, old, new):
        text = (library_folder / path).read_text(encoding="utf-8")
        assert old in text
        (library_folder / path).write_text(text.replace(old, new), encoding="utf-8")

    return replace


def snapshots(index):
    return sorted(path.name for path in (index / "snapshots").iterdir())


def opened(index, encoder):
    return open_snapshot(current_folder(index), encoder.identity)


def texts_of(snapshot):
    """Everything that has a vector."""
    lines = [line for situation in snapshot.bank.situations for line in lines_of(situation)]
    return [*(passage.text for passage in snapshot.passages), *lines]


def test_the_first_build_encodes_everything_normalised(library_folder, index, encoder):
    report = build(library_folder, index, encoder)
    texts = texts_of(opened(index, encoder))
    counts = report.manifest.counts
    assert report.encoded == len(texts) == counts.passages + counts.lines
    assert report.reused == 0
    assert sorted(encoder.texts) == sorted({normalize(text) for text in texts})
    assert (report.left_out, report.findings) == ((), ())


def test_an_unchanged_library_publishes_nothing_new(library_folder, index, encoder):
    first = build(library_folder, index, encoder)
    encoder.texts.clear()
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*") if path.name != ".lock"}
    second = build(library_folder, index, encoder)
    assert second.manifest == first.manifest
    assert (second.encoded, second.reused) == (0, first.encoded)
    assert encoder.texts == []
    assert snapshots(index) == [first.manifest.id]
    after = {
        path: path.stat().st_mtime_ns for path in index.rglob("*") if path.name != ".lock" and path.is_file()
    }
    assert after == {path: time for path, time in before.items() if path.is_file()}


def test_one_changed_case_encodes_only_what_changed_in_it(library_folder, index, encoder, edit):
    build(library_folder, index, encoder)
    old = {passage.text for passage in opened(index, encoder).passages}
    encoder.texts.clear()
    edit(LEAK, "五楼防水当月做完", "五楼防水次月做完")
    report = build(library_folder, index, encoder)
    new = [passage for passage in opened(index, encoder).passages if passage.text not in old]
    assert [passage.case_id for passage in new] == ["tieling-upstairs-bathroom-leak"]
    assert encoder.texts == [normalize(new[0].text)]
    assert (report.encoded, report.reused) == (1, len(texts_of(opened(index, encoder))) - 1)


def test_vectors_that_are_kept_still_belong_to_their_passages(library_folder, index, encoder, edit):
    """A case that comes first in order moves every row."""
    build(library_folder, index, encoder)
    edit("noise/jinzhou-water-pump-hum.md", "id: jinzhou-water-pump-hum", "id: a-water-pump-hum")
    (library_folder / "noise/jinzhou-water-pump-hum.md").rename(library_folder / "noise/a-water-pump-hum.md")
    encoder.texts.clear()
    build(library_folder, index, encoder)
    assert encoder.texts == []
    snapshot = opened(index, encoder)
    assert snapshot.passages[0].case_id == "a-water-pump-hum"
    expected = HashingEncoder(64).encode([normalize(passage.text) for passage in snapshot.passages])
    assert abs(snapshot.store.vectors() - expected).max() < 1e-6


def test_a_removed_case_is_gone_and_nothing_is_encoded(library_folder, index, encoder):
    build(library_folder, index, encoder)
    encoder.texts.clear()
    (library_folder / LEAK).unlink()
    build(library_folder, index, encoder)
    snapshot = opened(index, encoder)
    assert encoder.texts == []
    assert len(snapshot.cases) == 5
    assert "tieling-upstairs-bathroom-leak" not in {passage.case_id for passage in snapshot.passages}


def test_another_encoder_encodes_everything_again(library_folder, index, encoder):
    first = build(library_folder, index, encoder)
    other = CountingEncoder(32)
    report = build(library_folder, index, other)
    assert (report.encoded, report.reused) == (first.encoded, 0)
    assert opened(index, other).store.vectors().shape[1] == 32


def test_a_new_word_in_the_lexicon_is_published_without_encoding(library_folder, index, encoder, edit):
    build(library_folder, index, encoder)
    encoder.texts.clear()
    edit("lexicon/noise.yaml", "嗡嗡响", "嗡嗡响, 像闷雷")
    report = build(library_folder, index, encoder)
    assert encoder.texts == []
    assert len(snapshots(index)) == 2
    assert opened(index, encoder).lexicon.terms_in("像闷雷") == ["§设备低频"]
    assert report.encoded == 0


def test_the_one_before_is_kept_and_older_ones_are_removed(library_folder, index, encoder, edit):
    ids = []
    for number in range(4):
        edit(LEAK, "date: 2024-03\n" if not number else f"date: 201{number - 1}\n", f"date: 201{number}\n")
        ids.append(build(library_folder, index, encoder).manifest.id)
    assert snapshots(index) == ids[-2:]
    assert current_folder(index).name == ids[-1]
    assert open_snapshot(index / "snapshots" / ids[-2], encoder.identity).cases


@pytest.mark.parametrize("kind", ["faiss", "numpy"])
def test_both_stores_hold_the_same(library_folder, index, encoder, kind):
    build(library_folder, index, encoder, store_kind=kind)
    snapshot = opened(index, encoder)
    assert snapshot.manifest.store == kind
    query = encoder.encode(["楼上漏水"])[0]
    best = snapshot.passages[snapshot.store.search(query, 1).rows[0]]
    assert best.case_id == "tieling-upstairs-bathroom-leak"


def test_what_an_interrupted_build_left_is_removed_even_when_nothing_changed(library_folder, index, encoder):
    first = build(library_folder, index, encoder)
    for process in (os.getpid(), 1):
        left = index / "snapshots" / f".unfinished-{process}"
        left.mkdir()
        (left / "cases.jsonl").write_text("half")
    assert build(library_folder, index, encoder).manifest.id == first.manifest.id
    assert snapshots(index) == [first.manifest.id]


# --- what must not happen


def test_a_bad_case_stops_the_build_and_the_old_index_stays(library_folder, index, encoder, edit):
    first = build(library_folder, index, encoder)
    edit(LEAK, "date: 2024-03\n", "date: 去年\n")
    edit("noise/jinzhou-water-pump-hum.md", "category: noise", "category: loud")
    with pytest.raises(InvalidCasesError, match="2 个案例文件有错") as caught:
        build(library_folder, index, encoder)
    assert caught.value.count == 2
    assert snapshots(index) == [first.manifest.id]
    assert len(opened(index, encoder).cases) == 6


def test_a_bad_case_can_be_left_out_and_is_named(library_folder, index, encoder, edit):
    edit(LEAK, "date: 2024-03\n", "date: 去年\n")
    report = build(library_folder, index, encoder, skip_invalid=True)
    assert report.left_out == (LEAK,)
    assert [finding.code for finding in report.findings] == ["bad-date"]
    assert len(opened(index, encoder).cases) == 5


def test_an_unreadable_file_can_be_left_out_too(library_folder, index, encoder):
    (library_folder / "noise" / "binary.md").write_bytes(b"\0")
    report = build(library_folder, index, encoder, skip_invalid=True)
    assert report.left_out == ("noise/binary.md",)
    assert len(opened(index, encoder).cases) == 6


def test_nothing_left_is_no_index(library_folder, index, encoder):
    for path in library_folder.glob("*/*.md"):
        path.unlink()
    for skip in (False, True):
        with pytest.raises(InvalidCasesError, match="没有可用的案例"):
            build(library_folder, index, encoder, skip_invalid=skip)


def test_a_broken_lexicon_stops_the_build(library_folder, index, encoder, edit):
    first = build(library_folder, index, encoder)
    edit("lexicon/noise.yaml", "official:", "offical:")
    with pytest.raises(VocabularyError, match=r"noise\.yaml"):
        build(library_folder, index, encoder)
    assert current_folder(index).name == first.manifest.id


def test_an_encoder_that_fails_leaves_the_old_index(library_folder, index, encoder, edit):
    first = build(library_folder, index, encoder)
    edit(LEAK, "date: 2024-03", "date: 2025")
    edit(LEAK, "五楼防水当月做完", "五楼防水次月做完")

    class Failing(CountingEncoder):
        def encode(self, texts):
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        build(library_folder, index, Failing())
    assert current_folder(index).name == first.manifest.id
    assert build(library_folder, index, encoder).manifest.id != first.manifest.id


def test_two_builds_at_once_are_refused_clearly(library_folder, index, encoder):
    refused = []

    def meanwhile(step, done, total):
        with pytest.raises(SnapshotError, match="另一个 casebook index 正在写") as caught:
            build(library_folder, index, CountingEncoder())
        refused.append(str(caught.value))

    build(library_folder, index, encoder, progress=meanwhile)
    assert refused
    assert str(index) in refused[0]
    build(library_folder, index, encoder)


def test_the_lock_is_held_against_other_processes_and_goes_with_its_process(library_folder, index, encoder):
    program = """
        import sys, time
        from pathlib import Path
        from indexer.snapshot.write import exclusive
        with exclusive(Path(sys.argv[1])):
            print("held", flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), index]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SnapshotError, match="另一个"):
            build(library_folder, index, encoder)
        os.kill(other.pid, signal.SIGKILL)
    with exclusive(index):
        pass
    build(library_folder, index, encoder)


def test_a_folder_that_cannot_be_written_is_said_so(library_folder, tmp_path, encoder):
    index = tmp_path / "index"
    index.mkdir()
    (index / "snapshots").write_text("a file where a folder should be")
    with pytest.raises(SnapshotError, match="写不进"):
        build(library_folder, index, encoder)


def test_progress_names_its_steps_in_order_and_reaches_the_end(library_folder, index, encoder):
    steps = []
    build(library_folder, index, encoder, progress=lambda *step: steps.append(step))
    names = list(dict.fromkeys(name for name, _, _ in steps))
    assert names == ["读取案例", "计算向量", "写入索引"]
    for name in names:
        done = [done for step, done, _ in steps if step == name]
        total = next(total for step, _, total in steps if step == name)
        assert done[0] == 0
        assert done == sorted(done)
        assert done[-1] == total


def test_nothing_is_written_into_the_library(library_folder, index, encoder):
    before = {path: path.stat().st_mtime_ns for path in library_folder.rglob("*")}
    build(library_folder, index, encoder)
    assert {path: path.stat().st_mtime_ns for path in library_folder.rglob("*")} == before


def test_a_passage_is_found_by_its_own_words_and_by_its_concepts(leak, fixtures):
    lexicon = Lexicon.load(fixtures / "cases" / "lexicon")
    (title,) = [passage.text for passage in split(leak) if passage.section == "title"]
    terms = passage_terms(title, lexicon)
    assert {"卫生间", "漏水·", "§楼上漏水"} <= set(terms)
    assert not any(term.startswith("§") for term in passage_terms("今天天气不错", lexicon))


def test_traditional_and_full_width_text_is_indexed_as_it_is_asked(library_folder, index, encoder, edit):
    edit(LEAK, "拿盆接着水呢，谁来给评评理", "樓上漏水拿盆接著１２３")
    build(library_folder, index, encoder)
    snapshot = opened(index, encoder)
    (row,) = [row for row, passage in enumerate(snapshot.passages) if passage.text.startswith("樓上")]
    assert snapshot.lexical.scores(["楼上", "123"])[row] > 0
    assert snapshot.store.search(encoder.encode(["楼上漏水拿盆接着123"])[0], 1).rows[0] == row
