"""The library that comes with the project keeps its own rules."""

import re
from collections import Counter
from pathlib import Path

import pytest

from indexer.case.library import Library
from indexer.case.parse import parse
from indexer.case.serialize import serialize
from indexer.case.situations import read_situations
from indexer.checks.check import check_library
from indexer.passages import split
from indexer.text.lexicon import Lexicon
from indexer.text.normalize import normalize

CASES = Path(__file__).resolve().parent.parent / "cases"

UNSOLVED = {"partly", "unresolved", "ongoing"}

SEEDS = {
    "000_28a2e099e47d1a83.txt",
    "001_63dbc00cb2536931.txt",
    "002_e37fb5985f53d9c9.txt",
    "003_54a8579e4da79f6e.txt",
    "004_276c0d5b3e7a7cff.txt",
}
