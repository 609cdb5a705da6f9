"""What travels over the API, with examples."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from search_api.core.outcome import Level
from search_api.core.query import MAX_CHARACTERS, MAX_TOP_K

_QUERY_EXAMPLE = "楼上洗完衣服我家客厅就下雨，找他还不开门"


class SearchRequest(BaseModel):
    """A dispute in plain words."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"query": _QUERY_EXAMPLE, "top_k": 3, "filters": {"outcome": ["resolved", "partly"]}}
            ]
        },
    )

    query: Annotated[
        StrictStr, Field(description=f"1 到 {MAX_CHARACTERS} 个字，谁、因为什么、闹到什么程度、做过什么。")
    ]
    top_k: Annotated[StrictInt, Field(ge=1, le=MAX_TOP_K)] = 5
    filters: Annotated[
        dict[StrictStr, StrictStr | list[StrictStr]],
        Field(description="按字段筛选；同一字段的几个值满足一个就行。"),
    ] = {}


class VerdictAnswer(BaseModel):
    """How close the best precedent is."""

    level: Level
    label: str
    reason: str


class HighlightAnswer(BaseModel):
    """Characters from `start` to before `end`."""

    start: int
    end: int


class ContributionAnswer(BaseModel):
    """What a word or a concept of the question adds: its part of the cosine, and of the BM25 score."""

    term: str
    by_vectors: float
    by_words: float


class PassageAnswer(BaseModel):
    """Why a case matched: the passage, its telling sentence, and the words that carried it, most first.

    `anchor` is where the page of the case shows it: /cases/<case_id>#<anchor>.
    """

    section: str
    text: str
    anchor: str
    highlights: list[HighlightAnswer]
    carried: list[ContributionAnswer]


class CodedAnswer(BaseModel):
    """A code and its Chinese name."""

    code: str
    name: str


class OutcomeAnswer(BaseModel):
    """How a case ended."""

    status: str
    name: str


class CaseAnswer(BaseModel):
    """A case in short."""

    case_id: str
    title: str
    summary: str
    category: CodedAnswer
    methods: list[str]
    place: str
    date: str
    outcome: OutcomeAnswer
    redlines: list[str]


class QuoteAnswer(BaseModel):
    """The very words of a case, their sentence, and in which part of the case it stands."""

    words: str
    sentence: str
    where: str


class ComparedAnswer(BaseModel):
    """One element of a dispute: the words of the question and those of the case."""

    element: str
    name: str
    query: list[str]
    case: list[QuoteAnswer]


class ToVerifyAnswer(ComparedAnswer):
    """An element that must be verified, and what to ask."""

    question: str


class ComparisonAnswer(BaseModel):
    """In what question and case are the same, in what they differ, what must be verified."""

    same: list[ComparedAnswer]
    different: list[ComparedAnswer]
    ask: list[ToVerifyAnswer]


class StepAnswer(BaseModel):
    """A step that was taken, as the case has it. `when` is what stands before the dash; '' without one."""

    number: int
    when: str
    text: str
    anchor: str


class LawAnswer(BaseModel):
    """A legal basis."""

    name: str
    article: str


class DurationAnswer(BaseModel):
    """How long it took: the days on record, or the sentence of the case that says so (`quoted`)."""

    text: str
    quoted: bool


class StandingAnswer(CodedAnswer):
    """How well a case is borne out, and by how many publishers."""

    sources: int


class SourceAnswer(BaseModel):
    """Where the facts come from."""

    title: str
    publisher: str
    date: str
    url: str


class MatchAnswer(CaseAnswer):
    """A case that matched: `facts` the same kind of dispute, `method` a way of working that carries over.

    `steps` are the first three, `sources` holds the first one; the whole case has them all.
    """

    match: Annotated[str, Field(pattern="^(facts|method)$")]
    level: Level
    passages: list[PassageAnswer]
    comparison: ComparisonAnswer
    steps: list[StepAnswer]
    actors: list[str]
    law: list[LawAnswer]
    duration: DurationAnswer | None
    standing: StandingAnswer
    sources: list[SourceAnswer]


class FacetValueAnswer(BaseModel):
    """A value, and how many cases choosing it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


class FacetAnswer(BaseModel):
    """A field that can be filtered by."""

    field: str
    label: str
    values: list[FacetValueAnswer]


class RedLineAnswer(BaseModel):
    """A danger that the question speaks of: what to do first, and whom to call."""

    kind: str
    name: str
    message: str
    call: str


class SearchAnswer(BaseModel):
    """The closest cases, best first. `considered` is how many passed the filters; `redlines` come first."""

    redlines: list[RedLineAnswer]
    verdict: VerdictAnswer
    results: list[MatchAnswer]
    facets: list[FacetAnswer]
    considered: int
    snapshot: str
    took_ms: float


class CasesAnswer(BaseModel):
    """One page of cases."""

    cases: list[CaseAnswer]
    facets: list[FacetAnswer]
    total: int
    page: int
    pages: int


class WholeCaseAnswer(BaseModel):
    """A case with everything in its file: the front matter as written, the sections in order."""

    case_id: str
    withdrawn: bool
    front_matter: dict[str, Any]
    sections: list[dict[str, str]]


class SimilarAnswer(BaseModel):
    """The cases closest to one."""

    results: list[MatchAnswer]


class FacetsAnswer(BaseModel):
    """All fields with their values."""

    facets: list[FacetAnswer]


class HealthAnswer(BaseModel):
    """Whether the service runs."""

    status: str


class ReadyAnswer(HealthAnswer):
    """Whether it can answer, and from which snapshot."""

    snapshot: str
    cases: int


class FieldProblemAnswer(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemAnswer(BaseModel):
    """Every error of the API (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "请求不合格",
                    "status": 422,
                    "detail": "还没有写问题。",
                    "errors": [{"field": "query", "message": "还没有写问题。"}],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblemAnswer] = []
