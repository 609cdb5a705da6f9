"""The command line: data on stdout, messages on stderr, 0 done, 1 found or failed, 2 wrong usage, never a traceback."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys

import pytest
from library_maker import (
    CASEBOOK,
    ENCODER,
    MARKUP,
    ROOT,
    WITHDRAWN,
    build_index,
    casebook,
    environment,
    made_case,
)

from indexer.case.library import Library
from indexer.case.parse import parse
from indexer.case.serialize import serialize
from indexer.encoders.base import SHIPPED_ENCODER
from search_api.cli import main

COMMANDS = ["check", "index", "search", "show", "serve", "eval", "train"]


class Said:
    """What one run of a command said, and how it ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        assert "Traceback" not in out + err


@pytest.fixture
def run(monkeypatch, capfd, tmp_path):
    """Run the command in this process, as the installed script does, in an empty folder."""
    monkeypatch.setenv("CASEBOOK_ENCODER", ENCODER)
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments):
        monkeypatch.setattr(sys, "argv", ["casebook", *map(str, arguments)])
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as left:
            code = left.code or 0
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return run_command


class TestHelp:
    def test_every_command_is_listed_and_explained_in_chinese(self, run):
        said = run("--help")
        assert said.code == 0
        assert "社区先例库" in said.out
        assert all(f"  {command} " in said.out for command in COMMANDS)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_has_an_example(self, run, command):
        said = run(command, "--help")
        assert said.code == 0
        assert f"例：casebook {command}" in said.out

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_option_is_explained_in_chinese(self, run, command):
        lines = run(command, "--help").out.splitlines()
        options = [line for line in lines if line.strip().startswith("--") and "--help" not in line]
        for number, line in enumerate(lines):
            if line in options:
                explained = line + (lines[number + 1] if number + 1 < len(lines) else "")
                assert any("一" <= character <= "鿿" for character in explained), line

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("nonsense",),
            ("search",),
            ("search", "漏水", "--colour"),
            ("search", "漏水", "--top-k", "many"),
            ("search", "漏水", "渗水"),
            ("serve", "--port", "70000"),
            ("serve", "--port", "x"),
            ("show",),
            ("check", "--format", "xml"),
            ("eval", "--split", "exam"),
        ],
    )
    def test_wrong_usage_is_2_with_nothing_on_stdout(self, run, arguments):
        said = run(*arguments)
        assert said.code == 2
        assert said.err
        assert said.out == "" or not arguments


class TestSearch:
    def test_the_closest_cases_with_why_and_how_to_read_them(self, run, made_index):
        said = run("search", "厨房顶上漏水", "--top-k", "3", "--index", made_index)
        assert (said.code, said.err) == (0, "")
        assert [f"{number}. 楼上漏水滴到我家" in said.out for number in (1, 2, 3)] == [True] * 3
        assert "4. " not in said.out
        assert "漏水渗水" in said.out
        assert "casebook show water-leak-" in said.out

    def test_json_is_the_answer_of_the_api(self, run, made_index, client):
        request = {
            "query": "厨房顶上漏水",
            "top_k": 7,
            "filters": {"category": ["water-leak", "noise"], "year": ["2022"]},
        }
        said = run(
            "search", request["query"], "--json", "--top-k", "7", "--index", made_index,
            "--filter", "category=water-leak", "--filter", "category=noise", "--filter", "year=2022",
        )  # fmt: skip
        assert (said.code, said.err) == (0, "")
        ours, theirs = json.loads(said.out), client.post("/api/v1/search", json=request).json()
        assert ours.pop("took_ms") >= 0
        theirs.pop("took_ms")
        assert ours == theirs
        assert ours["results"]

    def test_a_filter_that_leaves_nothing_says_so(self, run, made_index):
        said = run("search", "漏水", "--filter", "province=火星省", "--index", made_index)
        assert said.code == 0
        assert "没有" in said.out

    @pytest.mark.parametrize(
        ("arguments", "word"),
        [
            (("",), "还没有写"),
            (("😡",), "符号或表情"),
            (("漏" * 2001,), "2001"),
            (("漏水", "--top-k", "0"), "top_k"),
            (("漏水", "--top-k", "51"), "top_k"),
            (("漏水", "--filter", "colour=red"), "colour"),
            (("漏水", "--filter", "category=red"), "red"),
            (("漏水", "--filter", "category"), "键=值"),
            (("漏水", "--filter", "category="), "键=值"),
        ],
    )
    def test_what_cannot_be_asked_is_1_with_the_reason(self, run, made_index, arguments, word):
        said = run("search", *arguments, "--index", made_index)
        assert (said.code, said.out) == (1, "")
        assert word in said.err

    def test_without_an_index_it_says_how_to_make_one(self, run, tmp_path):
        for command in (("search", "漏水"), ("show", "x"), ("search", "漏水", "--index", tmp_path / "none")):
            said = run(*command)
            assert (said.code, said.out) == (1, "")
            assert "casebook index" in said.err
            assert len(said.err.splitlines()) == 1

    def test_another_encoder_is_refused_in_words(self, run, made_index, monkeypatch):
        monkeypatch.setenv("CASEBOOK_ENCODER", "hashing:64")
        said = run("search", "漏水", "--index", made_index)
        assert said.code == 1
        assert "hashing:256" in said.err
        assert "hashing:64" in said.err

    def test_an_encoder_that_is_not_there_is_said_in_words(self, run, made_index, monkeypatch):
        monkeypatch.setenv("CASEBOOK_ENCODER", "hashing:many")
        assert run("search", "漏水", "--index", made_index).code == 1


