"""Every rule has a case that passes and one that fails; every finding says where, what and how to mend it."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import indexer.case
import indexer.checks
from indexer.case.library import CaseFile, Library, case_paths, read_case_file
from indexer.case.model import SECTIONS, Case, LawArticle, Outcome, Review, Section, Source
from indexer.case.parse import parse
from indexer.case.serialize import serialize
from indexer.checks import body_rules, front_matter_rules, law_rules, personal_rules, wording_rules
from indexer.checks.check import RULES, check_file, check_library
from indexer.checks.law_rules import article_number
from indexer.checks.reference import Reference
from indexer.checks.rule import Subject
from indexer.errors import VocabularyError
from indexer.text.personal import is_identity_number

FINDINGS = Path(__file__).resolve().parent.parent / "fixtures" / "findings"
FOLDERS = sorted(path for path in FINDINGS.iterdir() if path.is_dir())

WITHOUT_FIXTURE = {
    "outside-link",
    "unreadable",
    "not-a-file",
    "too-large",
    "near-duplicate",
    "too-many-alike",
}
"""What no file in a git repository can be, and what takes a whole library; other tests make these."""

WARNINGS = {"facts-length", "section-order", "unknown-law", "officialese", "title-form"}


@pytest.fixture(scope="session")
def reference(fixtures):
    return Reference.load(fixtures / "cases")


def library_of(folder: Path, vocabulary) -> Library:
    return Library(folder, vocabulary, tuple(read_case_file(path, folder) for path in case_paths(folder)))


def subjects(library: Library, reference) -> list[Subject]:
    return [
        Subject(file.parsed, file.parsed.case, library.vocabulary, reference)
        for file in library.files
        if file.parsed.case is not None
    ]


# --- every code


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_file_with_one_fault_has_one_finding(folder, sound_library, reference):
    """`expected.txt` holds path:line and what message and remedy must name; the folder's name is the code."""
    report = check_library(library_of(folder, sound_library.vocabulary), reference)
    place, *named = (folder / "expected.txt").read_text(encoding="utf-8").split()
    (finding,) = report.findings
    assert finding.code == folder.name
    assert f"{finding.path}:{finding.line}" == place
    assert all(part in finding.message + finding.remedy for part in named)
    assert finding.message
    assert finding.remedy
    assert (finding.severity == "warning") == (finding.code in WARNINGS)
    assert report.errors == (finding.severity == "error")


def codes_in(module_file: Path) -> set[str]:
    """Return every finding code that the source at `module_file` can give."""
    codes = set()
    position = {"Finding": 2, "finding": 0, "FrontMatterError": 0, "_unreadable": 3}
    for node in ast.walk(ast.parse(module_file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = node.args[position[name] : position[name] + 1] if name in position else []
        elif isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == "code" for target in node.targets
        ):
            given = [node.value]
        elif isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args][::-1]
            given = [
                value for name, value in zip(names, node.args.defaults[::-1], strict=False) if name == "code"
            ]
        else:
            continue
        for part in given:
            strings = [leaf.value for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)]
            codes |= {
                text for text in strings if isinstance(text, str) and re.fullmatch(r"[a-z][a-z0-9-]+", text)
            }
    return codes - {"categories", "sources"}  # compared with, not given


def test_every_code_has_a_file_that_fails():
    rooms = [Path(inspect.getfile(room)).parent for room in (indexer.case, indexer.checks)]
    codes = {code for room in rooms for path in room.glob("*.py") for code in codes_in(path)}
    assert len(codes) > 40
    assert codes == {folder.name for folder in FOLDERS} | WITHOUT_FIXTURE


def test_codes_without_a_file_have_a_test_of_their_own():
    files = ("test_library.py", "test_near_duplicates.py")
    tests = "".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in files)
    assert all(f'"{code}"' in tests for code in WITHOUT_FIXTURE)


# --- every rule


def takes_subject(function) -> bool:
    return list(inspect.signature(function).parameters) == ["subject"]


def test_every_rule_of_every_file_is_applied():
    written = {
        function
        for module in (front_matter_rules, law_rules, body_rules, wording_rules, personal_rules)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and takes_subject(function)
    }
    assert set(RULES) == written
    assert len(RULES) == len(written)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_says_what_it_asks_for(rule):
    assert re.search(r"[一-鿿]", rule.__doc__)
    assert rule.__doc__.endswith("。")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_lets_sound_cases_pass_and_stops_a_faulty_one(rule, sound_library, reference):
    for subject in subjects(sound_library, reference):
        assert list(rule(subject)) == []
    faulty = [
        finding
        for folder in FOLDERS
        for subject in subjects(library_of(folder, sound_library.vocabulary), reference)
        for finding in rule(subject)
    ]
    assert faulty


