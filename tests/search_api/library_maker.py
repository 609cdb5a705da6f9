"""Libraries made for one test: every case complete and valid, differing only in what the test is about."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from indexer.build import build
from indexer.case.model import SECTIONS, Case, Outcome, Place, Review, Section, Setting, Source, Teaching
from indexer.case.serialize import serialize
from indexer.encoders.base import open_encoder
from search_api.core.engine import SearchEngine

ROOT = Path(__file__).resolve().parents[2]
ENCODER = "hashing:256"
CASEBOOK = [sys.executable, "-m", "search_api.cli"]
"""How the command line is started in the tests, with `environment()` around it."""

_SUMMARY = (
    "某社区里两家人为一件小事闹了别扭，找到居委会评理。社区的同志先听各方把话说完，再到现场看过，"
    "约好时间坐在一起商量，最后写成一份书面约定，双方签了字。一个月以后回访，没有再发生同样的事情，两家见面也能打招呼了。"
)
_TEXTS = {
    "案情": "春天开始，两家人为一件小事红了脸，先后找过楼组长和居委会，谈过两回都没有谈成，话也越说越重，"
    "连带着整个楼门的人见面都觉得别扭，有人提出要往上反映。",
    "争议焦点": "1. 这件事该由谁来管\n2. 费用该由谁来出",
    "怎么看": "这是邻里之间的小事，宜疏不宜堵，先把事实看清楚，再说道理。",
    "怎么干": "1. 第一天，社区的同志上门听各方说话。\n2. 第三天，请两家坐下来商量，写下约定。",
    "结果": "两家签了约定，一个月以后回访没有反复。",
    "经验与教训": "先看现场再讲道理；没有看过现场就评理，容易失灵。",
    "讨论题": "1. 如果一方不肯来，怎么办？\n2. 约定没有人守，怎么办？\n3. 谁来回访？",
}


def environment(**more):
    """The environment of a subprocess that runs this checkout with the hashing encoder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEBOOK_")}
    return {**kept, "CASEBOOK_ENCODER": ENCODER, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **more}


def casebook(*arguments, cwd=None, env=None, stdin=subprocess.DEVNULL):
    """Run the command line and return what it said; its output is UTF-8."""
    return subprocess.run(
        [*CASEBOOK, *map(str, arguments)],
        cwd=cwd or ROOT,
        env=env or environment(),
        stdin=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def made_case(case_id, *, texts=None, **changes):
    """A valid case called `case_id`; `texts` replaces sections by heading, `changes` replace fields."""
    fields = {
        "schema_version": 1,
        "id": case_id,
        "title": "两家人闹别扭坐下来商量",
        "summary": _SUMMARY,
        "category": "noise",
        "topics": ("邻里",),
        "methods": ("上门走访",),
        "setting": Setting(type="老旧小区"),
        "place": Place(province="辽宁省", city="沈阳市"),
        "date": "2024-07",
        "parties": ("甲方住户", "乙方住户"),
        "actors": ("居委会",),
        "outcome": Outcome(status="resolved"),
        "asked_as": ("两家人天天吵", "谁也不让着谁", "书记给评评理", "大家都等着听个说法"),
        "redlines": ("不得动手",),
        "transfers_to": (),
        "teaching": Teaching(level="强基"),
        "provenance": "contributed",
        "sources": (Source(title="调解记录", publisher="某社区居委会", date="2024-08"),),
        "review": Review(status="reviewed"),
        "license": "CC-BY-4.0",
    }
    sections = tuple(
        Section(heading=heading, text={**_TEXTS, **(texts or {})}[heading]) for heading in SECTIONS
    )
    return Case(**{**fields, "sections": sections, **changes})


def write_library(folder, cases):
    """Write `cases` below `folder`, with the project's vocabulary and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "cases" / "vocabulary.yaml", folder)
    for case in cases:
        path = folder / case.category / f"{case.id}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(serialize(case), encoding="utf-8")
    return folder


def build_index(folder, index, encoder=ENCODER):
    """Build the library at `folder` into `index` and return `index`."""
    build(folder, index, open_encoder(encoder))
    return index


def engine_over(folder, cases, **options):
    """A search engine over `cases`, with everything it needs written below `folder`."""
    index = build_index(write_library(folder / "cases", cases), folder / "index")
    engine = SearchEngine.open(index, open_encoder(ENCODER))
    return SearchEngine(engine.snapshot, open_encoder(ENCODER), **options) if options else engine


WITHDRAWN = "withdrawn-square-dance"
MARKUP = "markup-in-every-field"
SCRIPT = "<script>owned=1</script>"

_KINDS = (
    ("water-leak", "楼上漏水滴到我家", "厨房顶上漏水，一滴一滴往下掉", "resolved", "强基"),
    ("pets-falling-objects", "养狗不拴绳吓着老人", "狗在楼道里乱叫，不拴绳", "partly", "骨干"),
    ("parking-charging", "晚上回来停车难", "停车难，车位少，抢车位", "ongoing", "创新"),
    ("noise", "半夜跳舞吵得睡不着", "音响开到半夜，吵得睡不着", "unresolved", "强基"),
)


def page_library():
    """Forty-six cases of four kinds: enough for three pages, one withdrawn, one full of markup."""
    cases = []
    for number in range(44):
        category, title, said, status, level = _KINDS[number % len(_KINDS)]
        cases.append(
            made_case(
                f"{category}-{number:02}",
                title=f"{title}第{number}回",
                category=category,
                methods=("上门走访", "议事会") if number % 3 else ("圆桌会",),
                outcome=Outcome(status=status, days=number),
                teaching=Teaching(level=level),
                place=Place(
                    province="辽宁省" if number % 2 else "北京市", city="沈阳市" if number % 2 else "北京市"
                ),
                date=f"{2019 + number % 6}-0{1 + number % 9}",
                asked_as=(said, f"第{number}回来说这件事了", "谁也不让着谁", "大家都等着听个说法"),
                texts={"案情": f"{said}。这是第{number}回。{_TEXTS['案情']}"},
            )
        )
    withdrawn = Review(status="withdrawn", reason="来源后来更正了说法", superseded_by="noise-03")
    cases.append(
        made_case(
            WITHDRAWN,
            title="广场舞占道独轮车表演",
            review=withdrawn,
            asked_as=("独轮车表演占道", "独轮车太吵", "独轮车撞人", "大家都等着听个说法"),
        )
    )
    cases.append(
        made_case(
            MARKUP,
            title=f"{SCRIPT}<b>压路机</b>",
            category="renovation-utilities",
            asked_as=(
                "<img src=x onerror=alert(1)>压路机",
                "压路机 & 挖掘机 <i>",
                "半夜压路机\"'",
                "大家都等着听个说法",
            ),
            redlines=("<u>不得</u>动手",),
            transfers_to=(SCRIPT,),
            texts={"怎么看": "压路机的声音 40<50 分贝，[点这里](javascript:alert(1)) & 看看。"},
        )
    )
    return cases
