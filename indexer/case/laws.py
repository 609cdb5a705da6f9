"""The table of laws that cases may rest on: which are in force, how many articles they have, which are gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from indexer.errors import VocabularyError

_STATE_PREFIX = "中华人民共和国"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    since: str


class LawInForce(_Row):
    """A law by its full name. `articles` is how many the text in force since `since` has, 0 if unknown.

    With `numbers: unchecked` nobody has compared its article numbers yet, so that none may be cited.
    """

    articles: int = 0
    numbers: Literal["checked", "unchecked"] = "checked"


class ReplacedLaw(_Row):
    """A law that has not been in force since `since`; `by` is where its matter stands now."""

    by: str


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    in_force: tuple[LawInForce, ...] = ()
    replaced: tuple[ReplacedLaw, ...] = ()


@dataclass(frozen=True)
class Laws:
    """The laws of the table."""

    in_force: tuple[LawInForce, ...] = ()
    replaced: tuple[ReplacedLaw, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Laws":
        """Read `path`; a library without the file has no table. Raises VocabularyError if it is not in its form."""
        try:
            rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            table = _Table.model_validate(rows or {})
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise VocabularyError(f"法律依据表 {path} 不合格：{error}。请照已有条目的样子改好。") from error
        return cls(table.in_force, table.replaced)

    @cached_property
    def by_name(self) -> Mapping[str, LawInForce | ReplacedLaw]:
        """The laws by full name, and by the name without 中华人民共和国, as people write it."""
        rows: tuple[LawInForce | ReplacedLaw, ...] = (*self.replaced, *self.in_force)
        return {row.name.removeprefix(_STATE_PREFIX): row for row in rows} | {row.name: row for row in rows}

    def __bool__(self) -> bool:
        """Whether there is anything to hold a citation against."""
        return bool(self.in_force or self.replaced)
