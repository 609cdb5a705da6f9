"""Two commands, `make serve` and `make test`, where there is Python 3.11, make and git and nothing else."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from setup import install, torch_plan  # noqa: E402
from setup.torch_plan import Choice, Plan, decide, gpu_packages  # noqa: E402

CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PINS = [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]


def make(*arguments, folder=ROOT):
    """Run make as from a fresh shell: these tests themselves run under make, which hands its variables down."""
    handed_down = {
        "MAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "MAKEOVERRIDES",
        "ARGS",
        "TORCH",
        "TORCH_INDEX",
        "PORT",
    }
    environment = {name: value for name, value in os.environ.items() if name not in handed_down}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def make_dry_run(*arguments):
    """What `make` would run, without running it."""
    done = make("--dry-run", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestMakefile:
    def test_make_alone_lists_every_target_with_a_description(self):
        listed = make().stdout
        phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        for target in phony[1].split():
            assert re.search(rf"^  make {target} +\S", listed, re.MULTILINE), f"{target} is not in the list"

    def test_serve_installs_then_builds_the_index_then_serves(self):
        commands = make_dry_run("serve", "HOST=0.0.0.0", "PORT=8080")
        steps = ["-m setup.install", "casebook index", 'casebook serve --host "0.0.0.0" --port "8080"']
        places = [commands.index(step) for step in steps]
        assert places == sorted(places)

    def test_test_installs_what_tests_need_then_a_browser_and_ends_with_pytest(self):
        lines = make_dry_run("test").strip().splitlines()
        assert "--tests" in "".join(lines[:-2])
        assert lines[-2].endswith("-m setup.browser")
        assert lines[-1].strip() == ".venv/bin/python -m pytest"

    def test_check_is_the_whole_gate_in_this_order_with_the_tests_last(self):
        commands = make_dry_run("check")
        steps = ["ruff format --check", "ruff check", "mypy", "lint-imports", "casebook check cases/"]
        assert re.findall(r'echo "── (.+?)"', commands) == steps
        assert commands.strip().endswith("-m pytest")

    def test_a_failing_step_is_named_and_stops_the_gate(self, tmp_path):
        text = (ROOT / "Makefile").read_text(encoding="utf-8")
        (tmp_path / "Makefile").write_text(
            text + "\nprobe:\n\t$(call step,first step,false)\n\t$(call step,second step,true)\n",
            encoding="utf-8",
        )
        done = make("probe", folder=tmp_path)
        assert done.returncode != 0
        assert "first step" in done.stderr
        assert "second step" not in done.stdout

    def test_without_a_python_of_3_11_it_says_what_to_install(self):
        done = make("setup", "PYTHON=")
        assert done.returncode != 0
        assert "Python 3.11" in done.stderr

    def test_ci_runs_the_readmes_own_test_command_last(self):
        script = (ROOT / ".ci/run").read_text(encoding="utf-8").strip().splitlines()
        assert "set -euo pipefail" in script
        assert script[-1] == "exec make test"
        assert "make lint" in script


class TestConstraints:
    def test_every_line_pins_one_exact_version_and_names_no_place(self):
        for line in PINS:
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line), line

    def test_no_package_is_pinned_twice(self):
        names = [install.package_name(line) for line in PINS]
        assert sorted(names) == sorted(set(names))

    @pytest.mark.parametrize("requirement", install.requirements(PYPROJECT, tests=True, torch=True))
    def test_everything_that_pyproject_asks_for_is_pinned(self, requirement):
        assert install.pinned(CONSTRAINTS, install.package_name(requirement))

    def test_what_setup_itself_needs_is_pinned(self):
        assert install.pinned(CONSTRAINTS, "pip", "setuptools", "torch") == [
            line for line in PINS if re.match(r"(pip|setuptools|torch)==", line)
        ]
        assert len(install.pinned(CONSTRAINTS, "pip", "setuptools", "torch")) == 3

    def test_the_running_environment_has_the_pinned_versions(self):
        frozen = subprocess.run(
            [sys.executable, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True
        )
        installed = {install.package_name(p["name"]): p["version"] for p in json.loads(frozen.stdout)}
        # pip and setuptools are what the environment was made with, and may be newer.
        pins = dict(line.split("==") for line in PINS if not line.startswith(("pip==", "setuptools==")))
        different = {
            name: (version, installed[install.package_name(name)])
            for name, version in pins.items()
            if installed.get(install.package_name(name), version).partition("+")[0] != version
        }
        assert different == {}


def report_of(*names):
    """The part of pip's dry-run report that matters: what would be installed."""
    return {"version": "1", "install": [{"metadata": {"name": name, "version": "1"}} for name in names]}


CPU_AT_HAND = report_of("torch", "filelock", "sympy", "networkx", "jinja2", "fsspec", "setuptools")
ONLY_GPU = report_of("torch", "nvidia-cublas", "nvidia-cudnn-cu13", "triton", "cuda-toolkit", "sympy")
GPU_FOR_ARM = report_of("torch", "nvidia-cuda-nvrtc", "filelock")


