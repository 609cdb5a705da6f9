"""Who may import whom, in words; and importing anything loads little and does nothing."""

import contextlib
import io
import os
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


@pytest.fixture(scope="module")
def linted() -> str:
    """What import-linter says of this project."""
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(io.StringIO()) as output:
        done = subprocess.run(
            [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"],
            capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
    return done.stdout + done.stderr + output.getvalue()


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


WITH_TORCH = {"indexer.train.contrastive", "indexer.train.embedding"}
"""Modules that import torch when they are imported: an encoder's training, started by nothing else."""

MODULES = [name for package in ("indexer", "search_api") for name in modules_of(package) if name not in WITH_TORCH]


def python(program: str, folder: Path) -> str:
    """Run `program` in a new interpreter, in `folder`, with warnings as errors; return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        (
            [name for name in MODULES if name.startswith("indexer.case")],
            ["numpy", "torch", "faiss", "bm25s", "rjieba", "opencc", "fastapi"],
        ),
        (
            [name for name in MODULES if name.startswith(("indexer.checks", "indexer.text"))],
            ["numpy", "torch", "faiss", "fastapi"],
        ),
        (
            ["search_api.core.engine", "indexer.encoders.static"],
            ["torch", "sentence_transformers", "transformers", "fastapi", "starlette", "uvicorn", "indexer.build", "indexer.train"],
        ),
        (["search_api.cli"], ["torch", "sentence_transformers", "fastapi", "numpy", "faiss"]),
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
# The standard library does this when it is asked for a scratch folder; we only look at what is left.
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if str(arguments[0]) != "/dev/null":
            print("writes", arguments[0])
    if event in {"os.mkdir", "os.rename", "os.remove", "socket.connect", "socket.bind", "subprocess.Popen", "os.system"}:
        print(event, *arguments)
sys.addaudithook(watch)
for name in sys.argv[1:] or NAMES:
    importlib.import_module(name)
"""


def test_importing_everything_does_nothing(tmp_path):
    """No output, no file, no folder, no process, no connection."""
    assert {"indexer.build", "indexer.train", "search_api.cli", "search_api.server.app"} <= set(MODULES)
    assert python(f"NAMES = {MODULES}\n{NOTHING_WRITTEN}", tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_torch_is_loaded_only_where_it_is_said_to_be(tmp_path):
    program = f"import sys, importlib\nfor name in {MODULES}: importlib.import_module(name)\n"
    assert python(f"{program}print('torch' in sys.modules)", tmp_path) == "False\n"
    source = {name: (ROOT / name.replace(".", "/")).with_suffix(".py").read_text("utf-8") for name in WITH_TORCH}
    assert all("import torch" in text for text in source.values())
