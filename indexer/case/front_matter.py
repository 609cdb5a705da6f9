"""Safe YAML: text stays text, lines are known, aliases, tags and repeated keys are refused.

Neither of YAML's surprises can happen here, because scalars are never resolved: `no`, `on`, `010`,
`12:30:00` and dates come out as the characters that were written. The parser is PyYAML's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

Value = str | list["Value"] | dict[str, "Value"]
KeyPath = tuple[str | int, ...]

MAX_DEPTH = 5
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FrontMatterError(Exception):
    """The YAML cannot be understood. `line` counts from 1 within the YAML text."""

    def __init__(self, code: str, line: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.line, self.message, self.remedy = code, line, message, remedy


@dataclass
class FrontMatter:
    """Keys and values, and the line of each value by its path, e.g. `("place", "city")`."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)


def read_front_matter(text: str) -> FrontMatter:
    """Read YAML `text` whose top is a mapping.

    Raises FrontMatterError for broken YAML, an alias or anchor, a tag, a repeated key, a key that is not
    plain text, more than one document, or nesting deeper than MAX_DEPTH.
    """
    _refuse_unprintable(text)
    try:
        return _Builder(yaml.parse(text, Loader=_Loader)).document()
    except yaml.MarkedYAMLError as error:
        raise _broken(error) from error


def _refuse_unprintable(text: str) -> None:
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        raise FrontMatterError(
            "yaml-broken",
            text.count("\n", 0, unprintable.start()) + 1,
            f"文件头里有 YAML 不允许的字符（U+{ord(unprintable[0]):04X}）。",
            "删去看不见的控制字符。",
        )


def _broken(error: yaml.MarkedYAMLError) -> FrontMatterError:
    # What is unfinished (a bracket, a quotation, a key) is noticed only lines later: it began at the context.
    unfinished = any(word in (error.context or "") for word in ("flow", "quoted", "simple key"))
    mark = error.context_mark if unfinished else error.problem_mark
    return FrontMatterError(
        "yaml-broken",
        mark.line + 1 if mark else 1,
        f"文件头不是合格的 YAML：{error.problem or error.context}。",
        "看这一行的冒号后有没有空格、引号和括号是否成对、缩进是否对齐；含冒号或井号的文字请用双引号括起来。",
    )


class _Builder:
    """Turns parse events into values, keeping the line of each."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._lines: dict[KeyPath, int] = {}

    def document(self) -> FrontMatter:
        event = self._next_of_content()
        if event is None:
            return FrontMatter()
        top = self._value(event, ())
        if not isinstance(top, dict):
            raise FrontMatterError("yaml-not-mapping", 1, "文件头应是「键: 值」的形式。", "照模板逐行填写。")
        rest = self._next_of_content()
        if rest is not None:
            raise FrontMatterError(
                "yaml-broken", _line(rest), "文件头里有两份 YAML 文档。", "只保留第一份，删去多余的分隔线。"
            )
        return FrontMatter(top, self._lines)

    def _next_of_content(self) -> yaml.Event | None:
        content = (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.AliasEvent)
        return next((event for event in self._events if isinstance(event, content)), None)

    def _value(self, event: yaml.Event, path: KeyPath) -> Value:
        _refuse_unsafe(event, len(path))
        self._lines.setdefault(path, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return str(getattr(event, "value", ""))

    def _mapping(self, path: KeyPath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = _key(event)
            if key in values:
                raise FrontMatterError(
                    "duplicate-key", _line(event), f"键「{key}」写了两遍。", "合并成一处，或删去多余的一行。"
                )
            self._lines[(*path, key)] = _line(event)
            values[key] = self._value(next(self._events), (*path, key))
        return values

    def _sequence(self, path: KeyPath) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values


def _refuse_unsafe(event: yaml.Event, depth: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise FrontMatterError(
            "yaml-alias",
            _line(event),
            "文件头里用了 YAML 的别名（& 或 *）。",
            "把内容直接写出来；以 & 或 * 开头的文字请加双引号。",
        )
    tag = getattr(event, "tag", None)
    if tag:
        raise FrontMatterError(
            "yaml-tag",
            _line(event),
            f"文件头里用了 YAML 的标签（{tag}）。",
            "删去以 ! 开头的标签；文字以 ! 开头时请加双引号。",
        )
    if depth > MAX_DEPTH:
        raise FrontMatterError(
            "yaml-too-deep", _line(event), f"文件头嵌套超过 {MAX_DEPTH} 层。", "照模板的层次填写。"
        )


def _key(event: yaml.Event) -> str:
    _refuse_unsafe(event, 0)
    if not isinstance(event, yaml.ScalarEvent):
        raise FrontMatterError(
            "yaml-broken", _line(event), "键应是一个词，这里是列表或映射。", "照模板填写键名。"
        )
    return str(event.value)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