class TestShow:
    @pytest.mark.parametrize("case_id", ["noise-03", WITHDRAWN, MARKUP])
    def test_a_case_is_printed_as_its_file(self, run, made_index, made_library, case_id):
        said = run("show", case_id, "--index", made_index)
        assert (said.code, said.err) == (0, "")
        assert said.out == next(made_library.glob(f"*/{case_id}.md")).read_text(encoding="utf-8")
        assert parse(said.out, f"x/{case_id}.md").case.id == case_id

    def test_an_unknown_id_is_1_and_named(self, run, made_index):
        said = run("show", "nobody", "--index", made_index)
        assert (said.code, said.out) == (1, "")
        assert "nobody" in said.err


class TestIndex:
    def test_the_id_of_the_snapshot_is_all_that_goes_to_stdout(self, run, library_folder, tmp_path):
        said = run("index", "--cases", library_folder, "--index", tmp_path / "index")
        assert said.code == 0
        assert said.out == (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
        assert "6 个案例" in said.err

    def test_only_what_changed_is_computed_again(self, run, library_folder, tmp_path):
        run("index", "--cases", library_folder, "--index", tmp_path / "index")
        assert "新算 0 个" in run("index", "--cases", library_folder, "--index", tmp_path / "index").err

    def test_a_case_with_errors_stops_it_unless_it_may_be_skipped(self, run, library_folder, tmp_path):
        index = tmp_path / "index"
        before = run("index", "--cases", library_folder, "--index", index).out
        broken = library_folder / "noise" / "broken.md"
        broken.write_text("---\nid: broken\n---\n", encoding="utf-8")
        said = run("index", "--cases", library_folder, "--index", index)
        assert (said.code, said.out) == (1, "")
        assert "--skip-invalid" in said.err
        assert (index / "CURRENT").read_text(encoding="utf-8") == before
        skipped = run("index", "--cases", library_folder, "--index", index, "--skip-invalid")
        assert skipped.code == 0
        assert "noise/broken.md" in skipped.err
        assert "6 个案例" in skipped.err

    def test_a_library_that_is_not_there_is_said_in_words(self, run, tmp_path):
        said = run("index", "--cases", tmp_path / "none", "--index", tmp_path / "index")
        assert (said.code, said.out) == (1, "")
        assert str(tmp_path / "none") in said.err

    def test_a_place_where_no_index_can_be_is_said_in_words(self, run, library_folder, tmp_path):
        (tmp_path / "file").write_text("x", encoding="utf-8")
        for place in (tmp_path / "file", tmp_path / "file" / "index", "/proc/index"):
            said = run("index", "--cases", library_folder, "--index", place)
            assert (said.code, said.out) == (1, "")
            assert str(place) in said.err
            assert run("search", "漏水", "--index", place).code == 1


class TestCheck:
    def test_a_sound_library_is_0_with_nothing_on_stdout(self, run, library_folder):
        said = run("check", library_folder)
        assert (said.code, said.out) == (0, "")
        assert "6 个案例" in said.err

    def test_the_real_library_is_what_is_checked_by_default(self, run):
        said = run("check")
        assert "个案例文件" in said.err
        assert f"{len(list((ROOT / 'cases').glob('*/*.md')))} 个" in said.err

    def spoil(self, folder, name="fushun-upstairs-children-running.md"):
        path = folder / "noise" / name
        text = path.read_text(encoding="utf-8").replace("category: noise", "category: nosie")
        path.write_text(text, encoding="utf-8")
        return path, text.splitlines().index("category: nosie") + 1

    def test_a_finding_has_place_code_message_and_remedy(self, run, library_folder):
        path, line = self.spoil(library_folder)
        said = run("check", library_folder)
        assert said.code == 1
        found = [row for row in said.out.splitlines() if "unknown-category" in row]
        assert len(found) == 1
        assert f"noise/{path.name}:{line}: 错误 [unknown-category]" in found[0]
        assert "nosie" in found[0]
        assert "错误" in said.err

    def test_json(self, run, library_folder):
        path, line = self.spoil(library_folder)
        said = run("check", library_folder, "--format", "json")
        report = json.loads(said.out)
        assert said.code == 1
        assert report.keys() == {"files", "errors", "findings", "nearest"}
        assert report["files"] == 6
        found = next(row for row in report["findings"] if row["code"] == "unknown-category")
        assert found.keys() == {"path", "line", "code", "message", "remedy", "severity"}
        assert (found["line"], found["severity"]) == (line, "error")
        assert found["path"].endswith(f"noise/{path.name}")

    def test_json_of_a_sound_library_has_no_findings(self, run, library_folder):
        said = run("check", library_folder, "--format", "json")
        assert json.loads(said.out) == {"files": 6, "errors": 0, "findings": [], "nearest": []}

    def test_what_each_case_rests_on(self, run, library_folder):
        library = Library.load(library_folder)
        said = run("check", library_folder, "--sources")
        assert said.code == 0
        for file in library.files:
            block = said.out.split(f"- {file.parsed.case.id} ")[1].split("\n- ")[0]
            for source in file.parsed.case.sources:
                assert source.title in block
                assert (source.url or source.publisher) in block
        counted = [int(number) for number in re.findall(r"：(\d+) 个案例\n", said.err)]
        assert sum(counted) == len(library.files)

    def test_annotations_cannot_be_broken_out_of(self, run, library_folder):
        case = library_folder / "noise" / "a,b:c%d.md"
        text = serialize(made_case("a-b"))
        case.write_text(
            text.replace("category: noise", 'category: "no%ise\\n::warning::x\\ry"'), encoding="utf-8"
        )
        said = run("check", library_folder, "--format", "github")
        assert said.code == 1
        lines = said.out.splitlines()
        assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)
        found = next(line for line in lines if "title=unknown-category" in line)
        properties, _, message = found.removeprefix("::error ").partition("::")
        assert dict(pair.split("=", 1) for pair in properties.split(",")).keys() == {"file", "line", "title"}
        assert properties.split(",")[0].endswith("noise/a%2Cb%3Ac%25d.md")
        assert "no%25ise%0A::warning::x%0Dy" in message

    def test_annotations_name_files_as_the_repository_does(self, run, library_folder, monkeypatch):
        self.spoil(library_folder)
        monkeypatch.chdir(library_folder.parent)
        said = run("check", "cases", "--format", "github")
        assert "file=cases/noise/fushun-upstairs-children-running.md," in said.out

    def test_a_path_that_is_not_there_is_2(self, run, library_folder):
        said = run("check", library_folder, library_folder / "none.md")
        assert (said.code, said.out) == (2, "")
        assert "none.md" in said.err

    def test_a_single_file_is_held_against_the_whole_library(self, run, library_folder):
        taken = library_folder / "noise" / "jinzhou-water-pump-hum.md"
        new = library_folder / "water-leak" / "jinzhou-water-pump-hum.md"
        shutil.copy(taken, new)
        said = run("check", new)
        assert said.code == 1
        assert "duplicate-id" in said.out
        assert "noise/jinzhou-water-pump-hum.md" in said.out
        assert all(
            line.partition(":")[0].endswith("water-leak/jinzhou-water-pump-hum.md")
            for line in said.out.splitlines()
        )
        assert "1 个案例" in said.err

    def test_a_sound_single_file_is_0(self, run, library_folder):
        said = run("check", library_folder / "noise" / "jinzhou-water-pump-hum.md")
        assert (said.code, said.out) == (0, "")

    def test_a_draft_outside_any_library_is_checked_too(self, run, tmp_path):
        draft = tmp_path / "noise" / "my-draft.md"
        draft.parent.mkdir()
        draft.write_text(serialize(made_case("my-draft")), encoding="utf-8")
        assert run("check", draft).code == 0
        draft.write_text(serialize(made_case("my-draft", methods=("打一顿",))), encoding="utf-8")
        assert "unknown-term" in run("check", draft).out

    @pytest.mark.parametrize(
        "content", [b"", b"\0\1\2", b"\xff\xfe", b"---\n[\n---\n", b"no front matter", b"x" * 70_000]
    )
    def test_a_file_that_is_no_case_at_all_is_a_finding(self, run, library_folder, content):
        (library_folder / "noise" / "odd.md").write_bytes(content)
        said = run("check", library_folder)
        assert said.code == 1
        assert "noise/odd.md:" in said.out


