"""All files of a folder: each read once, and what cannot be read is a finding, never an exception."""

import hashlib
import os

import pytest

from indexer.case.library import MAX_BYTES, Library, case_paths, read_case_file
from indexer.errors import VocabularyError


@pytest.fixture
def draft(library_folder):
    return library_folder / "noise" / "draft.md"


def finding_of(path, root):
    file = read_case_file(path, root)
    assert file.parsed.case is None
    (finding,) = file.parsed.findings
    assert finding.path == path.relative_to(root).as_posix()
    assert finding.message
    assert finding.remedy
    return finding


def test_every_case_file_is_read_once_in_order_of_path(library_folder):
    library = Library.load(library_folder)
    paths = [file.path for file in library.files]
    assert paths == sorted(str(path.relative_to(library_folder)) for path in library_folder.glob("*/*.md"))
    assert len(paths) == 6
    assert all(file.parsed.case is not None for file in library.files)


def test_a_file_is_known_by_the_digest_of_its_bytes(library_folder):
    file = Library.load(library_folder).files[0]
    assert file.sha256 == hashlib.sha256((library_folder / file.path).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "place", ["TEMPLATE.md", "lexicon/a.md", "situations/a.md", "judged/a.md", ".git/a.md"]
)
def test_what_is_no_case_is_not_looked_at(library_folder, place):
    path = library_folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("不是案例")
    assert path not in list(case_paths(library_folder))
    assert len(Library.load(library_folder).files) == 6


def test_a_folder_without_a_vocabulary_is_no_library(tmp_path):
    with pytest.raises(VocabularyError, match=r"vocabulary\.yaml"):
        Library.load(tmp_path)


@pytest.mark.parametrize(
    "written", ["categories: [", "categories: 甲", "categories:\n  - {code: x}", "kinds: []", b"\xff\xfe"]
)
def test_a_broken_vocabulary_is_named(library_folder, written):
    path = library_folder / "vocabulary.yaml"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(VocabularyError, match=r"vocabulary\.yaml"):
        Library.load(library_folder)


def test_the_vocabulary_says_what_may_be_written_and_what_people_read(sound_library):
    vocabulary = sound_library.vocabulary
    assert vocabulary.codes("categories") == ("water-leak", "noise", "property-service")
    assert "现场勘查" in vocabulary.codes("methods")
    assert vocabulary.label("categories", "noise") == "噪音扰民"
    assert vocabulary.label("categories", "noise", "en") == "Noise"
    assert vocabulary.label("levels", "骨干", "en") == "Core"
    assert vocabulary.label("levels", "还没有的") == "还没有的"


def test_64_kib_is_the_limit(draft, library_folder):
    draft.write_bytes(b"x" * MAX_BYTES)
    assert finding_of(draft, library_folder).code == "no-front-matter"
    draft.write_bytes(b"x" * (MAX_BYTES + 1))
    assert finding_of(draft, library_folder).code == "too-large"


def test_a_very_large_file_is_not_opened(draft, library_folder):
    with draft.open("wb") as file:
        file.truncate(1 << 40)
    assert finding_of(draft, library_folder).code == "too-large"


def test_a_binary_file(draft, library_folder):
    draft.write_bytes("---\ntitle: 甲\n---\n".encode() + b"\0")
    assert finding_of(draft, library_folder).code == "binary"


def test_another_encoding_is_found_at_its_line(draft, library_folder):
    draft.write_bytes(b"---\ntitle: x\nsummary: " + "天花板".encode("gbk") + b"\n---\n")
    finding = finding_of(draft, library_folder)
    assert (finding.code, finding.line) == ("not-utf8", 3)


def test_a_link_out_of_the_folder(draft, library_folder, tmp_path):
    outside = tmp_path / "secret.md"
    outside.write_text("---\ntitle: 外面的文件\n---\n")
    draft.symlink_to(outside)
    assert finding_of(draft, library_folder).code == "outside-link"


def test_a_file_in_a_folder_that_is_a_link_out(library_folder, tmp_path):
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "draft.md").write_text("---\ntitle: 外面的文件\n---\n")
    (library_folder / "linked").symlink_to(outside)
    assert finding_of(library_folder / "linked" / "draft.md", library_folder).code == "outside-link"


def test_a_link_within_the_folder_is_a_file(draft, library_folder):
    target = library_folder / "noise" / "jinzhou-water-pump-hum.md"
    draft.symlink_to(target)
    assert (
        read_case_file(draft, library_folder).parsed.case
        == read_case_file(target, library_folder).parsed.case
    )


def test_a_library_that_is_itself_reached_by_a_link(library_folder, tmp_path):
    (tmp_path / "link").symlink_to(library_folder)
    assert [file.parsed.findings for file in Library.load(tmp_path / "link").files] == [()] * 6


@pytest.mark.parametrize("target", ["draft.md", "nothing.md"])
def test_a_link_to_itself_or_to_nothing(draft, library_folder, target):
    draft.symlink_to(target)
    assert finding_of(draft, library_folder).code == "unreadable"


def test_a_folder_or_a_pipe_called_md(draft, library_folder):
    draft.mkdir()
    assert finding_of(draft, library_folder).code == "not-a-file"
    draft.rmdir()
    os.mkfifo(draft)
    assert finding_of(draft, library_folder).code == "not-a-file"


def test_one_bad_file_does_not_hide_the_others(draft, library_folder):
    draft.write_bytes(b"\0")
    library = Library.load(library_folder)
    assert len(library.files) == 7
    assert sum(file.parsed.case is not None for file in library.files) == 6