# --- the library as a whole


def test_a_sound_library_has_no_finding(sound_library):
    report = check_library(sound_library)
    assert (report.files, report.errors, report.findings) == (6, 0, ())


def test_everything_wrong_is_listed_together_in_order(library_folder):
    leak = library_folder / "water-leak" / "dandong-roof-leak-fund-signatures.md"
    leak.write_text(
        leak.read_text(encoding="utf-8")
        .replace("id: dandong", "id: Dandong")
        .replace("topics:", "topcis:")
        .replace("households: 960", "households: 近千")
        .replace("status: partly", "status: half")
        .replace("date: 2023\n", "date: 去年\n")
        .replace("## 结果\n", "## 成效\n"),
        encoding="utf-8",
    )
    (library_folder / "noise" / "broken.md").write_text("---\ntitle: [甲\n---\n", encoding="utf-8")
    report = check_library(Library.load(library_folder))
    found = [(finding.path.split("/")[0], finding.code) for finding in report.findings]
    assert found[0] == ("noise", "yaml-broken")
    assert {code for _, code in found[1:]} == {
        "bad-id", "id-not-file-name", "unknown-key", "missing-key", "wrong-type", "unknown-term", "bad-date",
        "missing-section", "unknown-section",
    }  # fmt: skip
    assert list(report.findings) == sorted(report.findings)
    assert report.bad_paths() == {"noise/broken.md", "water-leak/dandong-roof-leak-fund-signatures.md"}


def test_a_warning_keeps_no_case_out(library_folder):
    path = library_folder / "noise" / "jinzhou-water-pump-hum.md"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("2024年冬天起"), text.index("## 争议焦点")
    path.write_text(text[:start] + "水泵响。\n\n" + text[end:], encoding="utf-8")
    report = check_library(Library.load(library_folder))
    assert [finding.code for finding in report.findings] == ["facts-length"]
    assert report.errors == 0
    assert report.bad_paths() == frozenset()


def copied(library_folder: Path, source: str, target: str) -> None:
    text = (library_folder / source).read_text(encoding="utf-8")
    new, old = Path(target), Path(source)
    text = text.replace(f"category: {old.parent}", f"category: {new.parent}")
    (library_folder / target).write_text(text, encoding="utf-8")


def test_the_file_that_had_the_id_first_keeps_it(library_folder):
    copied(
        library_folder,
        "water-leak/tieling-upstairs-bathroom-leak.md",
        "noise/tieling-upstairs-bathroom-leak.md",
    )
    library = Library.load(library_folder)
    new = "noise/tieling-upstairs-bathroom-leak.md"
    (whole,) = check_library(library).findings
    assert whole.path == "water-leak/tieling-upstairs-bathroom-leak.md"
    report = check_library(library, only=frozenset({new}))
    (finding,) = report.findings
    assert (report.files, finding.path, finding.code) == (1, new, "duplicate-id")
    assert "water-leak/tieling-upstairs-bathroom-leak.md" in finding.message


def test_only_what_was_asked_for_is_reported(library_folder):
    (library_folder / "noise" / "broken.md").write_text("坏的", encoding="utf-8")
    report = check_library(Library.load(library_folder), only=frozenset({"noise/jinzhou-water-pump-hum.md"}))
    assert (report.files, report.findings) == (1, ())


# --- single rules, at their edges


@pytest.fixture
def codes_of(leak, sound_library, reference):
    """Return the codes found in a sound case with these fields changed."""

    def codes(**changes) -> list[str]:
        case = leak.model_copy(update=changes)
        path = f"water-leak/{case.id}.md"
        file = CaseFile(path, "", parse(serialize(case), path))
        return [finding.code for finding in check_file(file, sound_library.vocabulary, reference)]

    return codes


def body(**changed) -> tuple[Section, ...]:
    return tuple(Section(heading=name, text=changed.get(name, "来源未交代，" * 12)) for name in SECTIONS)


def test_the_unchanged_case_is_sound(codes_of):
    assert codes_of() == []
    assert codes_of(sections=body()) == []


@pytest.mark.parametrize("case_id", ["a", "a1-b2", "2024-x"])
def test_ids(codes_of, case_id):
    assert codes_of(id=case_id) == []


@pytest.mark.parametrize("case_id", ["A", "a_b", "a--b", "-a", "a-", "漏水", "a b"])
def test_ids_that_are_none(codes_of, case_id):
    assert codes_of(id=case_id) == ["bad-id"]


