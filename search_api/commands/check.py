"""`casebook check`."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import typer

from indexer.case.finding import Finding
from indexer.case.library import Library, case_paths, read_case_file
from indexer.case.vocabulary import Vocabulary
from indexer.checks.check import CheckReport, check_library
from indexer.checks.near_duplicates import SAME_EVENT, Pair
from indexer.checks.reference import Reference
from search_api.settings import Settings

FORMATS = ("text", "json", "github")

NEAREST = 3
"""How many of the most alike pairs are named."""


@dataclass(frozen=True)
class _Root:
    """The folder that paths are relative to, and whether it is a library with a vocabulary of its own."""

    folder: Path
    is_library: bool


def run_check(paths: Sequence[Path], output: str, message: Callable[[str], None]) -> int:
    """Check `paths`, print what was found and return the exit code: 1 with errors, 2 for wrong usage."""
    if output not in FORMATS:
        message(f"--format 是「{output}」，应是 {'、'.join(FORMATS)} 之一。")
        return 2
    missing = [path for path in paths if not path.exists() and not path.is_symlink()]
    if missing:
        message(f"找不到 {missing[0]}。请写案例文件或案例库文件夹的路径。")
        return 2
    report = check_paths(paths)
    _print(report, output)
    message(_summary(report))
    for line in _nearest(report):
        message(line)
    return 1 if report.errors else 0


def check_paths(paths: Sequence[Path]) -> CheckReport:
    """Check libraries, folders and single files.

    What stands in a library (a folder with vocabulary.yaml) is held against all of it, so that a new file
    cannot take an id in use; anything else is held against the project's own vocabulary.
    """
    wanted: defaultdict[_Root, list[Path]] = defaultdict(list)
    for path in paths:
        root = _root_of(path)
        wanted[root] += case_files(path)
    reports = [_check_below(root, files) for root, files in wanted.items()]
    findings = sorted(finding for report in reports for finding in report.findings)
    pairs = sorted((pair for report in reports for pair in report.pairs), key=lambda pair: -pair.likeness)
    return CheckReport(sum(report.files for report in reports), tuple(findings), tuple(pairs))


def _root_of(path: Path) -> _Root:
    for folder in (path, *path.absolute().parents):
        if (folder / "vocabulary.yaml").is_file():
            return _Root(_shortest(folder.absolute()), is_library=True)
    return _Root(_shortest((path if path.is_dir() else path.parent).absolute()), is_library=False)


def case_files(path: Path) -> Iterator[Path]:
    """Yield the case files that `path` stands for: itself, or those in the folder or library."""
    if path.is_dir():
        yield from case_paths(path)
        yield from () if (path / "vocabulary.yaml").is_file() else sorted(path.glob("*.md"))
    else:
        yield path


def _check_below(root: _Root, paths: Sequence[Path]) -> CheckReport:
    home = root.folder if root.is_library else Settings().cases
    every = {path.absolute() for path in paths}
    every |= {path.absolute() for path in case_paths(root.folder)} if root.is_library else set()
    base = root.folder.absolute()
    files = tuple(read_case_file(path, base) for path in sorted(every))
    library = Library(base, Vocabulary.load(home / "vocabulary.yaml"), files)
    only = frozenset(path.absolute().relative_to(base).as_posix() for path in paths)
    report = check_library(library, Reference.load(home), only)
    shown = (replace(finding, path=(root.folder / finding.path).as_posix()) for finding in report.findings)
    return CheckReport(report.files, tuple(shown), report.pairs)


def _shortest(folder: Path) -> Path:
    """Return `folder` relative to where we are, if it is below; annotations need it so."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _print(report: CheckReport, output: str) -> None:
    if output == "json":
        found = [asdict(finding) for finding in report.findings]
        typer.echo(
            json.dumps(
                {
                    "files": report.files,
                    "errors": report.errors,
                    "findings": found,
                    "nearest": [_pair(pair) for pair in report.pairs],
                },
                ensure_ascii=False,
            )
        )
        return
    write = _annotation if output == "github" else _line
    for finding in report.findings:
        typer.echo(write(finding))


def _line(finding: Finding) -> str:
    grade = "错误" if finding.severity == "error" else "提醒"
    return f"{finding.path}:{finding.line}: {grade} [{finding.code}] {finding.message} {finding.remedy}"


def _annotation(finding: Finding) -> str:
    """Return the finding as a workflow command, with the characters escaped that would end it."""
    text = _escaped(f"{finding.message} {finding.remedy}")
    path = _escaped(finding.path).replace(":", "%3A").replace(",", "%2C")
    return f"::{finding.severity} file={path},line={finding.line},title={finding.code}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _summary(report: CheckReport) -> str:
    warnings = len(report.findings) - report.errors
    if not report.findings:
        return f"查了 {report.files} 个案例文件，都合格。"
    return f"查了 {report.files} 个案例文件：错误 {report.errors} 处，提醒 {warnings} 处。"


def _nearest(report: CheckReport) -> Iterator[str]:
    if report.pairs:
        yield f"最像的几对（{SAME_EVENT} 起提醒是不是同一件事）："
    for pair in report.pairs[:NEAREST]:
        yield f"  {pair.likeness:.2f}  {pair.first.path}  {pair.second.path}"


def _pair(pair: Pair) -> dict[str, object]:
    return {
        "likeness": round(pair.likeness, 4),
        "first": pair.first.path,
        "second": pair.second.path,
    }
