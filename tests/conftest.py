"""What several rooms' tests share: a small library that passes every check, and its index."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures"

# The gate gives the same answer for the same code; a machine that is busy is no failure.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.load_profile("gate")


@pytest.fixture
def library_folder(tmp_path: Path) -> Path:
    """A copy of tests/fixtures/cases: six cases in three categories, one withdrawn. Write in it freely."""
    folder = tmp_path / "cases"
    shutil.copytree(FIXTURES / "cases", folder)
    return folder


@pytest.fixture(scope="session")
def encoder() -> HashingEncoder:
    """The hashing encoder, 256 dimensions: its vectors can be worked out by hand."""
    return HashingEncoder(256)


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory, encoder: HashingEncoder) -> Path:
    """The index of tests/fixtures/cases, built once with `hashing:256`. Only for reading."""
    index = tmp_path_factory.mktemp("built") / "index"
    build(FIXTURES / "cases", index, encoder)
    return index
