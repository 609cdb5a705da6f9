"""What the indexer's tests share: small case files to write and to break."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.case.library import Library
from indexer.case.model import Case
from indexer.case.parse import parse

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """tests/fixtures."""
    return ROOT / "tests" / "fixtures"


@pytest.fixture(scope="session")
def sound_library(fixtures: Path) -> Library:
    """The small library that passes every check. Only for reading."""
    return Library.load(fixtures / "cases")


@pytest.fixture(scope="session")
def leak(sound_library: Library) -> Case:
    """A case with everything in it: 铁岭, a leaking bathroom."""
    return next(
        file.parsed.case
        for file in sound_library.files
        if file.parsed.case is not None and file.parsed.case.id == "tieling-upstairs-bathroom-leak"
    )


@pytest.fixture
def read_front() -> Callable[[str], object]:
    """Parse a file that has only this front matter."""
    return lambda yaml_text: parse(f"---\n{yaml_text}\n---\n", "draft.md")
