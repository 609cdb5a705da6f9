"""What can be asked, and what is wrong with what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from indexer.case.vocabulary import Vocabulary
from indexer.errors import QueryError
from indexer.text.normalize import has_words
from search_api.core.fields import FIELDS

MAX_CHARACTERS = 2000
MAX_TOP_K = 50

_NOT_TEXT = "里面有不能识别的字符。请重新输入，不要粘贴二进制内容。"

Filters = Mapping[str, tuple[str, ...]]
"""Values by field: a case passes if for each field it has one of the values."""


@dataclass(frozen=True)
class Query:
    """A checked request: normalisation is the engine's business."""

    text: str
    top_k: int = 5
    filters: Filters = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def checked(
        cls,
        text: str,
        top_k: int = 5,
        filters: Mapping[str, Sequence[str]] | None = None,
        *,
        vocabulary: Vocabulary,
    ) -> "Query":
        """Return the query. Raises QueryError, which names the field, for what cannot be answered."""
        _check_text(text)
        if not 1 <= top_k <= MAX_TOP_K:
            raise QueryError("top_k", f"top_k 是 {top_k}，应是 1 到 {MAX_TOP_K} 的整数。")
        return cls(text, top_k, checked_filters(filters or {}, vocabulary))


def checked_filters(filters: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> Filters:
    """Return `filters` as tuples. Raises QueryError for an unknown field or a value outside the vocabulary."""
    for name, values in filters.items():
        if name not in FIELDS:
            raise QueryError(
                f"filters.{name[:40]}", f"不能按「{name[:40]}」筛选。可用：{'、'.join(FIELDS)}。"
            )
        known = vocabulary.codes(FIELDS[name].vocabulary) if FIELDS[name].vocabulary else None
        for value in values:
            if not _is_text(value):
                raise QueryError(f"filters.{name}", _NOT_TEXT)
            if known is not None and value not in known:
                raise QueryError(
                    f"filters.{name}", f"「{name}」没有「{value[:40]}」这个值。可用：{'、'.join(known)}。"
                )
    return MappingProxyType({name: tuple(values) for name, values in filters.items() if values})


def _check_text(text: str) -> None:
    if not text.strip():
        raise QueryError("query", "还没有写问题。请用一两句话说说：谁、因为什么、闹到什么程度、做过什么。")
    if len(text) > MAX_CHARACTERS:
        raise QueryError("query", f"写了 {len(text)} 个字，最多 {MAX_CHARACTERS} 个。请只留最要紧的几句。")
    if not _is_text(text):
        raise QueryError("query", _NOT_TEXT)
    if not has_words(text):
        raise QueryError("query", "里面没有文字，只有符号或表情。请用一两句话说说是什么事。")


def _is_text(text: str) -> bool:
    """Whether `text` can be written as UTF-8 and holds no NUL; JSON can carry halves of a character."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
