"""Both READMEs say the same, and everything they tell a newcomer to type works."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh.md")

# This suite is what `make test` runs; it cannot run itself.
RUNNING_NOW = "make test"
SERVES = ("make serve", ".venv/bin/casebook serve --port 8000")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.M | re.S)


def commands(name: str) -> list[str]:
    return [line for block in blocks(name, "console") for line in block.splitlines() if line]


def fresh_shell() -> dict[str, str]:
    """The environment without what make hands down: these tests run under it."""
    handed_down = ("CASEBOOK_", "MAKE", "MFLAGS", "ARGS", "TORCH", "PORT", "HOST")
    return {key: value for key, value in os.environ.items() if not key.startswith(handed_down)}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The project as it ships, with an index of its own so that the checkout's is left alone."""
    index = tmp_path_factory.mktemp("readme") / "index"
    chosen = fresh_shell() | {"CASEBOOK_INDEX": str(index)}
    subprocess.run(
        [ROOT / ".venv/bin/casebook", "index"], env=chosen, cwd=ROOT, check=True, capture_output=True
    )
    return chosen


@pytest.fixture(scope="module")
def address(environment: dict[str, str]) -> Iterator[str]:
    """What `make serve` prints."""
    with subprocess.Popen(
        ["make", "serve", f"PORT={free_port()}"],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        start_new_session=True,
    ) as server:  # fmt: skip
        try:
            assert server.stderr is not None
            said = []
            for line in server.stderr:
                said.append(line)
                found = re.search(r"http://\S+/", line)
                if found:
                    yield found[0].rstrip("/")
                    return
            pytest.fail("make serve printed no address:\n" + "".join(said))
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def test_both_languages_give_the_same_commands_requests_and_headings() -> None:
    english, chinese = READMES
    assert commands(english) == commands(chinese)
    assert blocks(english, "http") == blocks(chinese, "http")
    levels = [re.findall(r"^(#+) ", (ROOT / name).read_text("utf-8"), re.M) for name in READMES]
    assert levels[0] == levels[1]


def test_the_first_two_commands_are_serve_and_test() -> None:
    assert commands("README.md")[:2] == ["make serve", RUNNING_NOW]
    planned = subprocess.run(
        ["make", "-n", "test"], cwd=ROOT, env=fresh_shell(), capture_output=True, text=True, check=True
    ).stdout
    assert "pytest" in planned.splitlines()[-1]


@pytest.mark.xdist_group("readme")
@pytest.mark.parametrize("command", [c for c in commands("README.md") if c not in (RUNNING_NOW, *SERVES)])
def test_every_command_works(command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        shlex.split(command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if " check " not in command:
        assert done.stdout.strip()


@pytest.mark.xdist_group("readme")
def test_make_serve_serves_the_page(address: str) -> None:
    with urllib.request.urlopen(f"{address}/") as page:
        assert "出了什么事" in page.read().decode()


@pytest.mark.xdist_group("readme")
def test_the_request_in_the_readme_is_answered(address: str) -> None:
    head, body = blocks("README.md", "http")[0].split("\n\n", 1)
    method, path = head.splitlines()[0].split()
    headers = dict(line.split(": ") for line in head.splitlines()[1:])
    request = urllib.request.Request(address + path, body.encode(), headers, method=method)
    with urllib.request.urlopen(request) as response:
        results = json.load(response)["results"]
    assert len(results) == json.loads(body)["top_k"]


@pytest.mark.xdist_group("readme")
def test_serve_on_the_named_port_is_a_command_that_exists(environment: dict[str, str]) -> None:
    command = shlex.split(SERVES[1])
    command[command.index("--port") + 1] = str(free_port())
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert "http://127.0.0.1:" in server.stderr.readline()
        server.terminate()


@pytest.mark.parametrize("name", READMES)
def test_links_and_pictures_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_project_text_names_no_machine(name: str) -> None:
    assert not re.search(r"/work/|/root/|/home/|shared/", (ROOT / name).read_text("utf-8"))


def figure_tables(name: str) -> list[list[list[float]]]:
    """The numbers of each table of figures, row by row."""
    text = (ROOT / name).read_text("utf-8")
    tables = re.findall(r"^\| [^|]*\| nDCG@10 .*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)
    return [
        [[float(n) for n in re.findall(r"\d\.\d{3}", row)] for row in table.splitlines()] for table in tables
    ]


@pytest.mark.xdist_group("readme")
@pytest.mark.parametrize(("table", "split"), [(0, "test"), (1, "dev")])
def test_the_figures_are_those_of_casebook_eval(table: int, split: str, environment: dict[str, str]) -> None:
    command = [ROOT / ".venv/bin/casebook", "eval", "--split", split, "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    measured = [list(engine["means"].values()) for engine in json.loads(done.stdout)["engines"].values()]
    for name in READMES:
        for written, found in zip(figure_tables(name)[table], measured, strict=True):
            assert written == pytest.approx(found, abs=0.0006)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_outside_figures_are_those_of_the_committed_reports(name: str) -> None:
    reports = [
        json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs" / "benchmarks").glob("*.json")
    ]
    measured = {
        tuple(f"{figures['ndcg_10']:.3f}" for figures in report["engines"].values())
        for report in reports
        if report["engines"]
    }
    text = (ROOT / name).read_text(encoding="utf-8")
    written = set(re.findall(r"^\| [^|]+ \| (0\.\d{3}) \| (0\.\d{3}) \| (0\.\d{3}) \|$", text, re.MULTILINE))
    assert len(measured) == 5
    assert written == measured
