"""Try a serve-only installation from nothing, in a new folder whose name has a space and Chinese in it.

Run as `python3 -m setup.try_install`. It runs `make setup TORCH=none`, then an index and a search without
PyTorch, then `make setup` again, which has to find that there is nothing to do.
"""
# ruff: noqa: S603  (it runs programs, all of them written out here: that is what setup is for)

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "index", "build", "__pycache__", "*.egg-info", ".*_cache")
QUERY = "楼上洗完衣服我家客厅就下雨"
SECONDS_FOR_NOTHING = 10


def run(folder: Path, *command: str) -> str:
    """Run `command` in `folder` and return what it printed; on failure show that and stop."""
    # This runs under make, which hands its own variables down.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "TORCH"))
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\n!!  failed / 没有成功：{' '.join(command)}")
    return done.stdout


def expect(holds: bool, what: str) -> None:
    """Stop with `what` unless it holds."""
    if not holds:
        sys.exit(f"!!  not so / 不成立：{what}")
    print(f"    ok: {what}", flush=True)


def try_install(folder: Path) -> None:
    """Install, use and install again in `folder`, a copy of the project."""
    run(folder, "make", "setup", "TORCH=none")
    expect((folder / ".venv/bin/casebook").exists(), "make setup TORCH=none leaves .venv/bin/casebook")
    present = (
        "import importlib.util as u; print([n for n in ('torch', 'sentence_transformers') if u.find_spec(n)])"
    )
    expect(run(folder, ".venv/bin/python", "-c", present).strip() == "[]", "there is no PyTorch in it")
    run(folder, ".venv/bin/casebook", "index")
    expect(
        bool(run(folder, ".venv/bin/casebook", "search", QUERY).strip()), "index and search work without it"
    )
    started = time.monotonic()
    expect(
        run(folder, "make", "--no-print-directory", "-s", "setup") == "",
        "a second make setup has nothing to do",
    )
    expect(time.monotonic() - started < SECONDS_FOR_NOTHING, "and says so in seconds")


def main() -> int:
    """Copy the project into a temporary folder and try it there."""
    print("==> Trying an installation from nothing / 从头试装一次", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "含 空格的目录"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        try_install(folder)
    print(f"==> The installation works / 可以安装使用（{time.monotonic() - started:.0f} s）", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
