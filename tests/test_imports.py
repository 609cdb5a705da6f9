"""Who may import whom, in words; and importing anything loads little and does nothing."""

import os
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]


@pytest.fixture(scope="module")
def linted() -> str:
    """What import-linter says of this project."""
    program = "from importlinter.cli import lint_imports; lint_imports(no_cache=True, no_logo=True)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_an_import_rule_is_kept(contract, linted):
    lines = [line for line in linted.splitlines() if line.startswith(contract["name"])]
    assert lines, f"import-linter did not look at «{contract['name']}»:\n{linted}"
    if not lines[0].removeprefix(contract["name"]).strip().startswith("KEPT"):
        broken = linted.partition("Broken contracts")[2]
        pytest.fail(f"This import rule is broken: {contract['name']}.\n{broken}", pytrace=False)


def modules_of(package: str) -> list[str]:
    path = ROOT / package
    found = pkgutil.walk_packages([str(path)], f"{package}.", onerror=lambda name: None)
    return [package, *(module.name for module in found)]


MODULES = [
    name
    for package in ("indexer", "search_api")
    for name in modules_of(package)
    if not name.startswith("indexer.train.")
]
"""Every module but those that train an encoder, which import torch at once."""


def python(program: str, folder: Path) -> str:
    """Run `program` in a new interpreter, in `folder`, with warnings as errors; return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        (
            [name for name in MODULES if f"{name}.".startswith("indexer.case.")],
            ["numpy", "torch", "faiss", "bm25s", "rjieba", "opencc", "fastapi"],
        ),
        (
            [name for name in MODULES if name.startswith(("indexer.checks", "indexer.text"))],
            ["numpy", "torch", "faiss", "fastapi"],
        ),
        (
            ["search_api.core.engine", "indexer.encoders.static"],
            ["torch", "sentence_transformers", "transformers", "fastapi", "starlette", "indexer.build", "indexer.train"],
        ),
        (["search_api.cli"], ["torch", "sentence_transformers", "fastapi", "faiss"]),
        (["indexer.build", "indexer.encoders.base"], ["torch", "sentence_transformers", "search_api", "fastapi"]),
    ],
    ids=["what a case is", "checks and text", "search", "command line", "build"],
)  # fmt: skip
def test_what_is_imported_loads_little(imported, absent, tmp_path):
    assert imported
    program = f"import sys, importlib\nfor name in {imported}: importlib.import_module(name)\n"
    loaded = python(f"{program}print(*(name for name in {absent} if name in sys.modules))", tmp_path)
    assert loaded.split() == []


NOTHING_WRITTEN = """
import importlib, sys
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if str(arguments[0]) != "/dev/null":
            print("writes", arguments[0])
    if event in {"os.mkdir", "os.rename", "os.remove", "socket.connect", "socket.bind", "subprocess.Popen", "os.system"}:
        print(event, *arguments)
sys.addaudithook(watch)
for name in NAMES:
    importlib.import_module(name)
"""


def test_importing_everything_does_nothing(tmp_path):
    """No output, no file, no folder, no process, no connection."""
    assert {"indexer.build", "indexer.train", "search_api.cli", "search_api.server.app"} <= set(MODULES)
    assert python(f"NAMES = {MODULES}\n{NOTHING_WRITTEN}", tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_training_loads_torch_on_import(tmp_path):
    program = f"import sys, importlib\nfor name in {MODULES}: importlib.import_module(name)\n"
    assert python(f"{program}print('torch' in sys.modules)", tmp_path) == "False\n"
