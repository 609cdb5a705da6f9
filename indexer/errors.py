"""Everything this project raises on purpose.

CasebookError                what was given, what was expected, what to do
├── VocabularyError          the vocabulary, the lexicon or the situation bank is not in its form
├── InvalidCasesError        the library has findings of severity error; carries how many
├── EncoderError             an encoder cannot be opened, trained or used
├── SnapshotError            a snapshot cannot be written or trusted
│   ├── NoSnapshotError      there is none yet
│   └── SnapshotMismatchError  it was built by another encoder, chunker or format; names both sides
├── QueryError               a search request that cannot be answered; carries the field
├── NotFoundError            no such case
├── JudgedSetError           the judged queries are not in their form
├── ServeError               the address cannot be served on (search_api.server.run)
└── TopicsError              a topic wished for cannot be written down (search_api.server.topics)

`indexer.case.front_matter.FrontMatterError` never leaves the parser: it becomes a Finding there.
"""


class CasebookError(Exception):
    """Base of all expected errors. The message says what was given, what was expected and what to do."""


class VocabularyError(CasebookError):
    """The vocabulary, the lexicon or the situation bank is not in its form."""


class InvalidCasesError(CasebookError):
    """The library holds cases with errors, so nothing was built.

    `count` is the number of findings of severity error.
    """

    def __init__(self, message: str, count: int) -> None:
        super().__init__(message)
        self.count = count


class EncoderError(CasebookError):
    """An encoder cannot be opened, trained or used."""


class SnapshotError(CasebookError):
    """A snapshot cannot be written or trusted."""


class NoSnapshotError(SnapshotError):
    """There is no snapshot yet."""


class SnapshotMismatchError(SnapshotError):
    """A snapshot was built by something other than what wants to read it."""


class QueryError(CasebookError):
    """A search request cannot be answered as it stands. `field` names the part of the request at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(CasebookError):
    """No case has this id."""


class JudgedSetError(CasebookError):
    """The judged queries are not in their form."""