@pytest.mark.parametrize("date", ["", "2024", "2024-01", "2024-12"])
def test_dates(codes_of, date):
    assert codes_of(date=date) == []


@pytest.mark.parametrize(
    "date", ["24-01", "2024-13", "2024-00", "2024-1", "2024/01", "2024-01-02", "2024年", "去年"]
)
def test_dates_that_are_none(codes_of, date):
    assert codes_of(date=date) == ["bad-date"]


@pytest.mark.parametrize(
    ("day", "expected"), [("2024-02-29", []), ("2024-01-32", ["bad-date"]), ("2024-1-2", ["bad-date"])]
)
def test_a_source_may_have_a_day(codes_of, day, expected):
    assert codes_of(sources=(Source(title="甲", publisher="乙", date=day),)) == expected
    assert codes_of(review=Review(status="reviewed", on=day)) == expected


@pytest.mark.parametrize(("key", "least", "most"), [("title", 6, 40), ("summary", 80, 160)])
def test_lengths_count_characters(codes_of, key, least, most):
    for length, expected in (
        (least - 1, ["bad-length"]),
        (least, []),
        (most, []),
        (most + 1, ["bad-length"]),
    ):
        assert codes_of(**{key: "字" * length}) == expected


@pytest.mark.parametrize(("key", "least", "most"), [("asked_as", 4, 8), ("topics", 1, 8)])
def test_counts(codes_of, key, least, most):
    for number, expected in ((least, []), (most, []), (most + 1, ["bad-count"])):
        assert codes_of(**{key: tuple(f"第{at}句" for at in range(number))}) == expected
    assert codes_of(asked_as=("一", "二")) == ["bad-count"]


@pytest.mark.parametrize(
    "key", ["title", "summary", "topics", "methods", "parties", "actors", "asked_as", "provenance", "license"]
)
def test_what_must_be_there(codes_of, key):
    assert codes_of(**{key: Case.model_fields[key].default}) == ["missing-key"]


def test_no_source_is_a_finding_of_its_own(codes_of):
    assert codes_of(sources=()) == ["missing-source"]


@pytest.mark.parametrize("source", [
    Source(title="报道", url="https://example.com/a"), Source(title="记录", publisher="某居委会"), Source(seed="004_x.txt"),
])  # fmt: skip
def test_a_source_names_where_it_comes_from(codes_of, source):
    assert codes_of(sources=(source,)) == []


@pytest.mark.parametrize("url", ["ftp://example.com/a", "javascript:alert(1)", "//example.com"])
def test_an_address_begins_with_http(codes_of, url):
    assert codes_of(sources=(Source(title="报道", url=url),)) == ["bad-url"]


def test_a_value_outside_the_vocabulary_is_found_wherever_it_stands(leak, codes_of):
    assert codes_of(category="floods") == ["unknown-category"]
    for changes in (
        {"actors": ("居委会", "热心人")},
        {"setting": leak.setting.model_copy(update={"type": "城堡"})},
        {"setting": leak.setting.model_copy(update={"property": "没有"})},
        {"setting": leak.setting.model_copy(update={"place_kind": "海上"})},
        {"teaching": leak.teaching.model_copy(update={"level": "高级"})},
        {"teaching": leak.teaching.model_copy(update={"formats": ("讲座",)})},
        {"outcome": Outcome(status="done")},
        {"provenance": "heard"},
        {"review": Review(status="ok")},
        {"reuse": (leak.reuse[0].model_copy(update={"result": "great"}),)},
    ):
        assert codes_of(**changes) == ["unknown-term"], changes


@pytest.mark.parametrize("key", ["title", "asked_as", "place", "sections"])
def test_a_placeholder_is_found_wherever_it_stands(leak, codes_of, key):
    changes = {
        "title": "【标题】卫生间漏水",
        "asked_as": ("【大白话一】", "二", "三", "四"),
        "place": leak.place.model_copy(update={"city": "【市】"}),
        "sections": body(结果="当月修好。【还剩什么没解决】"),
    }
    assert codes_of(**{key: changes[key]}) == ["placeholder"]


def test_a_source_may_have_such_brackets_in_its_title(codes_of):
    assert codes_of(sources=(Source(title="【基层治理】漏水三年", publisher="某报"),)) == []


@pytest.mark.parametrize(
    "text", ["温度<5", "x<y，y>x", "1 < 2", "a <- b", "见 <https://example.com>", "<甲>"]
)
def test_text_that_only_looks_like_html(codes_of, text):
    assert codes_of(sections=body(怎么看=text)) == []


