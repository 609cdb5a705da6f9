"""`Case` to case file, in the canonical form: `parse(serialize(case)).case == case`."""

import re
from typing import Any

import yaml

from indexer.case.model import Case

_ONE_A_LINE = ("asked_as", "redlines", "sources", "reuse")
"""Lists whose entries are sentences or records: one entry a line."""


_LINE_BREAK = re.compile("[\n\r\x85\u2028\u2029]")


class _FlowList(list[Any]):
    """A list written as [a, b]."""


class _FlowDict(dict[str, Any]):
    """A mapping written as {key: value}."""


class _Dumper(yaml.SafeDumper):
    """Plain scalars for everything: nothing in a case file is resolved to a number or a date."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012  (PyYAML's own declaration)


_Dumper.add_representer(
    str,
    lambda dumper, value: dumper.represent_scalar(
        # What YAML takes for a line break is folded away unless it is escaped.
        "tag:yaml.org,2002:str",
        value,
        style='"' if _LINE_BREAK.search(value) else None,
    ),
)
_Dumper.add_representer(
    _FlowList,
    lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True),
)
_Dumper.add_representer(
    _FlowDict,
    lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True),
)


def serialize(case: Case) -> str:
    """Return the case as a file: UTF-8 text, LF, keys in canonical order, nothing that equals its default."""
    front = case.model_dump(by_alias=True, exclude_defaults=True, exclude={"sections"})
    written = {key: _entry(key, value) for key, value in front.items()}
    yaml_text = yaml.dump(
        written, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=False
    )
    body = "".join(_section(part.heading, part.text) for part in case.sections)
    return f"---\n{yaml_text if written else ''}---\n{body}"


def _entry(key: str, value: Any) -> Any:
    return [_plain(item) for item in value] if key in _ONE_A_LINE else _plain(value)


def _plain(value: Any) -> Any:
    """Numbers and flags as text, tuples as lists: the form that YAML text has anyway."""
    if isinstance(value, dict):
        return _FlowDict({key: _plain(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return _FlowList(_plain(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _section(heading: str, text: str) -> str:
    title = f"\n## {heading}\n" if heading else ""
    return f"{title}\n{text}\n" if text else title
