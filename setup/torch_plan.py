"""Decide whether PyTorch is installed and from where, before anything large is downloaded.

On Linux the plain `torch` of the public registry brings about 3 GB of GPU packages. The search, the index
and the server need none of it, so it is never taken silently.
"""
# ruff: noqa: S603  (it runs programs, all of them written out here: that is what setup is for)

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

GPU_PACKAGE = re.compile(r"^(nvidia-|cuda-|triton$|pytorch-triton)", re.IGNORECASE)

Report = dict[str, Any]
"""What `pip install --dry-run --report` writes."""


@dataclass(frozen=True)
class Choice:
    """What the user asked for: `torch` is auto, none or gpu; `index` an address to take torch from, or ''."""

    torch: str = "auto"
    index: str = ""


@dataclass(frozen=True)
class Plan:
    """What will be done: `kind` is cpu, gpu, index or none; `why` says it in plain words."""

    kind: str
    why: str

    @property
    def with_torch(self) -> bool:
        """Whether torch and what needs it are installed."""
        return self.kind != "none"


ASKED_FOR_NONE = (
    "without PyTorch, as asked: search, index and server work / 按要求不装 PyTorch，检索、建库、网页照常可用"
)
ONLY_GPU = (
    "without PyTorch: only its GPU build (about 3 GB) can be had here.\n"
    "    Search, index and server work without it; only training and other encoders need it.\n"
    "    这里只能得到 GPU 版 PyTorch（约 3 GB），所以先不装。检索、建库、网页都不需要它。\n"
    "    To get it / 需要时：make setup TORCH_INDEX=<address of a CPU index> · make setup TORCH=gpu"
)
NOT_FOUND = (
    "without PyTorch: pip finds no build of it for this Python. Search, index and server work without it.\n"
    "    pip 找不到适合这个 Python 的 PyTorch，先不装；检索、建库、网页都不需要它。"
)


def decide(choice: Choice, report: Report | None) -> Plan:
    """Return the plan for `choice`, given pip's dry-run `report` for torch (None: pip found no build)."""
    if choice.torch == "none":
        return Plan("none", ASKED_FOR_NONE)
    if choice.index:
        return Plan("index", "with PyTorch from the address given / 从指定地址安装 PyTorch")
    if choice.torch == "gpu":
        return Plan("gpu", "with whatever PyTorch pip takes, GPU packages included / 安装 GPU 版 PyTorch")
    if report is None:
        return Plan("none", NOT_FOUND)
    if gpu_packages(report):
        return Plan("none", ONLY_GPU)
    return Plan("cpu", "with the CPU build of PyTorch / 安装 CPU 版 PyTorch")


def needs_report(choice: Choice) -> bool:
    """Return whether `decide` has to know what pip would take."""
    return choice.torch == "auto" and not choice.index


def gpu_packages(report: Report) -> list[str]:
    """Return the names of the GPU packages that `report` would install."""
    names = (str(item["metadata"]["name"]) for item in report["install"])
    return sorted(name for name in names if GPU_PACKAGE.match(name))


def ask_pip(python: str, torch: str) -> Report | None:
    """Return what pip would install for the requirement `torch`, without installing it; None if it cannot.

    The first try reads only the ends of remote files, so that an index without separate metadata does not
    cost hundreds of megabytes to ask; where that is not supported the second try asks the ordinary way.
    """
    ask = [
        python,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--quiet",
        "--report",
        "-",
        torch,
    ]
    for feature in (["--use-feature=fast-deps"], []):
        asked = subprocess.run([*ask, *feature], check=False, capture_output=True, text=True)
        if asked.returncode == 0:
            report: Report = json.loads(asked.stdout)
            return report
    return None
