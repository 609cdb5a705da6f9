"""One problem found in one file."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong, where, and how to mend it.

    `line` counts from 1; findings sort by path, then line, then code.
    """

    path: str
    line: int
    code: str
    message: str
    remedy: str
    severity: Severity = "error"
