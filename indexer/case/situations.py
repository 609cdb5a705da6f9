"""The situation bank: kinds of trouble finer than a category, the ways people tell each, and the cases that help."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indexer.errors import VocabularyError

WAYS = "ways"
"""The file of those that are no kind of trouble but a need to know how: what helps there is a way of working."""

ENGLISH = "english"
"""The folder of what is said in English."""

HELP = ("same", "like", "part", "way")


@dataclass(frozen=True)
class Situation:
    """A kind of trouble: the name of its file, its own name, what people say, and ids of cases that help.

    `same` is the same kind of thing (a case says so itself in its `situations`, too), `like` one whose way can
    be used with changes, `part` helps in one point, `way` is another kind of quarrel with a way that carries
    over. Each list has the best first.
    """

    category: str
    name: str
    said: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    way: tuple[str, ...] = ()

    @property
    def helpers(self) -> Mapping[str, tuple[str, ...]]:
        """The lists of cases by their name."""
        return {name: getattr(self, name) for name in HELP}


Situations = Mapping[str, Situation]
"""The situations by name."""


def read_situations(folder: Path) -> Situations:
    """Return the situations in `folder`/*.jsonl, in the order of files and lines.

    What is said of them in English stands in `folder`/english/*.jsonl and comes behind the rest.
    Raises VocabularyError, with file and line, for a line that is not
    `{"situation": …, "said": […]}` with lists of case ids under `same`, `like`, `part`, `way` where there are any.
    """
    files = [_read_file(path) for path in sorted(folder.glob("*.jsonl"))]
    found = {situation.name: situation for file in files for situation in file}
    for path in sorted((folder / ENGLISH).glob("*.jsonl")):
        for spoken in _read_file(path):
            if spoken.name not in found:
                raise VocabularyError(
                    f"情形库 {path} 里的「{spoken.name}」在 {folder} 里没有。请照抄那里的名称。"
                )
            known = found[spoken.name]
            found[spoken.name] = replace(known, said=(*known.said, *spoken.said))
    return found


def _read_file(path: Path) -> list[Situation]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"情形库 {path} 读不出来：{error}。应是 UTF-8 文本。") from error
    return [
        _situation(path.stem, line, f"{path} 第 {number} 行") for number, line in enumerate(lines, start=1)
    ]


def _situation(category: str, line: str, where: str) -> Situation:
    expected = '应是一行 JSON，如 {"situation": "…", "said": ["…", "…"], "like": ["案例编号"]}。'
    try:
        row = json.loads(line)
        name, said = row["situation"], row["said"]
    except (ValueError, KeyError, TypeError) as error:
        raise VocabularyError(f"情形库 {where} 不合格：{error!r}。{expected}") from error
    lists = {"said": said, **{key: row.get(key, []) for key in HELP}}
    if not isinstance(name, str) or not all(_texts(value) for value in lists.values()):
        raise VocabularyError(f"情形库 {where} 不合格：说法和案例编号应各是一列文字。{expected}")
    return Situation(category, name, **{key: tuple(value) for key, value in lists.items()})


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
