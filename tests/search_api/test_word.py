"""Word files, opened with python-docx as any reader would: words, order, fonts, pages, and names."""

import zipfile
from datetime import date
from io import BytesIO
from urllib.parse import quote
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from library_maker import MARKUP, WITHDRAWN

from search_api.rendering.case_paper import markdown_blocks
from search_api.rendering.paper import Line, Paper, part, plain
from search_api.rendering.word import write_word
from search_api.server.voice import file_name

CASE = "noise-03"
PAPER = Paper(
    "题目",
    (
        *part("步骤", "numbers", Line("先看现场", "☐", ("案例一第 1 步",)), Line("再坐下来\n商量", "☑")),
        *part("依据", "bullets", "《民法典》"),
        *part("又一些步骤", "numbers", "从头数起"),
        *part("没有的", "bullets"),
    ),
    ("末尾一句",),
)


def written(paper=PAPER, language="zh"):
    return docx.Document(BytesIO(write_word(paper, language, date(2026, 3, 2), "社区先例库")))


def opened(answer):
    assert answer.status_code == 200, answer.text[:500]
    return docx.Document(BytesIO(answer.content))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def fonts(style):
    found = style.element.rPr.find(qn("w:rFonts"))
    return {name: found.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia")}


class TestWriting:
    def test_everything_in_its_order_and_an_empty_part_left_out(self):
        assert texts(written()) == [
            "题目",
            "步骤",
            "☐ 先看现场",
            "案例一第 1 步",
            "☑ 再坐下来\n商量",
            "依据",
            "《民法典》",
            "又一些步骤",
            "从头数起",
            "末尾一句",
        ]

    @pytest.mark.parametrize(
        ("style", "latin", "chinese"),
        [
            ("Normal", "Times New Roman", "仿宋"),
            ("Body Text", "Times New Roman", "仿宋"),
            ("List Number", "Times New Roman", "仿宋"),
            ("Heading 1", "Arial", "黑体"),
            ("Title", "Arial", "黑体"),
        ],
    )
    def test_the_chinese_font_is_set_and_no_theme_goes_before_it(self, style, latin, chinese):
        found = written().styles[style]
        assert fonts(found) == {"ascii": latin, "hAnsi": latin, "eastAsia": chinese}
        assert not [name for name in found.element.rPr.find(qn("w:rFonts")).attrib if "Theme" in name]

    def test_the_language_is_chinese(self):
        document = written()
        (language,) = document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
        assert (language.get(qn("w:val")), language.get(qn("w:eastAsia"))) == ("zh-CN", "zh-CN")
        assert document.core_properties.language == "zh-CN"
        assert written(language="en").core_properties.language == "en"

    def test_the_properties_name_nobody(self):
        properties = written().core_properties
        assert (properties.title, properties.author, properties.comments) == ("题目", "社区先例库", "")

    def test_a4_with_the_title_and_the_page_number_on_every_page(self):
        section = written().sections[0]
        assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
        header = section.header.paragraphs[0]
        assert header.text.startswith("题目\t社区先例库")
        (field,) = header._p.iter(qn("w:fldSimple"))
        assert field.get(qn("w:instr")) == "PAGE"

    def test_numbers_are_real_and_start_anew_in_each_list(self):
        document = written()
        numbered = [row for row in document.paragraphs if row.style.name == "List Number"]
        lists = [row._p.pPr.numPr.numId.val for row in numbered]
        assert lists[0] == lists[1] != lists[2]
        for number in set(lists):
            (start,) = document.part.numbering_part.element.num_having_numId(number).iter(
                qn("w:startOverride")
            )
            assert start.get(qn("w:val")) == "1"

    @pytest.mark.parametrize("text", ["a\0b", "a\x1b\x0cb", "a\ud800b", "a\ufffeb", "a\u202eb"])
    def test_what_xml_forbids_is_left_out(self, text):
        document = written(Paper(text, (*part(text, "prose", Line(text, notes=(text,))),), (text,)))
        assert texts(document) == ["ab"] * 5
        assert document.core_properties.title == "ab"

    def test_every_part_is_xml_and_every_relation_leads_somewhere(self):
        with zipfile.ZipFile(BytesIO(write_word(PAPER, "zh", date(2026, 3, 2), "社区先例库"))) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            assert "docProps/thumbnail.jpeg" not in names
            for name in names:
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
            relations = ElementTree.fromstring(archive.read("word/_rels/document.xml.rels"))
            for relation in relations:
                target = relation.get("Target")
                assert f"word/{target}" in names or target.removeprefix("../") in names


def test_the_same_as_plain_text():
    assert plain(PAPER) == (
        "题目\n\n【步骤】\n1. ☐ 先看现场\n   案例一第 1 步\n2. ☑ 再坐下来\n商量\n\n"
        "【依据】\n· 《民法典》\n\n【又一些步骤】\n1. 从头数起\n\n末尾一句\n"
    )


def test_markdown_keeps_its_lists_apart():
    found = markdown_blocks(
        "先说**一句**。\n\n1. 甲\n2. [乙](https://example.org)\n\n- 丙\n\n> 丁\n\n```\n戊\n```"
    )
    assert [(block.kind, [line.text for line in block.lines]) for block in found] == [
        ("prose", ["先说一句。"]),
        ("numbers", ["甲", "乙"]),
        ("bullets", ["丙"]),
        ("prose", ["丁", "戊"]),
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("楼上漏水", "楼上漏水"), ('a/b\\c:*?"<>|\n', "abc"), ("...", "casebook"), ("长" * 99, "长" * 60)],
)
def test_a_file_name_that_any_system_takes(name, kept):
    assert file_name(name) == kept


