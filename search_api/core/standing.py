"""How well a case is borne out: by how many sources, and by how many places that did the same (回填)."""

from dataclasses import dataclass
from typing import Literal

from indexer.case.model import Case, Source

StandingCode = Literal["composite", "single", "sources", "two", "several"]

ORDER: tuple[StandingCode, ...] = ("several", "two", "sources", "single", "composite")
"""From what is borne out best."""

_NAMES: dict[StandingCode, tuple[str, str]] = {
    "several": ("多地复用", "Reused in several places"),
    "two": ("两地复用", "Reused in two places"),
    "sources": ("单例，多家来源", "One place, several sources"),
    "single": ("单例", "One place"),
    "composite": ("教学改编", "Adapted for teaching"),
}
_TWO = 2


@dataclass(frozen=True)
class Standing:
    """`places` counts where the case happened and where its way of working did something; `failed` where it did not.

    `sources` counts publishers, since two pages of one office are one voice.
    """

    code: StandingCode
    places: int
    failed: int
    sources: int


def standing_of(case: Case) -> Standing:
    """Return the standing of `case`, by its reuse records and its sources."""
    worked = {record.where for record in case.reuse if record.result in ("worked", "partly")}
    failed = {record.where for record in case.reuse if record.result == "failed"}
    voices = len({_voice(source) for source in case.sources})
    return Standing(_code(case, 1 + len(worked), voices), 1 + len(worked), len(failed), voices)


def standing_name(code: str, language: str = "zh") -> str:
    """Return what people read for a standing; an unknown one is its own name."""
    return next((names[language == "en"] for known, names in _NAMES.items() if known == code), code)


def _code(case: Case, places: int, voices: int) -> StandingCode:
    if case.provenance == "composite":
        return "composite"
    if places > _TWO:
        return "several"
    if places == _TWO:
        return "two"
    return "sources" if voices > 1 else "single"


def _voice(source: Source) -> str:
    return source.publisher or source.url or source.seed or source.title