@pytest.mark.parametrize(
    "text", ["<b>", "</p>", "<br/>", "<br />", '<img src="x" onerror="y">', "<!-- 注 -->", "<SCRIPT>"]
)
def test_html(codes_of, text):
    assert codes_of(sections=body(怎么看=f"先{text}后")) == ["html"]


def test_a_link_is_no_image(codes_of):
    assert codes_of(sections=body(怎么看="见[条文](https://example.com)")) == []
    assert codes_of(sections=body(怎么看="见![图](a.png)")) == ["image"]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("title", "[甲]"),
        ("topics", "甲"),
        ("sources", "一篇报道"),
        ("schema", "一"),
        ("outcome", "办好了"),
        ("place", "沈阳市"),
    ],
)
def test_what_has_the_wrong_type_is_not_called_missing_too(leak, sound_library, reference, key, written):
    lines = serialize(leak).split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next(at for at in range(start + 1, len(lines)) if not lines[at].startswith((" ", "- ")))
    text = "\n".join([*lines[:start], f"{key}: {written}", *lines[end:]])
    path = f"water-leak/{leak.id}.md"
    found = check_file(CaseFile(path, "", parse(text, path)), sound_library.vocabulary, reference)
    assert [(finding.code, finding.line) for finding in found] == [("wrong-type", start + 1)]


# --- numbers that lead to a person


@pytest.mark.parametrize(
    "text",
    [
        "电话13912345678找老王", "139 1234 5678", "139-1234-5678", "１３９１２３４５６７８", "+86 13912345678", "(13912345678)",
        "身份证11010519491231002X", "身份证号11010519491231002x。", "车牌辽A12345", "辽A·12345", "沪AD12345",
        "见https://example.com/a，电话13912345678",
    ],
)  # fmt: skip
def test_a_personal_number_is_found_wherever_it_stands_and_not_repeated(leak, sound_library, reference, text):
    number = re.search(r"[0-9０-９Xx· -]{5,}", text)[0].strip(" -·")
    for case, key in (
        (leak.model_copy(update={"sections": body(结果=text)}), "## 结果"),
        (leak.model_copy(update={"asked_as": ("一", text, "三", "四")}), "asked_as"),
        (leak.model_copy(update={"reuse": (leak.reuse[0].model_copy(update={"note": text}),)}), "reuse"),
    ):
        file = CaseFile("water-leak/x.md", "", parse(serialize(case), "water-leak/x.md"))
        found = [
            finding
            for finding in check_file(file, sound_library.vocabulary, reference)
            if finding.code == "personal-number"
        ]
        assert len(found) == 1
        written = serialize(case).split("\n")[found[0].line - 1]
        assert written.startswith(key) or text in written
        assert number not in found[0].message + found[0].remedy


@pytest.mark.parametrize(
    "text",
    [
        "12345热线", "0.13912345678", "编号2139123456789", "https://example.com/13912345678.html",
        "合同11010519491231002Y号", "流水110105194912310021", "12912345678", "面积139平方米", "京A", "ABC12345",
    ],
)  # fmt: skip
def test_a_number_that_leads_to_nobody(codes_of, text):
    assert codes_of(sections=body(结果=text)) == []


def test_identity_numbers_by_their_check_character():
    # The example of GB 11643-1999, and the same with every other last character.
    assert [last for last in "0123456789X" if is_identity_number("11010519491231002" + last)] == ["X"]
    assert [last for last in "0123456789X" if is_identity_number("44052418800101001" + last)] == ["4"]


# --- the law


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("第一条", 1), ("第十条", 10), ("第二十一条", 21), ("第一百零一条", 101), ("第一百一十条", 110),
        ("第二百七十八条", 278), ("第一千二百五十四条", 1254), ("第一千零六十七条", 1067), ("第二百八十条之一", 280),
        ("278", None), ("第278条", None), ("第二百七十八条第一款", None), ("", None),
    ],
)  # fmt: skip
def test_the_number_of_an_article(written, number):
    assert article_number(written) == number


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("民法典第二百八十八条讲的就是这个。", []),
        ("《中华人民共和国民法典》第二百八十八条、第一千二百六十一条讲的就是这个。", ["no-such-article"]),
        ("按物权法第九十二条办。", ["repealed-law"]),
        ("当时按物权法第九十二条办。", []),
        ("当时没有人管。按物权法第九十二条办。", ["repealed-law"]),
        ("派出所引的是治安管理处罚法。", []),
        ("派出所引的是治安管理处罚法第八十八条。", ["unchecked-article"]),
        ("物业管理条例第六十八条没有这句话。", ["no-such-article"]),
        ("本溪市物业管理条例第六十八条有这句话。", []),
    ],
)
def test_the_law_as_it_is_named_in_the_text(codes_of, sentence, codes):
    assert codes_of(sections=body(怎么看=sentence)) == codes


