"""Check the case files that a branch changes, for a pull request: `python -m setup.changed_cases BASE`.

Only what was added or changed since the branch left BASE is checked. A change to the vocabulary, the lexicon
or the situations can break any case, so then the whole library is. A case that disappeared is reported too:
others refer to it, so it is withdrawn rather than deleted.
"""
# ruff: noqa: S603  (it runs programs, all of them written out here: that is what setup is for)

import re
import subprocess
import sys
from pathlib import Path

CASE_FILE = re.compile(r"cases/(?!lexicon/|situations/|judged/)[^/]+/[^/]+\.md")
RULE_FILE = re.compile(r"cases/(vocabulary\.yaml|(lexicon|situations)/.+)")


def changed(base: str, root: Path, *, deleted: bool = False) -> list[str]:
    """Return the paths under cases/ that differ between HEAD and the commit where it left `base`.

    `deleted` returns those that are gone instead. A renamed file counts as one gone and one added.
    """
    kind = "D" if deleted else "d"
    command = ["git", "diff", "--name-only", "-z", "--no-renames", f"--diff-filter={kind}", f"{base}...HEAD"]
    output = subprocess.run([*command, "--", "cases"], cwd=root, check=True, capture_output=True).stdout
    return [path for path in output.decode().split("\0") if path]


def paths_to_check(paths: list[str]) -> list[str]:
    """Return what to hand to `casebook check` for these changed `paths`."""
    if any(RULE_FILE.fullmatch(path) for path in paths):
        return ["cases/"]
    return [path for path in paths if CASE_FILE.fullmatch(path)]


def report_deleted(paths: list[str]) -> int:
    """Say of each case file among `paths` that it must not disappear; return how many there are."""
    gone = [path for path in paths if CASE_FILE.fullmatch(path)]
    for path in gone:
        print(
            f"::error title=case-deleted::{path} 不见了。案例编号不改、文件不删，别处会引用它；"
            "要停用，请把 review.status 改成 withdrawn 并写明 reason。"
        )
    return len(gone)


def main() -> int:
    """Check what changed since the commit named on the command line."""
    base, root = sys.argv[1], Path.cwd()
    gone = report_deleted(changed(base, root, deleted=True))
    paths = paths_to_check(changed(base, root))
    if not paths:
        print("没有改动案例文件。No case files changed.")
        return 1 if gone else 0
    casebook = [sys.executable, "-m", "search_api.cli", "check", "--format", "github", *paths]
    return subprocess.run(casebook, check=False).returncode or (1 if gone else 0)


if __name__ == "__main__":
    sys.exit(main())
