"""The parts of a case and the case itself: frozen values, tolerant of content, strict about types.

Every field has an empty default, so that a half-written draft is still a `Case`; what must be there is for
the checks to say. Scalars are text as the author wrote it, apart from the few numbers and flags below.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

SCHEMA_VERSION = 1

SECTIONS = ("案情", "争议焦点", "怎么看", "怎么干", "结果", "经验与教训", "讨论题")
"""The headings of a case, in their order."""


def _flag(value: Any) -> Any:
    """Only `true` and `false` are flags: `yes`, `on` and `1` stay text and are reported."""
    written = {"true": True, "false": False}
    return written.get(value, value) if isinstance(value, str) else value


Texts = tuple[str, ...]
Count = Annotated[int, Field(ge=0)]
Flag = Annotated[bool, BeforeValidator(_flag), Field(strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Setting(_Part):
    """What kind of community it happened in (社区画像)."""

    type: str = ""
    households: Count | None = None
    property: str = ""
    place_kind: str = ""


class Place(_Part):
    """Where it happened, not below the community's public name."""

    province: str = ""
    city: str = ""
    district: str = ""
    community: str = ""


class LawArticle(_Part):
    """A legal basis: the name of the law and, where known, the article."""

    name: str = ""
    article: str = ""


class Metric(_Part):
    """A figure of the outcome. `value` stays as written: 512, 99.2%, 约500."""

    name: str = ""
    value: str = ""
    unit: str = ""


class Outcome(_Part):
    """How it ended. `days` is how long it took."""

    status: str = ""
    days: Count | None = None
    metrics: tuple[Metric, ...] = ()


class Teaching(_Part):
    """For whom and in which form it can be taught."""

    level: str = ""
    formats: Texts = ()
    visitable: Flag = False


class Source(_Part):
    """Where the facts come from: a public page (`url`) or one of the project's founding texts (`seed`)."""

    title: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""
    seed: str = ""
    retrieved: str = ""


class Review(_Part):
    """The editorial state. A withdrawn case names the reason and, if there is one, what replaces it."""

    status: str = ""
    on: str = ""
    by: str = ""
    review_by: str = ""
    reason: str = ""
    superseded_by: str = ""


class Reuse(_Part):
    """What happened when the case was applied elsewhere (回填)."""

    where: str = ""
    date: str = ""
    adopted: Texts = ()
    result: str = ""
    note: str = ""


class Section(_Part):
    """A part of the body under a `## ` heading; the text before the first heading has the heading ''.

    `heading` is one line without blanks at either end, not starting with `#`. `text` is Markdown without blank
    lines at either end and without a line that is a heading of this level (`## 案情`, `##案情`).
    """

    heading: str
    text: str = ""


class Case(_Part):
    """One record of the library. `borrowed_from` are the ids of the cases that it says it learned from."""

    schema_version: int = Field(default=0, alias="schema")
    id: str = ""
    title: str = ""
    summary: str = ""
    category: str = ""
    topics: Texts = ()
    situations: Texts = ()
    methods: Texts = ()
    setting: Setting = Setting()
    place: Place = Place()
    date: str = ""
    parties: Texts = ()
    actors: Texts = ()
    law: tuple[LawArticle, ...] = ()
    outcome: Outcome = Outcome()
    asked_as: Texts = ()
    redlines: Texts = ()
    transfers_to: Texts = ()
    teaching: Teaching = Teaching()
    provenance: str = ""
    sources: tuple[Source, ...] = ()
    review: Review = Review()
    license: str = ""
    reuse: tuple[Reuse, ...] = ()
    borrowed_from: Texts = ()
    sections: tuple[Section, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Whether the case is kept for the record only."""
        return self.review.status == "withdrawn"

    def section(self, heading: str) -> str:
        """Return the text under `heading`, or '' when there is no such section."""
        return next((part.text for part in self.sections if part.heading == heading), "")


FRONT_MATTER_KEYS = tuple(
    field.alias or name for name, field in Case.model_fields.items() if name != "sections"
)
"""The keys of the front matter in their canonical order."""
