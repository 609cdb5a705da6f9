"""What can be asked, and what is wrong with what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from indexer.case.model import Setting
from indexer.case.vocabulary import Vocabulary
from indexer.errors import QueryError
from indexer.text.normalize import has_words
from search_api.core.fields import FIELDS

MAX_CHARACTERS = 2000
MAX_TOP_K = 50
MAX_WITHIN = 100
MAX_HOUSEHOLDS = 100_000

_NOT_TEXT = "里面有不能识别的字符。请重新输入，不要粘贴二进制内容。"

Filters = Mapping[str, tuple[str, ...]]
"""Values by field: a case passes if for each field it has one of the values."""


@dataclass(frozen=True)
class Query:
    """A checked request: normalisation is the engine's business.

    `within` are words that must all stand in a case; `community` is what the reader says of the own community.
    """

    text: str
    top_k: int = 5
    filters: Filters = field(default_factory=lambda: MappingProxyType({}))
    within: str = ""
    community: Setting | None = None

    @classmethod
    def checked(
        cls,
        text: str,
        top_k: int = 5,
        filters: Mapping[str, Sequence[str]] | None = None,
        *,
        vocabulary: Vocabulary,
        within: str = "",
        community: Setting | None = None,
    ) -> "Query":
        """Return the query. Raises QueryError, which names the field, for what cannot be answered."""
        _check_text(text)
        if not 1 <= top_k <= MAX_TOP_K:
            raise QueryError("top_k", f"top_k 是 {top_k}，应是 1 到 {MAX_TOP_K} 的整数。")
        _check_within(within)
        return cls(text, top_k, checked_filters(filters or {}, vocabulary), within.strip(), community)


def checked_filters(filters: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> Filters:
    """Return `filters` as tuples. Raises QueryError for an unknown field or a value outside the vocabulary."""
    for name, values in filters.items():
        if name not in FIELDS:
            raise QueryError(
                f"filters.{name[:40]}", f"不能按「{name[:40]}」筛选。可用：{'、'.join(FIELDS)}。"
            )
        known = FIELDS[name].known(vocabulary)
        for value in values:
            if not _is_text(value):
                raise QueryError(f"filters.{name}", _NOT_TEXT)
            if known is not None and value not in known:
                raise QueryError(
                    f"filters.{name}", f"「{name}」没有「{value[:40]}」这个值。可用：{'、'.join(known)}。"
                )
    return MappingProxyType({name: tuple(values) for name, values in filters.items() if values})


def checked_community(
    kind: str, prop: str, place_kind: str, households: str, *, vocabulary: Vocabulary
) -> Setting | None:
    """Return what a reader says of the own community, '' being nothing; None when nothing is said.

    Raises QueryError for a value outside the vocabulary and for households that are no number.
    """
    given = {"setting": kind, "property": prop, "place_kind": place_kind}
    checked_filters({name: (value,) for name, value in given.items() if value}, vocabulary)
    setting = Setting(type=kind, property=prop, place_kind=place_kind, households=_households(households))
    return setting if setting != Setting() else None


def _households(written: str) -> int | None:
    number = written.strip()
    if not number:
        return None
    # Read as a number only when short: a very long row of digits is one that Python refuses.
    digits = number.isascii() and number.isdigit() and len(number) <= len(str(MAX_HOUSEHOLDS))
    if not digits or not 1 <= int(number) <= MAX_HOUSEHOLDS:
        raise QueryError(
            "households", f"户数写的是「{number[:20]}」，应是 1 到 {MAX_HOUSEHOLDS} 的整数，如 800。"
        )
    return int(number)


def _check_within(words: str) -> None:
    if len(words) > MAX_WITHIN:
        raise QueryError(
            "within", f"要在结果里找的写了 {len(words)} 个字，最多 {MAX_WITHIN} 个。请只写一两个词。"
        )
    if not _is_text(words):
        raise QueryError("within", _NOT_TEXT)


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