class TestACase:
    def test_all_of_it_is_in_the_file(self, client):
        document = opened(client.get(f"/cases/{CASE}/word"))
        shown = texts(document)
        title = next(row.text for row in document.paragraphs if row.style.name == "Title")
        assert title.startswith("半夜跳舞吵得睡不着")
        headings = [row.text for row in document.paragraphs if row.style.name == "Heading 1"]
        parts = [
            "要旨",
            "红线",
            "案情",
            "争议焦点",
            "怎么看",
            "怎么干",
            "结果",
            "经验与教训",
            "讨论题",
            "来源",
        ]
        assert [heading for heading in headings if heading in parts] == parts
        for words in (title, "不得动手", "第一天，社区的同志上门听各方说话。"):
            assert words in shown
        numbered = [row.text for row in document.paragraphs if row.style.name == "List Number"]
        assert numbered[0] == "这件事该由谁来管"
        assert any("某社区居委会" in row for row in shown)
        assert any("CC-BY-4.0" in row for row in shown)

    def test_the_file_is_named_by_the_title_and_by_the_id_for_old_programs(self, client):
        answer = client.get(f"/cases/{CASE}/word")
        title = quote("半夜跳舞吵得睡不着第3回")
        assert answer.headers["content-disposition"] == (
            f"attachment; filename=\"{CASE}.docx\"; filename*=UTF-8''{title}.docx"
        )
        assert answer.headers["content-type"].endswith("wordprocessingml.document")

    def test_a_withdrawn_case_says_so_and_why(self, client):
        shown = "\n".join(texts(opened(client.get(f"/cases/{WITHDRAWN}/word"))))
        assert "撤回" in shown
        assert "来源后来更正了说法" in shown

    def test_markup_is_text(self, client):
        shown = texts(opened(client.get(f"/cases/{MARKUP}/word")))
        assert shown[0] == "<script>owned=1</script><b>压路机</b>"
        assert "<u>不得</u>动手" in shown

    def test_in_english_too(self, client):
        document = opened(client.get(f"/cases/{CASE}/word", headers={"cookie": "lang=en"}))
        headings = [row.text for row in document.paragraphs if row.style.name == "Heading 1"]
        assert {"In brief", "What was done", "Sources"} <= set(headings)

    def test_an_unknown_case_is_404(self, client):
        assert client.get("/cases/nowhere/word").status_code == 404


def test_a_sheet_in_word_holds_what_was_written(client):
    rows = [
        ("case", CASE),
        ("title", "自己的题目"),
        ("step", "乙"),
        ("origin", "1.2"),
        ("who", "小李"),
        ("step", "甲\0"),
    ]
    rows += [("done", "2"), ("redlines", "不得停水\n不得停电")]
    answer = client.post("/sheet/word", files=[(name, (None, value.encode())) for name, value in rows])
    shown = texts(opened(answer))
    expected = ["自己的题目", "☐ 乙", "谁负责：小李；案例一第 2 步", "☑ 甲", "不得停水", "不得停电"]
    assert [row for row in shown if row in expected] == expected
    assert 'filename="sheet.docx"' in answer.headers["content-disposition"]
    assert quote("自己的题目") not in answer.headers["content-disposition"]