class TestWhichTorch:
    def test_a_cpu_build_is_installed_where_pip_would_take_one(self):
        assert decide(Choice(), CPU_AT_HAND).kind == "cpu"

    @pytest.mark.parametrize("report", [ONLY_GPU, GPU_FOR_ARM])
    def test_the_gpu_build_is_never_taken_silently(self, report):
        plan = decide(Choice(), report)
        assert not plan.with_torch
        assert "TORCH_INDEX=" in plan.why
        assert "TORCH=gpu" in plan.why

    def test_the_gpu_build_is_taken_when_asked_for(self):
        assert decide(Choice("gpu"), ONLY_GPU).kind == "gpu"

    def test_a_given_index_is_used_without_asking_pip(self):
        choice = Choice(index="file:///mirror")
        assert not torch_plan.needs_report(choice)
        assert decide(choice, None).kind == "index"

    def test_none_means_none_even_where_an_index_is_given(self):
        assert not decide(Choice("none", "file:///mirror"), CPU_AT_HAND).with_torch

    def test_no_build_for_this_python_is_said_and_does_not_stop_the_rest(self):
        plan = decide(Choice(), None)
        assert not plan.with_torch
        assert "no build" in plan.why

    def test_packages_with_similar_names_are_not_taken_for_gpu_packages(self):
        assert gpu_packages(report_of("cudatext", "tritonclient", "torch", "pynvidia")) == []

    def test_pip_is_asked_for_real_and_answers_none_for_what_does_not_exist(self, tmp_path):
        """The only answer that can be had without a network: nothing at that address."""
        asked = torch_plan.ask_pip(
            sys.executable, f"torch @ {(tmp_path / 'torch-1-py3-none-any.whl').as_uri()}"
        )
        assert asked is None

    def test_without_torch_everything_but_what_needs_it_is_installed(self):
        everything = install.requirements(PYPROJECT, tests=True, torch=True)
        without = install.requirements(PYPROJECT, tests=True, torch=False)
        left_out = {install.package_name(line) for line in everything} - set(
            map(install.package_name, without)
        )
        assert left_out == {"sentence-transformers", "accelerate"}

    def test_serving_needs_no_packages_of_the_tests(self):
        serving = install.requirements(PYPROJECT, tests=False, torch=True)
        assert serving == tomllib.loads(PYPROJECT)["project"]["dependencies"]

    @pytest.mark.parametrize("kind", ["cpu", "gpu", "index", "none"])
    @pytest.mark.parametrize("tests", [False, True])
    def test_the_size_is_said_before_anything_is_installed(self, kind, tests):
        stamp = install.Stamp("/", "", "auto", "", tests)
        assert re.search(r"\d+ [MG]B to download", install.size(Plan(kind, ""), stamp))


@pytest.fixture
def project(tmp_path):
    """A folder with what decides the installation."""
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


class TestStamp:
    def test_the_same_wish_a_second_time_is_already_met(self, project):
        first = install.wanted_stamp(project, None, Choice("none"), tests=False)
        install.write_stamp(project, first)
        found = install.read_stamp(project)
        assert install.wanted_stamp(project, found, Choice("none"), tests=False) == found

    @pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
    def test_a_changed_requirement_is_installed(self, project, name):
        before = install.wanted_stamp(project, None, None, tests=False)
        with (project / name).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        assert install.wanted_stamp(project, before, None, tests=False) != before

    def test_a_touched_but_equal_file_is_not_a_change(self, project):
        before = install.wanted_stamp(project, None, None, tests=False)
        (project / "pyproject.toml").touch()
        assert install.wanted_stamp(project, before, None, tests=False) == before

    def test_an_earlier_choice_about_torch_is_kept_until_another_is_made(self, project):
        served = install.wanted_stamp(project, None, Choice("none"), tests=False)
        assert install.wanted_stamp(project, served, None, tests=False).choice == Choice("none")
        assert install.wanted_stamp(project, served, Choice("gpu"), tests=False).choice == Choice("gpu")

    def test_serving_after_testing_installs_nothing_and_testing_after_serving_does(self, project):
        served = install.wanted_stamp(project, None, None, tests=False)
        tested = install.wanted_stamp(project, served, None, tests=True)
        assert tested != served
        assert install.wanted_stamp(project, tested, None, tests=False) == tested

    def test_a_moved_project_is_not_taken_for_the_one_that_was_installed(self, project):
        here = install.wanted_stamp(project, None, None, tests=False)
        (project / "moved").mkdir()
        for name in ("pyproject.toml", "constraints.txt"):
            (project / name).rename(project / "moved" / name)
        assert install.wanted_stamp(project / "moved", here, None, tests=False) != here

    def test_an_unfinished_installation_is_gone_on_with_and_remembers_the_choice(self, project):
        wanted = install.wanted_stamp(project, None, Choice("none"), tests=False)
        install.write_stamp(project, replace(wanted, fingerprint=install.UNFINISHED))
        found = install.read_stamp(project)
        assert found != wanted
        assert install.wanted_stamp(project, found, None, tests=False) == wanted

    @pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"root": "/"}'])
    def test_a_damaged_stamp_counts_as_none(self, tmp_path, damage):
        (tmp_path / install.STAMP).write_text(damage, encoding="utf-8")
        assert install.read_stamp(tmp_path) is None


