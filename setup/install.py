"""Make the project's environment, `.venv`. Run as `python3 -m setup.install`; `make setup` does.

The steps: find out which PyTorch can be had, say how much will be downloaded, install everything at the
versions of constraints.txt, install the project itself so that `.venv/bin/casebook` is there, and write a
stamp last. An environment without the right stamp is mended or made anew, so a run may be stopped anywhere.
"""
# ruff: noqa: S603  (it runs programs, all of them written out here: that is what setup is for)

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from setup.debian import apt_install
from setup.torch_plan import Choice, Plan, ask_pip, decide, needs_report

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = "casebook-setup.json"
UNFINISHED = "unfinished"

NEEDS_TORCH = frozenset({"torch", "sentence-transformers", "accelerate"})
"""Left out of an environment without torch; everything else works there."""

SIZES = {
    ("none", False): "about 110 MB to download, 470 MB on disk / 下载约 110 MB，占用约 470 MB",
    ("none", True): "about 250 MB to download, 850 MB on disk / 下载约 250 MB，占用约 850 MB",
    ("cpu", False): "about 350 MB to download, 1.5 GB on disk / 下载约 350 MB，占用约 1.5 GB",
    ("cpu", True): "about 500 MB to download, 2 GB on disk / 下载约 500 MB，占用约 2 GB",
    ("gpu", False): "about 3 GB to download, 7 GB on disk / 下载约 3 GB，占用约 7 GB",
    ("gpu", True): "about 3 GB to download, 7 GB on disk / 下载约 3 GB，占用约 7 GB",
}
"""What was measured, by the build of torch and by whether the tests' packages come too."""


class SetupError(Exception):
    """Something the user has to do first; the message says what."""


@dataclass(frozen=True)
class Stamp:
    """What a finished environment was made from: equal stamps mean there is nothing to do."""

    root: str
    fingerprint: str
    torch: str
    index: str
    tests: bool

    @property
    def choice(self) -> Choice:
        """The choice about torch, which a later run without one keeps."""
        return Choice(self.torch, self.index)


