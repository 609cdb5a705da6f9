"""Rules about the front matter."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from indexer.case.finding import Finding
from indexer.case.model import SCHEMA_VERSION
from indexer.checks.rule import Rule, Subject

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLACEHOLDER = re.compile(r"【[^】]*】")

_REQUIRED = (
    "id",
    "title",
    "summary",
    "category",
    "topics",
    "methods",
    "parties",
    "actors",
    "asked_as",
    "provenance",
    "sources",
    "license",
)
_REQUIRED_WITHIN = (("place", "province"), ("outcome", "status"), ("review", "status"), ("teaching", "level"))
_LENGTHS = {"title": (6, 40), "summary": (80, 160)}
_LISTS = ("topics", "methods", "actors", "parties", "asked_as", "redlines", "transfers_to", "borrowed_from")
_COUNTS = {"asked_as": (4, 8), "methods": (1, 8), "topics": (1, 8)}


def schema_version(subject: Subject) -> Iterator[Finding]:
    """文件头写明 schema: 1。"""
    if subject.case.schema_version != SCHEMA_VERSION:
        yield subject.finding(
            "schema-version",
            f"schema 应是 {SCHEMA_VERSION}，实际是 {subject.case.schema_version or '空'}。",
            f"写「schema: {SCHEMA_VERSION}」。",
            "schema",
        )


def required_keys(subject: Subject) -> Iterator[Finding]:
    """必填的键都有内容。"""
    missing: list[tuple[str, ...]] = [(key,) for key in _REQUIRED if not getattr(subject.case, key)]
    missing += [path for path in _REQUIRED_WITHIN if not getattr(getattr(subject.case, path[0]), path[1])]
    for path in missing:
        code = "missing-source" if path == ("sources",) else "missing-key"
        name = ".".join(path)
        yield subject.finding(code, f"缺少「{name}」，或没有填内容。", f"照模板补上「{name}」。", *path)


def id_is_slug(subject: Subject) -> Iterator[Finding]:
    """编号只用小写英文字母、数字和连字符。"""
    if subject.case.id and not _ID.fullmatch(subject.case.id):
        yield subject.finding(
            "bad-id",
            f"编号「{subject.case.id}」不合格。",
            "只用小写英文字母、数字和单个连字符，如 shenyang-mingbei-property。",
            "id",
        )


def id_is_file_name(subject: Subject) -> Iterator[Finding]:
    """编号与文件名相同。"""
    name = PurePosixPath(subject.path).stem
    if subject.case.id and subject.case.id != name:
        yield subject.finding(
            "id-not-file-name",
            f"编号是「{subject.case.id}」，文件名却是「{name}」。",
            "改成一样；已发布的编号不能改，改文件名。",
            "id",
        )


def category_is_folder(subject: Subject) -> Iterator[Finding]:
    """类别与所在的文件夹相同。"""
    folder = PurePosixPath(subject.path).parent.as_posix().strip(".")
    known = subject.vocabulary.codes("categories")
    if subject.case.category in known and folder and subject.case.category != folder:
        yield subject.finding(
            "category-not-folder",
            f"类别是「{subject.case.category}」，文件却放在「{folder}」里。",
            f"把文件移到 cases/{subject.case.category}/，或改类别。",
            "category",
        )


def vocabulary_terms(subject: Subject) -> Iterator[Finding]:
    """类别、办法、力量、场景、课型、班次和状态都取自词表。"""
    case = subject.case
    chosen: list[tuple[str, tuple[str | int, ...], str]] = [
        ("categories", ("category",), case.category),
        ("settings", ("setting", "type"), case.setting.type),
        ("property_kinds", ("setting", "property"), case.setting.property),
        ("place_kinds", ("setting", "place_kind"), case.setting.place_kind),
        ("levels", ("teaching", "level"), case.teaching.level),
        ("outcomes", ("outcome", "status"), case.outcome.status),
        ("provenances", ("provenance",), case.provenance),
        ("review_states", ("review", "status"), case.review.status),
        *(("methods", ("methods", at), name) for at, name in enumerate(case.methods)),
        *(("actors", ("actors", at), name) for at, name in enumerate(case.actors)),
        *(("formats", ("teaching", "formats", at), name) for at, name in enumerate(case.teaching.formats)),
        *(("reuse_results", ("reuse", at, "result"), row.result) for at, row in enumerate(case.reuse)),
    ]
    for field, path, value in chosen:
        if value and value not in subject.vocabulary.codes(field):
            yield _unknown_term(subject, field, path, value)


def _unknown_term(subject: Subject, field: str, path: tuple[str | int, ...], value: str) -> Finding:
    known = "、".join(subject.vocabulary.codes(field)[:30])
    code = "unknown-category" if field == "categories" else "unknown-term"
    name = next(str(key) for key in reversed(path) if isinstance(key, str))
    return subject.finding(
        code, f"「{name}」里的「{value}」不在词表里。", f"从 cases/vocabulary.yaml 里选：{known}。", *path
    )


def lengths(subject: Subject) -> Iterator[Finding]:
    """标题 6–40 字，要旨 80–160 字。"""
    for key, (least, most) in _LENGTHS.items():
        length = len(getattr(subject.case, key))
        if length and not least <= length <= most:
            yield subject.finding(
                "bad-length",
                f"「{key}」有 {length} 字，应是 {least}–{most} 字。",
                "改短或补足：谁、因为什么、怎么做、结果如何。",
                key,
            )


def counts(subject: Subject) -> Iterator[Finding]:
    """大家会这样说 4–8 句；办法、话题各 1–8 个。"""
    for key, (least, most) in _COUNTS.items():
        number = len(getattr(subject.case, key))
        if number and not least <= number <= most:
            yield subject.finding(
                "bad-count",
                f"「{key}」有 {number} 条，应是 {least}–{most} 条。",
                "补上，或只留最要紧的。",
                key,
            )


def repeated_entries(subject: Subject) -> Iterator[Finding]:
    """同一个列表里没有重复，也没有空条目。"""
    for key in _LISTS:
        entries = getattr(subject.case, key)
        for at, entry in enumerate(entries):
            if not entry.strip():
                yield subject.finding(
                    "empty-entry", f"「{key}」第 {at + 1} 条是空的。", "补上内容或删去。", key, at
                )
            elif entry in entries[:at]:
                yield subject.finding(
                    "repeated-entry", f"「{key}」里「{entry}」写了两遍。", "删去一条。", key, at
                )


def dates(subject: Subject) -> Iterator[Finding]:
    """日期写成 YYYY、YYYY-MM，来源和审核日期可到日。"""
    case = subject.case
    to_the_month: list[tuple[tuple[str | int, ...], str]] = [(("date",), case.date)]
    to_the_day: list[tuple[tuple[str | int, ...], str]] = [
        *((("sources", at, "date"), row.date) for at, row in enumerate(case.sources)),
        *((("sources", at, "retrieved"), row.retrieved) for at, row in enumerate(case.sources)),
        *((("reuse", at, "date"), row.date) for at, row in enumerate(case.reuse)),
        *((("review", key), getattr(case.review, key)) for key in ("on", "review_by")),
    ]
    wrong = [(path, value) for path, value in to_the_month if value and not _is_month(value)]
    wrong += [
        (path, value) for path, value in to_the_day if value and not (_is_month(value) or _is_day(value))
    ]
    for path, value in wrong:
        yield subject.finding(
            "bad-date",
            f"日期「{value}」不合格。",
            "写成 2024 或 2024-07（来源可写 2024-07-15）；不知道就删去这一项。",
            *path,
        )


def _is_month(value: str) -> bool:
    return _MONTH.fullmatch(value) is not None


def _is_day(value: str) -> bool:
    """Whether `value` is a day that exists: 2024-02-30 is not."""
    try:
        return _DAY.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def sources_name_something(subject: Subject) -> Iterator[Finding]:
    """每个来源有标题，有网址、出处或原始文本之一；网址以 http 开头。"""
    for at, source in enumerate(subject.case.sources):
        if not source.title and not source.seed:
            yield subject.finding(
                "source-without-title", f"第 {at + 1} 个来源没有标题。", "写上标题。", "sources", at
            )
        if not (source.url or source.seed or source.publisher):
            yield subject.finding(
                "source-without-origin",
                f"第 {at + 1} 个来源没说出自哪里。",
                "写上 url、publisher 或 seed。",
                "sources",
                at,
            )
        if source.url and not source.url.startswith(("http://", "https://")):
            yield subject.finding(
                "bad-url",
                f"网址「{source.url[:60]}」不合格。",
                "写以 https:// 开头的完整网址。",
                "sources",
                at,
            )


def withdrawal_has_reason(subject: Subject) -> Iterator[Finding]:
    """撤回的案例写明原因。"""
    if subject.case.withdrawn and not subject.case.review.reason:
        yield subject.finding(
            "withdrawn-without-reason", "撤回了却没写原因。", "在 review 里写 reason。", "review"
        )


def situations_exist(subject: Subject) -> Iterator[Finding]:
    """写明的情形都在情形库里。"""
    for at, name in enumerate(subject.case.situations):
        if subject.reference.situations and name not in subject.reference.situations:
            yield subject.finding(
                "unknown-situation",
                f"情形「{name[:40]}」不在情形库里。",
                "照抄 cases/situations/ 里的原文，或删去。",
                "situations",
                at,
            )


def no_placeholders(subject: Subject) -> Iterator[Finding]:
    """模板里【】中的提示都换成了内容。"""
    front = subject.case.model_dump(exclude={"sections", "sources"})
    for key, value in front.items():
        if _PLACEHOLDER.search(str(value)):
            yield subject.finding("placeholder", f"「{key}」里还留着模板的提示【…】。", "换成真实内容。", key)
    for part in subject.case.sections:
        if _PLACEHOLDER.search(part.text):
            yield subject.finding(
                "placeholder",
                f"「{part.heading}」里还留着模板的提示【…】。",
                "换成真实内容，或删去这句提示。",
                f"## {part.heading}",
            )


RULES: tuple[Rule, ...] = (
    schema_version,
    required_keys,
    id_is_slug,
    id_is_file_name,
    category_is_folder,
    vocabulary_terms,
    lengths,
    counts,
    repeated_entries,
    dates,
    sources_name_something,
    withdrawal_has_reason,
    situations_exist,
    no_placeholders,
)
