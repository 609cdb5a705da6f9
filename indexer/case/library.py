"""All case files of a folder, each read once, with what was found on the way."""

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.case.finding import Finding
from indexer.case.parse import ParsedCase, parse
from indexer.case.vocabulary import Vocabulary

MAX_BYTES = 64 * 1024

RESERVED_FOLDERS = frozenset({"judged", "lexicon", "redlines", "situations"})
"""Folders beside the categories that hold something other than cases."""


@dataclass(frozen=True)
class CaseFile:
    """One file: where it is, what its bytes were, and what it says. `path` is relative to the library."""

    path: str
    sha256: str
    parsed: ParsedCase


@dataclass(frozen=True)
class Library:
    """All case files below `root`, in order of path, with the vocabulary they are held against."""

    root: Path
    vocabulary: Vocabulary
    files: tuple[CaseFile, ...]

    @classmethod
    def load(cls, root: Path) -> "Library":
        """Read the library at `root`. Raises VocabularyError when there is no usable vocabulary.yaml."""
        vocabulary = Vocabulary.load(root / "vocabulary.yaml")
        return cls(root, vocabulary, tuple(read_case_file(path, root) for path in case_paths(root)))


def case_paths(root: Path) -> Iterator[Path]:
    """Yield the .md files of the category folders in order, leaving out the folders that hold no cases.

    Files in deeper folders are among them, so that a check can say that they are in the wrong place.
    """
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and folder.name not in RESERVED_FOLDERS and not folder.name.startswith("."):
            yield from sorted(folder.rglob("*.md"))


def read_case_file(path: Path, root: Path) -> CaseFile:
    """Read one file. What keeps it from being read is a finding, never an exception."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    refusal = _refusal(path, root, name)
    if refusal:
        return CaseFile(name, "", ParsedCase(name, None, (refusal,)))
    try:
        content = path.read_bytes()
    except OSError as error:
        return _unreadable(name, f"文件读不出来：{error.strerror}。", "检查文件是否存在、是否有读取权限。")
    digest = hashlib.sha256(content).hexdigest()
    parsed = _decoded(content, name)
    return CaseFile(name, digest, parsed)


def _refusal(path: Path, root: Path, name: str) -> Finding | None:
    """Return why `path` must not be opened: a link out of the folder, no regular file, too large."""
    if _leads_outside(path, root):
        return Finding(
            name, 1, "outside-link", "这是一个指向案例库外面的链接。", "把案例文件本身放进来，不用链接。"
        )
    try:
        status = path.stat()
    except OSError as error:
        return Finding(
            name, 1, "unreadable", f"文件读不出来：{error.strerror}。", "检查文件是否存在、是否有读取权限。"
        )
    if not stat.S_ISREG(status.st_mode):
        return Finding(name, 1, "not-a-file", "这不是普通文件。", "放一个 .md 文本文件。")
    if status.st_size > MAX_BYTES:
        size = f"{status.st_size / 1024:.0f} KiB"
        return Finding(
            name, 1, "too-large", f"文件有 {size}，超过 64 KiB。", "删去与案例无关的内容，或拆成两个案例。"
        )
    return None


def _leads_outside(path: Path, root: Path) -> bool:
    """Whether `path`, or a folder on the way to it, is a link to somewhere outside `root`."""
    try:
        real, real_root = path.resolve(), root.resolve()
    except RuntimeError:  # links in a circle, before Python 3.13; what cannot be read is reported as that
        return False
    return (path.is_symlink() or path.is_relative_to(root)) and not real.is_relative_to(real_root)


def _decoded(content: bytes, name: str) -> ParsedCase:
    if b"\0" in content:
        return _unreadable(
            name, "这是二进制文件，不是文本。", "另存为 UTF-8 编码的 .md 文本文件。", "binary"
        ).parsed
    try:
        return parse(content.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = Finding(name, line, "not-utf8", "文件不是 UTF-8 编码。", "在编辑器里选「另存为 UTF-8」。")
        return ParsedCase(name, None, (found,))


def _unreadable(name: str, message: str, remedy: str, code: str = "unreadable") -> CaseFile:
    return CaseFile(name, "", ParsedCase(name, None, (Finding(name, 1, code, message, remedy),)))
