"""What travels over the API when many rows are asked at once, with examples."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from search_api.core.batch import MAX_ROWS, Reason
from search_api.core.outcome import Level

RowNumber = Annotated[StrictInt, Field(ge=1, le=10_000_000)]


class BatchRow(BaseModel):
    """One order: its number in the sender's list, and its text."""

    model_config = ConfigDict(extra="forbid")

    row: RowNumber
    text: StrictStr


class BatchRequest(BaseModel):
    """Orders, personal data already masked."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"rows": [{"row": 1, "text": "楼上洗澡我家就滴水"}, {"row": 2, "text": "半夜跳广场舞"}]}
            ]
        },
    )

    rows: Annotated[list[BatchRow], Field(description=f"1 到 {MAX_ROWS} 行；不合格的行跳过，其余照办。")]


class WorkbookCase(BaseModel):
    """A case found, and how close it is; its title is looked up."""

    model_config = ConfigDict(extra="forbid")

    case_id: StrictStr
    level: Level


class WorkbookResult(BaseModel):
    """One row with what was found for it."""

    model_config = ConfigDict(extra="forbid")

    row: RowNumber
    text: StrictStr
    level: Level
    cases: list[WorkbookCase]


class WorkbookRepeated(BaseModel):
    """Rows about the same problem."""

    model_config = ConfigDict(extra="forbid")

    rows: list[RowNumber]
    said: StrictStr
    cases: list[WorkbookCase]


class WorkbookSkipped(BaseModel):
    """A row that was not answered."""

    model_config = ConfigDict(extra="forbid")

    row: RowNumber
    text: StrictStr = ""
    reason: Reason


class WorkbookRequest(BaseModel):
    """What a batch found, to be written into a table."""

    model_config = ConfigDict(extra="forbid")

    results: list[WorkbookResult]
    clusters: list[WorkbookRepeated] = []
    skipped: list[WorkbookSkipped] = []


class PersonalRulesAnswer(BaseModel):
    """The rules that personal data is masked by, as they stand in the file."""

    words: dict[str, str]
    rules: list[dict[str, Any]]
    unless: dict[str, str]
