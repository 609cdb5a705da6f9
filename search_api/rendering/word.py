"""A paper as a Word document (.docx): A4, 仿宋 for text and 黑体 for headings, for Word, WPS and LibreOffice.

python-docx sets only the Latin font of a style; the East Asian one is set here in the XML.
"""

from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from search_api.core.clean import clean, one_line
from search_api.rendering.paper import Block, Line, Paper

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_FONT = ("Times New Roman", "仿宋")
HEADING_FONT = ("Arial", "黑体")
SIGN_FONT = ("Segoe UI Symbol", "Segoe UI Symbol")

_STYLES = {"prose": "Body Text", "bullets": "List Bullet", "numbers": "List Number", "notes": "Caption"}
_SIZES = {"Normal": 12, "Title": 20, "Heading 1": 14, "Caption": 10, "Header": 9, "Footer": 9}
_HEADINGS = ("Title", "Heading 1")
_MARGINS_MM = {"top_margin": 28, "bottom_margin": 25, "left_margin": 28, "right_margin": 26}


def write_word(paper: Paper, language: str, today: date, publisher: str) -> bytes:
    """Return `paper` as the bytes of a .docx file; characters that no document may hold are left out."""
    from docx import Document

    document = Document()
    _set_page(document)
    _set_styles(document, language)
    _set_properties(document, paper, language, today, publisher)
    _set_header(document, paper, publisher)
    document.add_paragraph(one_line(paper.title), "Title")
    for block in paper.blocks:
        _write_block(document, block)
    _write_block(document, Block("notes", tuple(map(Line, paper.foot))))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _set_page(document: "Document") -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, width in _MARGINS_MM.items():
        setattr(section, name, Mm(width))


def _set_properties(document: "Document", paper: Paper, language: str, today: date, publisher: str) -> None:
    properties = document.core_properties
    properties.title = one_line(paper.title)[:255]
    properties.author = properties.last_modified_by = publisher
    properties.language = "en" if language == "en" else "zh-CN"
    properties.comments = ""
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # a picture of python-docx's own template
            del document.part.package.rels[key]
    properties.created = properties.modified = datetime.combine(today, time(), UTC).replace(tzinfo=None)


def _set_styles(document: "Document", language: str) -> None:
    from docx.shared import Pt, RGBColor

    for name in {*_STYLES.values(), *_SIZES}:
        style: Any = document.styles[name]
        _set_fonts(style.element.get_or_add_rPr(), HEADING_FONT if name in _HEADINGS else TEXT_FONT)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = style.font.italic = False
        if name in _SIZES:
            style.font.size = Pt(_SIZES[name])
    _set_defaults(document, language)
    _set_spacing(document)


def _set_defaults(document: "Document", language: str) -> None:
    """Whatever has no style of its own is written in the text fonts too, and is Chinese."""
    from docx.oxml.ns import qn

    properties = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_fonts(properties, TEXT_FONT)
    languages = properties.find(qn("w:lang"))
    languages.set(qn("w:val"), "en-US" if language == "en" else "zh-CN")
    languages.set(qn("w:eastAsia"), "zh-CN")


def _set_fonts(properties: Any, fonts: tuple[str, str]) -> None:
    """Set all four fonts of run properties; a theme's font would go before them."""
    from docx.oxml.ns import qn

    latin, chinese = fonts
    element = properties.get_or_add_rFonts()
    element.attrib.clear()
    for name, font in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        element.set(qn(f"w:{name}"), font)


def _set_spacing(document: "Document") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    title: Any = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    prose: Any = document.styles["Body Text"]
    prose.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
    for name, before, after in (
        ("Heading 1", 12, 4),
        ("Body Text", 0, 4),
        ("List Bullet", 0, 3),
        ("Caption", 0, 2),
    ):
        style: Any = document.styles[name]
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _set_header(document: "Document", paper: Paper, publisher: str) -> None:
    """The title on the left, publisher and page number on the right, where any program finds them."""
    from docx.enum.text import WD_TAB_ALIGNMENT

    section = document.sections[0]
    line = section.header.paragraphs[0]
    width = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    style: Any = document.styles["Header"]
    style.paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{one_line(paper.title)[:30]}\t{publisher}  ")
    _add_field(line, "PAGE")


def _add_field(paragraph: "Paragraph", code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def _write_block(document: "Document", block: Block) -> None:
    if block.kind == "heading":
        for line in block.lines:
            document.add_paragraph(one_line(line.text), "Heading 1")
        return
    numbering = _new_numbering(document) if block.kind == "numbers" else None
    for line in block.lines:
        paragraph = document.add_paragraph(style=_STYLES[block.kind])
        if numbering is not None:
            _number(paragraph, numbering)
        _write_line(document, paragraph, line)


def _write_line(document: "Document", paragraph: "Paragraph", line: Line) -> None:
    from docx.shared import Pt

    if line.mark:
        _set_fonts(paragraph.add_run(f"{line.mark} ")._r.get_or_add_rPr(), SIGN_FONT)
    paragraph.add_run(clean(line.text))
    for note in line.notes:
        below = document.add_paragraph(clean(note), "Caption")
        below.paragraph_format.left_indent = Pt(18)


def _new_numbering(document: "Document") -> int:
    """Return a numbering that starts from 1: without it each list would go on where the one before ended."""
    from docx.oxml.ns import qn

    style: Any = document.styles["List Number"]
    numbering: Any = document.part.numbering_part.element
    used = style.element.pPr.numPr.numId.val
    form = numbering.num_having_numId(used).abstractNumId.val
    number = numbering.add_num(form)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.get(qn("w:numId")))


def _number(paragraph: "Paragraph", numbering: int) -> None:
    properties: Any = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering
