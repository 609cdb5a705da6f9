"""What cases are held against besides the vocabulary: the library's own lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from indexer.case.laws import Laws
from indexer.case.situations import Situations, read_situations
from indexer.errors import VocabularyError


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    say: str
    phrases: tuple[str, ...]


_GROUPS = TypeAdapter(tuple[_Group, ...])


@dataclass(frozen=True)
class Reference:
    """Names of situations, the table of laws, and officialese phrases with what to say instead of each."""

    situations: Situations = field(default_factory=dict)
    laws: Laws = field(default_factory=Laws)
    officialese: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, library: Path) -> "Reference":
        """Read the lists beside the cases of `library`; one that is not there is empty.

        Raises VocabularyError for one that is not in its form.
        """
        return cls(
            read_situations(library / "situations"),
            Laws.load(library / "laws.yaml"),
            _read_officialese(library / "officialese.yaml"),
        )


def _read_officialese(path: Path) -> dict[str, str]:
    try:
        rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        groups = _GROUPS.validate_python(rows or ())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise VocabularyError(f"套话表 {path} 不合格：{error}。请照已有条目的样子改好。") from error
    return {phrase: group.say for group in groups for phrase in group.phrases}
