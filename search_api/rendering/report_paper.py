"""The search report as it goes on paper."""

from collections.abc import Iterator

from indexer.case.model import Case
from search_api.core.outcome import Match
from search_api.core.report import Found, Report
from search_api.core.wording import section_name
from search_api.rendering.paper import Block, Line, Paper, Voice, part


def report_paper(report: Report, voice: Voice) -> Paper:
    """Return the report, told in the order in which a search goes."""
    say = voice.text
    return Paper(say("report.title"), tuple(_blocks(report, voice)), (say("report.caution"),))


def _blocks(report: Report, voice: Voice) -> Iterator[Block]:
    say = voice.text
    verdict = report.outcome.verdict.level
    yield from part(
        say("report.asked"), "prose", Line(report.asked.text, notes=(_masked_note(report, voice),))
    )
    yield from part(say("report.how"), "bullets", *_how(report, voice))
    yield from part(
        say("report.verdict"), "prose", say(f"verdict.{verdict}"), say(f"verdict.{verdict}.reason")
    )
    found = [_found(one, voice) for one in report.found]
    yield from part(say("report.found"), "numbers", *(found or [Line(say("report.nothing"))]))
    aside = [_aside(match, voice) for match in report.set_aside]
    yield from part(say("report.aside"), "bullets", *aside)
    if report.chosen is not None:
        yield from part(say("report.chosen"), "bullets", *map(_titled, report.chosen))
        yield from part(say("report.not_chosen"), "bullets", *map(_titled, report.not_chosen))


def _masked_note(report: Report, voice: Voice) -> str:
    count = report.asked.count
    return voice.text("report.masked", n=count) if count else voice.text("report.masked_none")


def _how(report: Report, voice: Voice) -> Iterator[str]:
    say = voice.text
    yield voice.pair(say("report.on"), voice.date(report.on.isoformat()))
    yield voice.pair(say("report.snapshot"), report.snapshot)
    yield say("report.considered", n=report.considered)
    filters = [voice.pair(field, value) for field, value in report.filters]
    if report.within:
        filters.append(voice.pair(say("report.within"), report.within))
    yield voice.pair(say("report.filters"), say("sheet.between").join(filters) or say("report.filters_none"))
    if report.left_out:
        yield say("report.left_out", n=report.left_out)


def _found(found: Found, voice: Voice) -> Line:
    say, match = voice.text, found.match
    words = say("sheet.between").join((_level(match, voice), say(f"match.{match.match}")))
    notes = [words]
    if found.because:
        notes.append(voice.pair(say("report.because"), "、".join(found.because)))
    if found.quoted:
        section = section_name(found.section, voice.language)
        notes.append(voice.pair(say("report.quoted", section=section), f"“{found.quoted}”"))
    notes.append(voice.pair(say("case.id"), match.case.id))
    return Line(match.case.title, notes=tuple(notes), link=f"/cases/{match.case.id}")


def _aside(match: Match, voice: Voice) -> Line:
    return Line(match.case.title, notes=(_level(match, voice),), link=f"/cases/{match.case.id}")


def _level(match: Match, voice: Voice) -> str:
    return voice.text(f"level.{match.level}")


def _titled(case: Case) -> Line:
    return Line(case.title, link=f"/cases/{case.id}")
