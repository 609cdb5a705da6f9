"""Case file to `Case`, keeping as much as can be understood and reporting the rest with line numbers."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from indexer.case.finding import Finding
from indexer.case.front_matter import FrontMatter, FrontMatterError, KeyPath, read_front_matter
from indexer.case.model import FRONT_MATTER_KEYS, Case, Section

_FENCE = "---"
_A_LINE = 40
# `##案情` is taken for `## 案情`; `### ` is text of the section.
_HEADING = re.compile(r"##(?!#)\s*(\S.*?)\s*")

_TYPE_WORDS = {
    "string_type": "一段文字",
    "tuple_type": "一个列表，如 [甲, 乙]",
    "int_type": "一个整数",
    "int_parsing": "一个整数",
    "int_from_float": "一个整数",
    "int_parsing_size": "一个不太大的整数",
    "greater_than_equal": "不小于 0 的整数",
    "bool_type": "true 或 false",
    "model_type": "「键: 值」的形式，如 {province: 辽宁省}",
    "model_attributes_type": "「键: 值」的形式，如 {province: 辽宁省}",
}


@dataclass(frozen=True)
class ParsedCase:
    """What a case file says.

    `case` is None only when the front matter could not be understood at all. `lines` gives the line of each
    front-matter value by its key path, and of each section by `("## heading",)`.
    """

    path: str
    case: Case | None
    findings: tuple[Finding, ...] = ()
    lines: Mapping[KeyPath, int] = field(default_factory=lambda: MappingProxyType({}))

    def line_of(self, *key_path: str | int) -> int:
        """Return the line of the nearest known ancestor of `key_path`; the first line if there is none."""
        while key_path:
            if key_path in self.lines:
                return self.lines[key_path]
            key_path = key_path[:-1]
        return 1


def parse(text: str, path: str = "<text>") -> ParsedCase:
    """Read a case file's `text`; `path` is only for the findings. Never raises."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        yaml_text, body, body_line = _split(text)
        front = read_front_matter(yaml_text)
    except FrontMatterError as error:
        line = error.line + (1 if error.code.startswith(("yaml", "duplicate")) else 0)
        return ParsedCase(path, None, (Finding(path, line, error.code, error.message, error.remedy),))
    # The fence is line 1 of the file, so line n of the YAML is line n + 1.
    lines: dict[KeyPath, int] = {key: line + 1 for key, line in front.lines.items()}
    sections = _sections(body, body_line, lines)
    return _assemble(path, front, sections, lines)


def _split(text: str) -> tuple[str, str, int]:
    """Return the YAML, the body, and the body's first line number."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise FrontMatterError(
            "no-front-matter", 1, "文件不是以「---」开头。", "第一行写「---」，照模板填写文件头。"
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    raise FrontMatterError(
        "no-front-matter", 1, "文件头没有结束的「---」。", "在文件头最后另起一行写「---」。"
    )


def _sections(body: str, first_line: int, lines: dict[KeyPath, int]) -> tuple[Section, ...]:
    """Split `body` at its `## ` headings, noting the line of each."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for number, line in enumerate(body.split("\n"), start=first_line):
        heading = _HEADING.fullmatch(line)
        if heading:
            lines.setdefault((f"## {heading[1]}",), number)
            found.append((heading[1], []))
        else:
            found[-1][1].append(line)
    sections = [Section(heading=heading, text=_trimmed(text)) for heading, text in found]
    return tuple(sections if sections[0].text else sections[1:])


def _trimmed(lines: list[str]) -> str:
    """Join `lines` without the blank ones at either end."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end])


def _assemble(
    path: str, front: FrontMatter, sections: tuple[Section, ...], lines: dict[KeyPath, int]
) -> ParsedCase:
    """Build the case, leaving out what has the wrong type, one finding for each thing left out."""
    probe = ParsedCase(path, None, (), lines)
    # The model also knows `schema_version` and `sections`, which are no keys of the front matter.
    findings = [_unknown_key(probe, (key,)) for key in front.values if key not in FRONT_MATTER_KEYS]
    values: Any = _without_empty(
        {key: value for key, value in front.values.items() if key in FRONT_MATTER_KEYS}
    )
    while True:
        try:
            case = Case.model_validate({**values, "sections": sections})
        except ValidationError as error:
            problems = {
                _present(problem["loc"], values): problem for problem in error.errors(include_url=False)
            }
            findings += [_finding(probe, key_path, problem) for key_path, problem in problems.items()]
            # Later list entries go first, so that the positions of the earlier ones hold.
            for key_path in sorted(
                problems, key=lambda path: [str(key).zfill(9) for key in path], reverse=True
            ):
                _remove(values, key_path)
        else:
            return ParsedCase(path, case, tuple(sorted(set(findings))), MappingProxyType(lines))


def _without_empty(value: Any) -> Any:
    """Leave out keys without a value: `date:` means that the date is not known."""
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item != ""}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


def _present(location: tuple[str | int, ...], values: Any) -> KeyPath:
    """Return the part of pydantic's `location` that exists in `values`."""
    path: list[str | int] = []
    for key in location:
        if isinstance(values, dict) and key in values:
            values = values[str(key)]
        elif isinstance(values, list) and isinstance(key, int) and key < len(values):
            values = values[key]
        else:
            break
        path.append(key)
    return tuple(path)


def _remove(values: Any, key_path: KeyPath) -> None:
    """Take out the value at `key_path`."""
    *parents, last = key_path
    for key in parents:
        values = values[key]
    del values[last]


def _finding(parsed: ParsedCase, key_path: KeyPath, problem: Any) -> Finding:
    if problem["type"] == "extra_forbidden":
        return _unknown_key(parsed, key_path)
    line, name = parsed.line_of(*key_path), _dotted(key_path)
    expected = _TYPE_WORDS.get(problem["type"], "另一种内容")
    message = f"「{name}」应是{expected}，实际写的是 {_short(problem['input'])}。"
    return Finding(
        parsed.path, line, "wrong-type", message, f"把「{name}」改成{expected}；不知道就删去这一行。"
    )


def _unknown_key(parsed: ParsedCase, key_path: KeyPath) -> Finding:
    message = f"不认识的键「{_dotted(key_path)}」。"
    return Finding(parsed.path, parsed.line_of(*key_path), "unknown-key", message, _nearest_key(key_path))


def _nearest_key(key_path: KeyPath) -> str:
    known = FRONT_MATTER_KEYS if len(key_path) == 1 else ()
    near = difflib.get_close_matches(str(key_path[-1]), known, n=1)
    return f"是不是想写「{near[0]}」？改过来或删去。" if near else "照模板里的键名改过来，或删去。"


def _dotted(key_path: KeyPath) -> str:
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in key_path)


def _short(value: Any) -> str:
    shown = str(value)
    return f"「{shown[:_A_LINE]}{'…' if len(shown) > _A_LINE else ''}」"