def test_a_law_may_be_named_without_an_article(codes_of):
    assert codes_of(law=(LawArticle(name="中华人民共和国治安管理处罚法"),)) == []


def test_without_a_table_no_law_is_unknown(library_folder):
    (library_folder / "laws.yaml").unlink()
    assert check_library(Library.load(library_folder)).findings == ()


@pytest.mark.parametrize("name", ["laws.yaml", "officialese.yaml"])
@pytest.mark.parametrize("content", ["- {", "一", "[{name: 民法典}]", "in_force: [{name: 民法典}]"])
def test_a_broken_list_is_named(library_folder, name, content):
    (library_folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(VocabularyError, match=re.escape(name)):
        check_library(Library.load(library_folder))


# --- plain words


def test_officialese_is_found_in_what_is_told_and_not_in_what_is_quoted(codes_of):
    assert codes_of(sections=body(结果="物业的总结写着“取得显著成效”，居民不认。")) == []
    assert codes_of(sections=body(结果="整治以后居民一致好评。")) == ["officialese"]
    assert codes_of(asked_as=("总结写着取得显著成效，楼道还是堆着", "二", "三", "四")) == []


@pytest.mark.parametrize(
    "title",
    ["关于楼道堆物的处理", "清理楼道纪实", "三步走的邻里工作法", "楼道堆物清理的实践", "楼道清爽了！"],
)
def test_a_title_like_a_bulletin(codes_of, title):
    assert codes_of(title=title) == ["title-form"]


def test_a_short_record_of_a_hazard_is_short(codes_of):
    facts = body(案情="消防栓前停了一排电动自行车，" * 12)
    assert codes_of(sections=facts) == []
    assert codes_of(sections=facts, topics=("隐患随手拍",)) == ["facts-length"]


# --- the situation bank


@pytest.mark.parametrize("line", ["{", "[]", '{"said": []}', '"甲"'])
def test_a_broken_line_of_the_situation_bank_is_named(library_folder, line):
    path = library_folder / "situations" / "noise.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"noise\.jsonl 第 3 行"):
        check_library(Library.load(library_folder))


@pytest.mark.parametrize(
    ("lists", "code"),
    [('"like": ["no-such-case"]', "unknown-helper"), ('"like": ["x"], "part": ["x"]', "repeated-helper")],
)
def test_who_helps_in_a_situation_is_a_case_and_named_once(library_folder, lists, code):
    path = library_folder / "situations" / "noise.jsonl"
    own = next(library_folder.glob("*/*.md")).stem
    line = '{"situation": "新的", "said": [], ' + lists.replace('"x"', f'"{own}"') + "}\n"
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    (finding,) = check_library(Library.load(library_folder)).findings
    assert (finding.path, finding.line, finding.code) == ("situations/noise.jsonl", 3, code)
    assert finding.severity == "warning"


def test_without_a_situation_bank_no_situation_can_be_unknown(library_folder):
    for path in (library_folder / "situations").iterdir():
        path.unlink()
    assert check_library(Library.load(library_folder)).findings == ()


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("2024", True),
        ("2024-07", True),
        ("2024-02-29", True),
        ("2024-02-30", False),
        ("2023-02-29", False),
        ("2024-13", False),
    ],
)
def test_a_day_that_does_not_exist_is_no_date(written, right, library_folder):
    path = library_folder / "water-leak" / "tieling-upstairs-bathroom-leak.md"
    text = path.read_text("utf-8")
    assert " on: 20" in text
    path.write_text(re.sub(r" on: [\d-]+", f" on: {written}", text), encoding="utf-8")
    codes = {finding.code for finding in check_library(Library.load(library_folder)).findings}
    assert ("bad-date" not in codes) == right


def test_a_file_in_a_deeper_folder_is_told_where_it_belongs(library_folder):
    deeper = library_folder / "water-leak" / "2024"
    deeper.mkdir()
    (library_folder / "water-leak" / "tieling-upstairs-bathroom-leak.md").rename(
        deeper / "tieling-upstairs-bathroom-leak.md"
    )
    report = check_library(Library.load(library_folder))
    assert [(finding.path, finding.code) for finding in report.findings] == [
        ("water-leak/2024/tieling-upstairs-bathroom-leak.md", "category-not-folder")
    ]
