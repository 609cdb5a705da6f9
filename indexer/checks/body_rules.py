"""Rules about the sections."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from indexer.case.finding import Finding
from indexer.case.model import SECTIONS
from indexer.checks.rule import Rule, Subject

# `x<y` is text; `<b>`, `</p>`, `<!-- -->` are not.
_HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|!--)")
_IMAGE = re.compile(r"!\[[^\]]*\]\(")
_FACTS_LENGTH = (60, 400)
_HAZARD_LENGTH = (60, 150)
_HAZARD = "隐患随手拍"
"""The topic of a short record: a place, its risk, how it was handled."""


def all_sections(subject: Subject) -> Iterator[Finding]:
    """七个小节都有，各一次。"""
    found = Counter(part.heading for part in subject.case.sections)
    for heading in SECTIONS:
        if not found[heading]:
            yield subject.finding(
                "missing-section", f"缺少小节「{heading}」。", f"写上「## {heading}」和内容。"
            )
    for heading, number in found.items():
        if number > 1:
            yield subject.finding(
                "repeated-section", f"小节「{heading}」写了 {number} 次。", "合并成一处。", f"## {heading}"
            )


def known_sections(subject: Subject) -> Iterator[Finding]:
    """没有别的小节，第一个小节前没有文字。"""
    for part in subject.case.sections:
        if not part.heading:
            yield subject.finding("text-before-section", "第一个小节之前有文字。", "移到「## 案情」下面。")
        elif part.heading not in SECTIONS:
            yield subject.finding(
                "unknown-section",
                f"不认识的小节「{part.heading}」。",
                f"只用：{'、'.join(SECTIONS)}。",
                f"## {part.heading}",
            )


def section_order(subject: Subject) -> Iterator[Finding]:
    """小节按规定的顺序排。"""
    order = [SECTIONS.index(part.heading) for part in subject.case.sections if part.heading in SECTIONS]
    if order != sorted(order):
        yield subject.finding(
            "section-order", "小节的顺序不对。", f"按这个顺序：{'、'.join(SECTIONS)}。", severity="warning"
        )


def no_empty_sections(subject: Subject) -> Iterator[Finding]:
    """小节都有内容。"""
    for part in subject.case.sections:
        if not part.text.strip():
            yield subject.finding(
                "empty-section",
                f"小节「{part.heading}」是空的。",
                "写上内容；来源没说的，写明「来源未交代」。",
                f"## {part.heading}",
            )


def facts_length(subject: Subject) -> Iterator[Finding]:
    """案情 60–400 字；隐患随手拍 60–150 字。"""
    hazard = _HAZARD in subject.case.topics
    length, (least, most) = len(subject.case.section("案情")), _HAZARD_LENGTH if hazard else _FACTS_LENGTH
    if length and not least <= length <= most:
        yield subject.finding(
            "facts-length",
            f"「案情」有 {length} 字，应是 {least}–{most} 字。",
            "写清谁、从什么时候、为什么、试过什么。",
            "## 案情",
            severity="warning",
        )


def no_html(subject: Subject) -> Iterator[Finding]:
    """正文里没有 HTML，没有图片。"""
    for part in subject.case.sections:
        if match := _HTML.search(part.text):
            yield subject.finding(
                "html",
                f"「{part.heading}」里有 HTML：{match[0][:30]}。",
                "只写文字和 Markdown 列表。",
                f"## {part.heading}",
            )
        if _IMAGE.search(part.text):
            yield subject.finding(
                "image", f"「{part.heading}」里有图片。", "删去图片，用文字说明。", f"## {part.heading}"
            )


def composed_text(subject: Subject) -> Iterator[Finding]:
    """文字用 Unicode 的合成形式（NFC）。"""
    for part in subject.case.sections:
        if not unicodedata.is_normalized("NFC", part.text):
            yield subject.finding(
                "not-nfc",
                f"「{part.heading}」里有分解形式的字符。",
                "重新输入这些字，或用编辑器转成 NFC。",
                f"## {part.heading}",
            )


RULES: tuple[Rule, ...] = (
    all_sections,
    known_sections,
    section_order,
    no_empty_sections,
    facts_length,
    no_html,
    composed_text,
)