def read_stamp(venv: Path) -> Stamp | None:
    """Return the stamp of `venv`, or None if it is missing or not one of ours."""
    try:
        return Stamp(**json.loads((venv / STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(venv: Path, stamp: Stamp) -> None:
    """Write `stamp` in one move, so that there is never half of it."""
    new = venv / f"{STAMP}.new"
    new.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
    new.replace(venv / STAMP)


def fingerprint(root: Path) -> str:
    """Return a digest of everything that decides what is installed."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def wanted_stamp(root: Path, found: Stamp | None, choice: Choice | None, *, tests: bool) -> Stamp:
    """Return the stamp to reach: what is asked for now, and what was asked for earlier and not revoked."""
    choice = choice or (found.choice if found else Choice())
    tests = tests or (found is not None and found.tests)
    return Stamp(str(root), fingerprint(root), choice.torch, choice.index, tests)


def is_usable(venv: Path) -> bool:
    """Return whether the interpreter of `venv` starts, is new enough and has a pip that is all there."""
    if not any(venv.glob("lib/python3*/site-packages/pip-*.dist-info/INSTALLER")):
        return False
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([venv / "bin" / "python", "-c", test], check=False).returncode == 0
    except OSError:
        return False


def make_venv(venv: Path) -> None:
    """Make `venv` anew with the running interpreter, getting Debian's python3-venv if that is missing."""
    if venv.is_symlink():
        venv.unlink()
    shutil.rmtree(venv, ignore_errors=True)
    if find_spec("ensurepip") is None:
        get_ensurepip()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)


def get_ensurepip() -> None:
    """Install Debian's package that lets this Python make environments. Raises SetupError if it cannot."""
    package = f"python3.{sys.version_info.minor}-venv"
    if not apt_install([package]):
        raise SetupError(
            f"This Python cannot make environments yet. Please run, then try again:\n"
            f"    这个 Python 还不能建虚拟环境，请先执行下面一行，再重试：\n"
            f"        sudo apt-get install {package}"
        )


def mend(venv: Path) -> list[str]:
    """Forget packages whose installation was cut off, so that pip installs them again; return their names.

    pip writes INSTALLER after all files of a package are in place. What it moves aside while replacing a
    package starts with a tilde.
    """
    site = next(venv.glob("lib/python3*/site-packages"), venv)
    cut_off = [info for info in site.glob("*.dist-info") if not (info / "INSTALLER").exists()]
    for leftover in [*cut_off, *site.glob("~*")]:
        shutil.rmtree(leftover, ignore_errors=True)
    return sorted(info.name.partition("-")[0] for info in cut_off)


def requirements(pyproject: str, *, tests: bool, torch: bool) -> list[str]:
    """Return the requirements to install, read from the text of pyproject.toml."""
    project = tomllib.loads(pyproject)["project"]
    wanted = list(project["dependencies"])
    if tests:
        wanted += [line for extra in project["optional-dependencies"].values() for line in extra]
    return [line for line in wanted if torch or package_name(line) not in NEEDS_TORCH]


def package_name(requirement: str) -> str:
    """Return the normalised name of the package that `requirement` asks for."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name.group()).lower() if name else ""


def pinned(constraints: str, *names: str) -> list[str]:
    """Return the `name==version` lines of `names` in the text of constraints.txt."""
    return [line for line in constraints.splitlines() if package_name(line) in names]


def install(venv: Path, root: Path, plan: Plan, stamp: Stamp) -> None:
    """Install what `plan` and `stamp` ask for into `venv`, and the project itself as editable."""
    constraints = (root / "constraints.txt").read_text(encoding="utf-8")
    if plan.with_torch:
        source = ["--no-deps", "--index-url", stamp.index] if plan.kind == "index" else []
        _pip(venv, "install", *source, *pinned(constraints, "torch"))
    wanted = requirements(
        (root / "pyproject.toml").read_text(encoding="utf-8"), tests=stamp.tests, torch=plan.with_torch
    )
    subprocess.run([*installer(venv), "--constraint", str(root / "constraints.txt"), *wanted], check=True)
    # Its dependencies are there already; without a build environment setuptools is the pinned one.
    _pip(venv, "install", "-qq", "--no-deps", "--no-build-isolation", "--editable", str(root))


def installer(venv: Path) -> list[str]:
    """Return the command that installs packages: uv where it gives the same result as pip, otherwise pip.

    uv reads none of pip's settings (a mirror, a folder of files, a certificate), so any setting means pip.
    """
    python = str(venv / "bin" / "python")
    uv = shutil.which("uv")
    if uv:
        settings = subprocess.run([python, "-m", "pip", "config", "list"], check=True, capture_output=True)
        if not settings.stdout.strip():
            return [uv, "pip", "install", "--python", python]
    return [python, "-m", "pip", "install", "--disable-pip-version-check"]


def upgrade_tools(venv: Path, root: Path) -> None:
    """Install the pinned pip and setuptools: Debian 12's pip would download torch only to ask about it."""
    constraints = (root / "constraints.txt").read_text(encoding="utf-8")
    _pip(venv, "install", "--quiet", *pinned(constraints, "pip", "setuptools"))


def _pip(venv: Path, *arguments: str) -> None:
    command = [str(venv / "bin" / "python"), "-m", "pip", *arguments, "--disable-pip-version-check"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def set_up(venv: Path, root: Path, stamp: Stamp, found: Stamp | None) -> None:
    """Bring `venv` to the state that `stamp` names, step by step; the finished stamp is written last.

    Until then an unfinished one remembers what was asked for, in case of an interruption.
    """
    moved = found is not None and found.root != stamp.root
    if moved or not is_usable(venv):
        say("Making the environment .venv", "创建运行环境 .venv")
        make_venv(venv)
    elif repaired := mend(venv):
        say(f"Mending an interrupted installation ({', '.join(repaired)})", "修复上次中断的安装")
    write_stamp(venv, replace(stamp, fingerprint=UNFINISHED))
    upgrade_tools(venv, root)
    plan = plan_torch(venv, root, stamp.choice)
    say("Installing " + plan.why, size(plan, stamp))
    install(venv, root, plan, stamp)
    write_stamp(venv, stamp)
    say("Ready", "装好了：.venv/bin/casebook")


def size(plan: Plan, stamp: Stamp) -> str:
    """Return how much `plan` downloads; an index that the user names is taken to hold a CPU build."""
    return SIZES["cpu" if plan.kind == "index" else plan.kind, stamp.tests]


def plan_torch(venv: Path, root: Path, choice: Choice) -> Plan:
    """Find out which torch pip would take, if that matters, and decide."""
    if not needs_report(choice):
        return decide(choice, None)
    say("Finding out which PyTorch can be had", "查看能装到哪一种 PyTorch")
    (torch,) = pinned((root / "constraints.txt").read_text(encoding="utf-8"), "torch")
    return decide(choice, ask_pip(str(venv / "bin" / "python"), torch))


def say(*lines: str) -> None:
    """Print a step, in English and in Chinese."""
    print("==> " + "\n    ".join(lines), flush=True)


def read_choice(torch: str, index: str) -> Choice | None:
    """Return the choice given on the command line, or None if there was none."""
    return Choice(torch or "auto", index) if torch or index else None


def main(arguments: Iterable[str] | None = None) -> int:
    """Set up the environment unless its stamp says that it is what is wanted."""
    parser = argparse.ArgumentParser(prog="python3 -m setup.install", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what the tests and the training need")
    parser.add_argument("--torch", choices=["", "auto", "none", "gpu"], default="", help="which PyTorch")
    parser.add_argument("--torch-index", default="", metavar="URL", help="take PyTorch from this index")
    options = parser.parse_args(None if arguments is None else list(arguments))
    found = read_stamp(VENV)
    stamp = wanted_stamp(ROOT, found, read_choice(options.torch, options.torch_index), tests=options.tests)
    look_again = options.torch == "auto"
    if found == stamp and is_usable(VENV) and not look_again:
        return 0
    set_up(VENV, ROOT, stamp, found)
    return 0


def guarded_main() -> int:
    """Run `main`; whatever stops it ends in a plain sentence."""
    try:
        return main()
    except KeyboardInterrupt:
        print(
            "\n==> Stopped. Run the same command again: it goes on from here."
            "\n    已中断，重新执行同一命令即可接着装。"
        )
        return 130
    except SetupError as error:
        print(f"!!  {error}", file=sys.stderr)
    except subprocess.CalledProcessError:
        print(
            "!!  The installation did not finish; the reason stands above (often the network). "
            "Run the same command again: it goes on from here.\n"
            "!!  安装没有完成，原因见上面几行（多半是网络）；重新执行同一命令即可接着装。",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(guarded_main())
