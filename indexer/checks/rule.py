"""What a rule is and what it is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.case.finding import Finding, Severity
from indexer.case.model import Case
from indexer.case.parse import ParsedCase
from indexer.case.vocabulary import Vocabulary
from indexer.checks.reference import Reference


@dataclass(frozen=True)
class Subject:
    """One understood case file, and what it is held against. `path` is relative to the library."""

    parsed: ParsedCase
    case: Case
    vocabulary: Vocabulary
    reference: Reference

    @property
    def path(self) -> str:
        """Where the file stands."""
        return self.parsed.path

    def finding(
        self, code: str, message: str, remedy: str, *key_path: str | int, severity: Severity = "error"
    ) -> Finding:
        """Return a finding at the line of `key_path`, or of its nearest ancestor that stands in the file."""
        return Finding(self.path, self.parsed.line_of(*key_path), code, message, remedy, severity)


Rule = Callable[[Subject], Iterator[Finding]]