class TestRecovery:
    def test_a_half_made_environment_is_not_usable_and_is_made_anew(self, tmp_path):
        venv = tmp_path / "环境 one"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
        assert not install.is_usable(venv), "stopped before pip came"
        install.make_venv(venv)
        assert install.is_usable(venv)
        next(venv.glob("lib/*/site-packages/pip-*.dist-info/INSTALLER")).unlink()
        assert not install.is_usable(venv), "stopped while pip was being replaced"
        (venv / "bin" / "python").unlink()
        assert not install.is_usable(venv), "its interpreter is gone"

    def test_a_package_cut_off_half_way_is_forgotten_and_the_finished_ones_are_kept(self, tmp_path):
        site = tmp_path / "lib" / "python3.11" / "site-packages"
        for name, finished in (("done-1.0.dist-info", True), ("half_made-2.0.dist-info", False)):
            (site / name).mkdir(parents=True)
            (site / name / "METADATA").write_text("Name: x\n")
            if finished:
                (site / name / "INSTALLER").write_text("pip\n")
        (site / "~umpy").mkdir()
        assert install.mend(tmp_path) == ["half_made"]
        assert [entry.name for entry in site.iterdir()] == ["done-1.0.dist-info"]

    def test_a_finished_environment_is_left_alone_in_a_moment(self, copy):
        """The whole program: with the right stamp it starts no pip, so it needs no network either."""
        venv = copy / ".venv"
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        install.write_stamp(venv, install.wanted_stamp(copy, None, None, tests=False))
        done = subprocess.run(
            [sys.executable, "-m", "setup.install"],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_interrupted_it_says_how_to_go_on_and_leaves_no_stamp(self, copy):
        with subprocess.Popen(
            [sys.executable, "-c", INTERRUPTIBLE],
            cwd=copy,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as running:
            while not (copy / ".venv").exists():
                time.sleep(0.02)
            os.killpg(running.pid, signal.SIGINT)
            said = running.communicate(timeout=20)[0]
        assert running.returncode == 130
        assert "Run the same command again" in said
        assert install.read_stamp(copy / ".venv") is None
        assert not install.is_usable(copy / ".venv")


# A test run started in the background ignores ^C and so would its children; this one listens to it.
INTERRUPTIBLE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("setup.install", run_name="__main__")
"""


@pytest.fixture
def copy(project):
    """A copy of the project as far as setup knows it, in a folder of its own."""
    shutil.copytree(ROOT / "setup", project / "setup", ignore=shutil.ignore_patterns("__pycache__"))
    return project


class TestWhereNothingCanBeInstalled:
    """A machine without apt-get or without the right to use it: it must end in plain words."""

    @pytest.fixture(autouse=True)
    def _bare_path(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))

    def test_a_python_that_cannot_make_environments_is_told_the_exact_command(self):
        with pytest.raises(install.SetupError, match=r"sudo apt-get install python3\.\d+-venv"):
            install.get_ensurepip()

    @pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
    def test_a_missing_browser_is_named_and_only_ci_insists_on_it(self, monkeypatch, ci, status):
        monkeypatch.setenv("CI", ci)
        done = subprocess.run(
            [sys.executable, "-m", "setup.browser"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == status
        assert "sudo apt-get install chromium fonts-noto-cjk default-jre-headless\n" in done.stderr


class TestInstaller:
    """uv is quicker, but reads none of pip's settings."""

    @pytest.fixture
    def uv(self, tmp_path, monkeypatch):
        uv = tmp_path / "uv"
        uv.write_text("#!/bin/sh\n")
        uv.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return str(uv)

    def test_pip_installs_where_pip_has_settings(self, uv, monkeypatch):
        monkeypatch.setenv("PIP_NO_INPUT", "1")
        assert uv not in install.installer(Path(sys.prefix))

    def test_uv_installs_where_pip_has_none(self, uv, tmp_path):
        python = tmp_path / "bin" / "python"
        python.parent.mkdir()
        python.write_text("#!/bin/sh\n# pip config list: nothing to list\n")
        python.chmod(0o755)
        assert install.installer(tmp_path)[:3] == [uv, "pip", "install"]

    def test_pip_installs_where_there_is_no_uv(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        assert install.installer(tmp_path)[1:4] == ["-m", "pip", "install"]
