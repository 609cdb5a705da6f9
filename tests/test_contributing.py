"""A case can come in by pull request: the guide, the template and the workflows say what is so."""

import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from setup import changed_cases  # noqa: E402

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEMPLATE = (ROOT / "cases/TEMPLATE.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

PLACEHOLDER = re.compile(r"【[^】]*】")
FILLED = {
    "【编号】": "testcity-testcommunity-kitchen-leak",
    "【标题】": "厨房漏水互相推：先查明水从哪来再谈谁出钱",
    "【要旨】": "老旧小区楼下住户厨房吊顶常年滴水，楼上住户说自家没漏，双方吵了三个月。"
    "社区请来维修师傅当着两家的面逐段试水，查明是楼上洗菜盆下水接口松动，当天换好；"
    "楼下吊顶由楼上出材料、社区志愿者帮忙修补，两家签了调解协议，半年后回访没有再漏。",
    "【类别】": "water-leak",
    "【主题】": "厨房漏水",
    "【办法】": "现场勘查",
    "【小区类型】": "老旧小区",
    "【物业形态】": "社区代管",
    "【城乡】": "城市",
    "【省】": "辽宁省",
    "【市】": "沈阳市",
    "【年月】": "2025-03",
    "【当事方】": "楼上住户",
    "【力量】": "居委会",
    "【结果状态】": "resolved",
    "【大白话一】": "我家厨房顶上老滴水，楼上死活说不是他家漏的",
    "【大白话二】": "炒着菜呢水滴锅里，找了三回人家都不开门",
    "【大白话三】": "吊顶泡烂了一块，谁给我出这个钱",
    "【大白话四】": "楼上不修我就天天上来敲门",
    "【红线】": "没查明水源之前不认定责任",
    "【还可用于】": "空调滴水查因",
    "【班次】": "强基",
    "【课型】": "案例研讨",
    "【谁": "楼下住户的厨房吊顶从2024年12月起滴水，楼上住户说自家地面是干的。"
    "两家吵过三次，网格员劝过两回，一直没有查过水到底从哪来。",
    "【双方": "水从哪里来，吊顶由谁修",
    "【这是": "这是相邻关系里的漏水纠纷。先查明水源，再分责任：查不清水源，谁也劝不动。",
    "【第几天": "第1天——居委会请维修师傅到场，当着两家的面逐段放水，发现洗菜盆下水接口松动",
    "【第二步": "第2天——接口换好，两家在社区签调解协议，楼上出材料，志愿者帮忙修吊顶",
    "【结果怎样": "当月修好，半年后回访没有再漏。墙面水渍还没有重新粉刷。",
    "【为什么成": "成在先查后谈：两家都看见了水从哪来。水源在墙体里、要开凿才能查的，这个办法不够用。",
    "【问题一": "楼上住户不让进门查，你怎么办？",
    "【问题二": "查出来是公共管道，钱谁出？",
    "【问题三": "两家都在气头上，先谈还是先查？",
}
# A real title may hold 【】, so in the sources there is nothing to replace but places to fill.
EMPTY_SOURCE = "{title: , publisher: , date: }"
SOURCE = "{title: 社区调解工作记录, publisher: 某社区居委会, date: 2025-03-20}"


def fill(template):
    """Replace every 【】 and fill in the source, as step 5 of the guide says."""

    def value(match):
        return next(text for start, text in FILLED.items() if match[0].startswith(start))

    return PLACEHOLDER.sub(value, template).replace(EMPTY_SOURCE, SOURCE)


def casebook(*arguments):
    """Run the command line as a contributor does."""
    return subprocess.run(
        [sys.executable, "-m", "search_api.cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def library(tmp_path):
    """An empty library with the vocabulary that is checked against."""
    cases = tmp_path / "cases"
    (cases / "water-leak").mkdir(parents=True)
    shutil.copy(ROOT / "cases/vocabulary.yaml", cases)
    return cases


def findings(path):
    """What `casebook check` finds under `path`."""
    done = casebook("check", path, "--format", "json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["findings"]


class TestTemplate:
    def test_filled_in_as_the_guide_says_it_passes_the_check(self, library):
        path = library / "water-leak" / f"{FILLED['【编号】']}.md"
        path.write_text(fill(TEMPLATE), encoding="utf-8")
        assert findings(path) == []
        assert casebook("check", path).returncode == 0

    def test_not_filled_in_it_fails_at_every_placeholder(self, library):
        path = library / "water-leak" / "unfilled.md"
        path.write_text(TEMPLATE, encoding="utf-8")
        done = casebook("check", path, "--format", "github")
        assert done.returncode != 0
        assert "placeholder" in done.stdout

    def test_a_single_forgotten_placeholder_is_an_error_whichever_it_is(self, library):
        """One file for each placeholder, filled in but for that one."""
        placeholders = PLACEHOLDER.findall(TEMPLATE)
        for number, forgotten in enumerate(placeholders):
            name = f"forgotten-{number}"
            text = fill(TEMPLATE.replace(forgotten, "〔keep〕", 1)).replace("〔keep〕", forgotten)
            path = library / "water-leak" / f"{name}.md"
            path.write_text(text.replace(FILLED["【编号】"], name), encoding="utf-8")
        found = [
            row for row in findings(library) if row["severity"] == "error" and "duplicate" not in row["code"]
        ]
        reported = {Path(row["path"]).stem for row in found}
        unnoticed = [text for n, text in enumerate(placeholders) if f"forgotten-{n}" not in reported]
        assert unnoticed == []

    @pytest.mark.parametrize("part", ["title: 社区调解工作记录", "publisher: 某社区居委会"])
    def test_a_source_without_title_or_origin_is_an_error(self, library, part):
        path = library / "water-leak" / f"{FILLED['【编号】']}.md"
        path.write_text(fill(TEMPLATE).replace(part, part.split()[0] + " "), encoding="utf-8")
        assert [row["severity"] for row in findings(path)] == ["error"]

    def test_the_template_itself_is_not_counted_as_a_case(self, library):
        shutil.copy(ROOT / "cases/TEMPLATE.md", library)
        assert casebook("check", library).returncode == 0

    def test_every_key_of_a_case_stands_in_the_template_or_in_its_comments(self):
        from indexer.case.model import FRONT_MATTER_KEYS

        front = TEMPLATE.split("---\n")[1]
        missing = [key for key in FRONT_MATTER_KEYS if not re.search(rf"^(# )?{key}:", front, re.MULTILINE)]
        assert missing == []

    def test_its_example_of_a_situation_is_in_the_bank(self):
        example = re.search(r"^# situations: \[(.+)\]$", TEMPLATE, re.MULTILINE)[1]
        bank = "".join(path.read_text("utf-8") for path in (ROOT / "cases/situations").glob("*.jsonl"))
        assert f'"situation": "{example}"' in bank

    def test_every_key_has_an_explanation_above_it(self):
        lines = TEMPLATE.split("---\n")[1].splitlines()
        fixed = {"schema", "license", "reuse"}
        for above, line in itertools.pairwise(lines):
            key = re.match(r"([a-z_]+):", line)
            if key and key[1] not in fixed:
                assert above.startswith("# "), f"{key[1]} is not explained"


class TestGuide:
    COMMANDS = re.findall(r"(?:^ *|`)(?:\.venv/bin/)?(casebook|make)[ ]+([a-z-]+)", GUIDE, re.MULTILINE)

    def test_it_names_commands(self):
        assert {"make", "casebook"} == {program for program, _ in self.COMMANDS}

    @pytest.mark.parametrize("target", sorted({name for program, name in COMMANDS if program == "make"}))
    def test_every_make_target_it_names_exists(self, target):
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=True)

    @pytest.mark.parametrize("command", sorted({name for program, name in COMMANDS if program == "casebook"}))
    def test_every_casebook_command_it_names_exists(self, command):
        assert casebook(command, "--help").returncode == 0

    def test_the_files_it_sends_people_to_exist(self):
        for target in re.findall(r"\]\(([^)#]+)\)", GUIDE):
            assert (ROOT / target).exists(), target

    def test_the_path_in_its_example_is_category_and_id(self):
        copied = re.search(r"cp cases/TEMPLATE\.md (\S+)", GUIDE)[1]
        codes = [
            row["code"]
            for row in yaml.safe_load((ROOT / "cases/vocabulary.yaml").read_text("utf-8"))["categories"]
        ]
        assert changed_cases.CASE_FILE.fullmatch(copied)
        assert copied.split("/")[1] in codes

    def test_both_licences_are_stated_and_the_files_are_there(self):
        assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
        assert "creativecommons.org/licenses/by/4.0" in (ROOT / "LICENSE-CONTENT").read_text("utf-8")
        assert "Apache-2.0" in GUIDE
        assert "CC BY 4.0" in GUIDE

    def test_a_pull_request_has_four_boxes_to_tick(self):
        form = (ROOT / ".github/pull_request_template.md").read_text("utf-8")
        assert len(re.findall(r"^- \[ \] ", form, re.MULTILINE)) == 4


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestWorkflows:
    def steps(self, path):
        (job,) = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
        return job["steps"]

    def test_they_run_only_make_targets_that_exist(self, path):
        commands = [step["run"] for step in self.steps(path) if "run" in step]
        assert commands
        for command in commands:
            target = re.match(r"make ([a-z-]+)", command)[1]
            subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=True)

    def test_they_may_only_read_and_know_no_secrets(self, path):
        text = path.read_text("utf-8")
        assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
        assert "secrets." not in text
        assert "pull_request_target" not in text

    def test_actions_are_pinned_and_nobodys_text_reaches_a_shell_line(self, path):
        for step in self.steps(path):
            assert "${{" not in step.get("run", "")
            assert "uses" not in step or re.search(r"@v\d+$", step["uses"])


def test_a_pull_request_checks_the_changed_cases_and_main_runs_the_whole_gate():
    cases, gate = ((ROOT / f".github/workflows/{name}.yml").read_text("utf-8") for name in ("cases", "gate"))
    assert "make check-changed" in cases
    assert "fetch-depth: 0" in cases
    assert re.search(r"run: make check\b(?!-)", gate)
    # YAML 1.1 reads the key `on` as true.
    assert yaml.safe_load(gate)[True]["push"] == {"branches": ["main"]}


@pytest.fixture
def repository(tmp_path):
    """A git repository with three cases on main and a branch `work` that left it."""

    def git(*arguments):
        settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *settings, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def write(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    git("init", "--initial-branch=main")
    for name in ("water-leak/old", "water-leak/gone", "noise/untouched"):
        write(f"cases/{name}.md", f"{name}\n")
    git("add", ".")
    git("commit", "-m", "main")
    git("switch", "-c", "work")
    return tmp_path, git, write


class TestChangedCases:
    def test_what_the_branch_added_or_changed_is_found_whatever_its_name(self, repository):
        root, git, write = repository
        write("cases/water-leak/old.md", "changed\n")
        write("cases/water-leak/带 空格.md", "new\n")
        write("README.md", "not a case\n")
        git("add", ".")
        git("commit", "-m", "work")
        changed = changed_cases.changed("main", root)
        assert changed_cases.paths_to_check(changed) == [
            "cases/water-leak/old.md",
            "cases/water-leak/带 空格.md",
        ]

    def test_what_happened_on_main_meanwhile_is_not_the_branchs_business(self, repository):
        root, git, write = repository
        git("switch", "main")
        write("cases/noise/untouched.md", "changed on main\n")
        git("commit", "-am", "meanwhile")
        git("switch", "work")
        assert changed_cases.changed("main", root) == []

    @pytest.mark.parametrize("move", [("rm",), ("mv", "cases/water-leak/new.md")], ids=["deleted", "renamed"])
    def test_a_case_that_disappears_is_an_error(self, repository, capsys, move):
        root, git, _ = repository
        git(move[0], "cases/water-leak/gone.md", *move[1:])
        git("commit", "-m", "work")
        assert changed_cases.report_deleted(changed_cases.changed("main", root, deleted=True)) == 1
        assert capsys.readouterr().out.startswith("::error")

    @pytest.mark.parametrize(
        "path", ["cases/vocabulary.yaml", "cases/lexicon/noise.yaml", "cases/situations/a.jsonl"]
    )
    def test_a_change_of_what_cases_are_checked_against_checks_them_all(self, path):
        assert changed_cases.paths_to_check([path, "cases/noise/a.md"]) == ["cases/"]

    @pytest.mark.parametrize(
        "path", ["cases/TEMPLATE.md", "cases/judged/README.md", "cases/lexicon/README.md", "a.md"]
    )
    def test_other_texts_under_cases_are_not_cases(self, path):
        assert "cases/" + path not in changed_cases.paths_to_check([path])
        assert path not in changed_cases.paths_to_check([path])
