"""How people put things: concepts, what they are called officially and what is really said."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ahocorasick_rs
import yaml

from indexer.errors import VocabularyError
from indexer.text.normalize import normalize


@dataclass(frozen=True)
class Concept:
    """A thing of this field: its name, its official nouns, what people say, and what only looks like it."""

    name: str
    official: tuple[str, ...]
    said: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """The search term that stands for the concept; no word of a text can equal it."""
        return f"§{self.name}"


@dataclass(frozen=True)
class Lexicon:
    """All concepts. Phrases are compared after normalisation, as substrings."""

    concepts: tuple[Concept, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "Lexicon":
        """Read `folder`/*.yaml.

        Raises VocabularyError with file and entry when an entry is not in its form, when a concept is named
        twice, or when one thing said stands for two concepts.
        """
        entries = [entry for path in sorted(folder.glob("*.yaml")) for entry in _read(path)]
        _refuse_repeated(((concept.name, where) for where, concept in entries), "概念")
        _refuse_repeated(
            ((said, where) for where, concept in entries for said in dict.fromkeys(concept.said)), "说法"
        )
        return cls(tuple(concept for _, concept in entries))

    @classmethod
    def from_json(cls, text: str) -> "Lexicon":
        """Read what `to_json` wrote."""
        return cls(
            tuple(Concept(**{key: _tuple(value) for key, value in row.items()}) for row in json.loads(text))
        )

    def to_json(self) -> str:
        """Return the concepts as JSON, one array; the same lexicon always gives the same text."""
        return json.dumps([asdict(concept) for concept in self.concepts], ensure_ascii=False)

    @property
    def sha256(self) -> str:
        """Identity of the content, independent of the files' layout."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @cached_property
    def _marks(self) -> tuple[tuple[str, int, bool], ...]:
        """Every phrase with its concept's number, and whether it speaks for the concept or against it."""
        return tuple(
            (normalize(phrase), number, speaks)
            for number, concept in enumerate(self.concepts)
            for phrases, speaks in (((*concept.official, *concept.said), True), (concept.excluded, False))
            for phrase in phrases
        )

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick([phrase for phrase, _, _ in self._marks])

    def concepts_in(self, text: str) -> tuple[Concept, ...]:
        """Return the concepts that normalised `text` speaks of, in lexicon order, each once.

        A phrase inside something that only looks like the concept (漏电 for 渗漏) does not count.
        """
        spoken: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        excluded: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for mark, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            _, number, speaks = self._marks[mark]
            (spoken if speaks else excluded)[number].append((start, end))
        return tuple(
            self.concepts[number]
            for number in sorted(spoken)
            if _stands_free(spoken[number], excluded[number])
        )

    def terms_in(self, text: str) -> list[str]:
        """Return one search term for each concept in normalised `text`."""
        return [concept.term for concept in self.concepts_in(text)]


def _stands_free(spoken: list[tuple[int, int]], excluded: list[tuple[int, int]]) -> bool:
    """Whether one of the `spoken` spans touches none of the `excluded` ones."""
    return any(all(end <= first or last <= start for first, last in excluded) for start, end in spoken)


def _read(path: Path) -> Iterator[tuple[str, Concept]]:
    """Yield the concepts of the file at `path`, each with where it stands."""
    try:
        # BaseLoader gives every scalar as the text that was written: 「no」 and dates stay what they are.
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise VocabularyError(f"词库文件 {path} 读不出来：{error}。请按 YAML 列表改好。") from error
    if not isinstance(rows, list):
        raise VocabularyError(f"词库文件 {path} 应是一个列表，每项以「- concept:」开头。")
    for number, row in enumerate(rows, start=1):
        where = f"{path} 第 {number} 项"
        yield where, _concept(row, where)


def _concept(row: Any, where: str) -> Concept:
    known = {"concept", "official", "said", "not"}
    if not isinstance(row, dict) or not {"concept", "official", "said"} <= set(row) <= known:
        raise VocabularyError(
            f"{where} 应有 concept、official、said，可有 not；实际是 {row!r}。请补齐或删去多余的键。"
        )
    lists = {key: row.get(key, []) for key in ("official", "said", "not")}
    for key, value in lists.items():
        if not isinstance(value, list) or not all(
            isinstance(item, str) and normalize(item) for item in value
        ):
            raise VocabularyError(f"{where} 的 {key} 应是一列词，实际是 {value!r}。请写成 [词, 词]。")
    return Concept(row["concept"], tuple(lists["official"]), tuple(lists["said"]), tuple(lists["not"]))


def _refuse_repeated(named: Iterable[tuple[str, str]], noun: str) -> None:
    seen: dict[str, str] = {}
    for name, where in named:
        if name in seen:
            raise VocabularyError(
                f"{where} 的{noun}「{name}」在 {seen[name]} 已经有了。请合并，或把其中一处改得更具体。"
            )
        seen[name] = where


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
