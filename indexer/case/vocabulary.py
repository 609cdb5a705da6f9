"""The controlled vocabulary: what categories, methods, actors, settings and states there are."""

from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from indexer.errors import VocabularyError


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(_Entry):
    """A value written in case files by its Chinese name."""

    name: str
    en: str


class CodedTerm(Term):
    """A value written in case files by its code."""

    code: str


class Category(CodedTerm):
    """A kind of dispute, with what it covers and how people ask about it."""

    about: str
    examples: tuple[str, ...] = ()


class Vocabulary(_Entry):
    """Everything that a case may name."""

    categories: tuple[Category, ...] = ()
    methods: tuple[Term, ...] = ()
    actors: tuple[Term, ...] = ()
    settings: tuple[Term, ...] = ()
    property_kinds: tuple[Term, ...] = ()
    place_kinds: tuple[Term, ...] = ()
    formats: tuple[Term, ...] = ()
    levels: tuple[Term, ...] = ()
    outcomes: tuple[CodedTerm, ...] = ()
    provenances: tuple[CodedTerm, ...] = ()
    review_states: tuple[CodedTerm, ...] = ()
    reuse_results: tuple[CodedTerm, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        """Read `path`. Raises VocabularyError when it is missing or not in its form."""
        try:
            rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            return cls.model_validate(rows)
        except FileNotFoundError as error:
            raise VocabularyError(f"找不到词表 {path}。案例库的文件夹里应有 vocabulary.yaml。") from error
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise VocabularyError(f"词表 {path} 不合格：{error}。请照已有条目的样子改好。") from error

    def codes(self, field: str) -> tuple[str, ...]:
        """Return what case files may write for `field`: codes where terms have one, names otherwise."""
        return tuple(self._names[field])

    def label(self, field: str, value: str, language: str = "zh") -> str:
        """Return what people read for `value`; an unknown value is its own label."""
        term = self._names[field].get(value)
        if term is None:
            return value
        return term.en if language == "en" else term.name

    @cached_property
    def _names(self) -> dict[str, dict[str, Term]]:
        return {
            field: {getattr(term, "code", term.name): term for term in getattr(self, field)}
            for field in type(self).model_fields
        }