class TestServe:
    def test_a_port_in_use_is_one_clear_line(self, made_index):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = casebook("serve", "--port", port, "--index", made_index)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
        assert str(port) in done.stderr
        assert "--port" in done.stderr

    def test_a_host_that_is_not_ours_is_one_clear_line(self, made_index):
        done = casebook("serve", "--host", "192.0.2.1", "--port", "0", "--index", made_index)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
        assert "192.0.2.1" in done.stderr

    def test_it_says_on_stderr_where_it_is_and_stops_when_asked(self, made_index, serve):
        import signal

        with serve(made_index) as server:
            server.process.send_signal(signal.SIGINT)
            server.process.wait(10)
        assert server.url.encode() in server.said
        assert (server.folder / "stdout").read_bytes() == b""
        assert b"Traceback" not in server.said


class TestAsAProgram:
    """What only a process of its own can show."""

    def test_expected_errors_are_one_line_and_1(self, tmp_path):
        done = casebook("search", "漏水", "--index", tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1

    def test_nothing_is_asked_where_there_is_no_terminal(self, made_index):
        done = subprocess.run(
            [*CASEBOOK, "search", "漏水", "--index", str(made_index)],
            env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=30,
        )  # fmt: skip
        assert done.returncode == 0

    @pytest.mark.parametrize(
        "arguments", [("search", "漏水", "--json", "--top-k", "50"), ("show", "noise-03"), ("--help",)]
    )
    def test_a_reader_that_goes_away_is_no_error_to_speak_of(self, made_index, arguments):
        more = () if arguments == ("--help",) else ("--index", str(made_index))
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [*CASEBOOK, *arguments, *more],
            env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE,
            check=False, timeout=30,
        )  # fmt: skip
        os.close(writer)
        assert done.stderr == b""

    def test_chinese_comes_out_right_also_where_the_locale_knows_only_ascii(self, made_index):
        env = {**environment(), "LC_ALL": "C", "LANG": "C"}
        del env["PYTHONIOENCODING"]
        done = casebook("search", "漏水", "--index", made_index, env=env)
        assert done.returncode == 0
        assert "楼上漏水" in done.stdout

    def test_bytes_that_are_no_text_are_refused_in_words(self, made_index):
        done = subprocess.run(
            [*map(os.fsencode, CASEBOOK), b"search", b"\xff\xfe\xe6", b"--index", os.fsencode(made_index)],
            env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=30,
        )  # fmt: skip
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr

    def test_searching_loads_nothing_that_it_does_not_need(self, made_library, tmp_path):
        index = build_index(made_library, tmp_path / "index", str(SHIPPED_ENCODER))
        modules = loaded_by("search", "漏水", "--index", str(index))
        heavy = {
            "torch",
            "fastapi",
            "starlette",
            "uvicorn",
            "sentence_transformers",
            "transformers",
            "jinja2",
            "sklearn",
        }
        assert not heavy & modules
        assert "faiss" in modules

    def test_help_loads_hardly_anything(self):
        assert not {
            "faiss",
            "bm25s",
            "torch",
            "fastapi",
            "sentence_transformers",
            "rjieba",
            "opencc",
        } & loaded_by("--help")


def loaded_by(*arguments):
    """The top-level modules that a run of the command has loaded at its end."""
    program = (
        "import sys\nfrom search_api.cli import main\n"
        f"sys.argv = ['casebook', *{list(arguments)!r}]\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code\n"
        "print('MODULES', *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    env = environment()
    del env["CASEBOOK_ENCODER"]
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=env,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("MODULES ")[2].split())
