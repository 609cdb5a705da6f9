"""Every rule on every file of a library."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.case.finding import Finding
from indexer.case.library import CaseFile, Library
from indexer.case.vocabulary import Vocabulary
from indexer.checks import body_rules, front_matter_rules, law_rules, personal_rules, wording_rules
from indexer.checks.bank_rules import helpers_exist
from indexer.checks.borrowing import origins_exist
from indexer.checks.near_duplicates import Pair, nearest_pairs, same_events, too_many_alike
from indexer.checks.reference import Reference
from indexer.checks.rule import Rule, Subject

RULES: tuple[Rule, ...] = (
    *front_matter_rules.RULES,
    *law_rules.RULES,
    *body_rules.RULES,
    *wording_rules.RULES,
    *personal_rules.RULES,
)

_MISSING = frozenset({"missing-key", "missing-source", "schema-version"})


@dataclass(frozen=True)
class CheckReport:
    """What was looked at and what was found.

    Findings are in order of path and line. `pairs` are the cases most alike, nearest first, each case with its
    nearest other one.
    """

    files: int
    findings: tuple[Finding, ...]
    pairs: tuple[Pair, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings keep a case out of the library."""
        return sum(finding.severity == "error" for finding in self.findings)

    def bad_paths(self) -> frozenset[str]:
        """Return the paths of files with at least one error."""
        return frozenset(finding.path for finding in self.findings if finding.severity == "error")


def check_library(
    library: Library,
    reference: Reference | None = None,
    only: frozenset[str] | None = None,
    *,
    compare: bool = True,
) -> CheckReport:
    """Apply every rule to every file, and the rules that need all files to the whole.

    `reference` are the library's own lists unless given. With `only`, paths relative to the library,
    the report is about those files alone, still held against all the others. Without `compare` no two cases
    are compared, which only ever warns and takes longer than all the rest.
    """
    held_against = Reference.load(library.root) if reference is None else reference
    files = [file for file in library.files if only is None or file.path in only]
    findings = [finding for file in files for finding in check_file(file, library.vocabulary, held_against)]
    # Files that are not being checked come first: they were there before.
    in_order = sorted(library.files, key=lambda file: (only is not None and file.path in only, file.path))
    pairs = nearest_pairs(library.files) if compare else []
    ids = {Path(file.path).stem for file in library.files}
    among_all = (
        *_repeated_ids(in_order),
        *same_events(pairs, only),
        *too_many_alike(in_order),
        *helpers_exist(held_against.situations, ids),
        *origins_exist(in_order),
    )
    findings += [finding for finding in among_all if only is None or finding.path in only]
    shown = [pair for pair in pairs if only is None or {pair.first.path, pair.second.path} & only]
    return CheckReport(len(files), tuple(sorted(findings)), tuple(shown))


def check_file(file: CaseFile, vocabulary: Vocabulary, reference: Reference) -> Iterator[Finding]:
    """Yield what is wrong with one file; rules are applied only to what could be understood."""
    yield from file.parsed.findings
    if file.parsed.case is not None:
        # The library's path decides folder and file name, whatever the parser was told.
        subject = Subject(replace(file.parsed, path=file.path), file.parsed.case, vocabulary, reference)
        # A key of the wrong type is already reported; that it is then missing need not be said again.
        reported = {finding.line for finding in file.parsed.findings}
        for rule in RULES:
            for finding in rule(subject):
                if finding.code not in _MISSING or finding.line not in reported:
                    yield finding


def _repeated_ids(files: Sequence[CaseFile]) -> Iterator[Finding]:
    by_id: defaultdict[str, list[CaseFile]] = defaultdict(list)
    for file in files:
        if file.parsed.case is not None and file.parsed.case.id:
            by_id[file.parsed.case.id].append(file)
    for case_id, owners in by_id.items():
        for file in owners[1:]:
            yield Finding(
                file.path,
                file.parsed.line_of("id"),
                "duplicate-id",
                f"编号「{case_id}」已被 {owners[0].path} 使用。",
                "换一个没有用过的编号，并同时改文件名。",
            )
