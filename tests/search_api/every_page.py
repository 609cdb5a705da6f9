"""Every kind of page there is and how to come to it: the one list for tests that look at all of them."""

import shutil
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from library_maker import MARKUP, ROOT, WITHDRAWN, build_index, page_library, write_library

LEAK = "厨房顶上漏水，一滴一滴往下掉，找了三回都不开门"
DANGER = "他喝醉了就打老婆，孩子吓得直哭"
LONG = "长" * 300 + "https://example.org/" + "x" * 300
TWO = "case=water-leak-00&case=noise-03"


@dataclass(frozen=True)
class Kind:
    """A kind of page: `asked` is asked first, with `more` beside it; `press` is pressed when the page is there."""

    name: str
    path: str = ""
    asked: str = ""
    more: tuple[tuple[str, str], ...] = ()
    press: str = ""
    status: int = 200


KINDS = [
    Kind("home", "/"),
    Kind("home-refused", "/", press="#ask button.primary", status=422),
    Kind("answer", asked=LEAK),
    Kind("answer-long", asked=LONG),
    Kind("answer-danger", asked=DANGER),
    Kind("answer-filtered", asked=LEAK, more=(("filter", "category=noise"),)),
    Kind(
        "answer-nothing-left",
        asked=LEAK,
        more=(("filter", "category=water-leak"), ("filter", "outcome=unresolved")),
    ),
    Kind("answer-within", asked=LEAK, more=(("within", "漏水"),)),
    Kind(
        "answer-community",
        asked=LEAK,
        more=(("my_type", "老旧小区"), ("my_households", "800")),
    ),
    Kind("answer-forgotten", "/answers/AAAAAAAAAAAAAAAAAAAAAA", status=410),
    Kind("report", "/report", asked=LEAK),
    Kind("cases", "/cases"),
    Kind("cases-filtered", "/cases?category=noise&outcome=unresolved"),
    Kind("cases-empty", "/cases?category=water-leak&outcome=unresolved"),
    Kind("cases-second-page", "/cases?page=2"),
    Kind("case", "/cases/noise-03"),
    Kind("case-withdrawn", f"/cases/{WITHDRAWN}"),
    Kind("case-markup", f"/cases/{MARKUP}"),
    Kind("library", "/library"),
    Kind("map", "/map"),
    Kind("batch", "/batch"),
    Kind("compare", f"/compare?{TWO}"),
    Kind("compare-one", "/compare?case=noise-03", status=422),
    Kind("sheet", f"/sheet?{TWO}"),
    Kind("sheet-none", "/sheet", status=422),
    Kind("sheet-print", f"/sheet?{TWO}", press="[formaction='/sheet/print']"),
    Kind("sheet-text", f"/sheet?{TWO}", press="[formaction='/sheet/text']"),
    Kind("offline", "/offline"),
    Kind("help", "/help"),
    Kind("method", "/method"),
    Kind("not-found", "/nowhere", status=404),
]

JUDGED = [Kind("answer-judged", asked=LEAK), Kind("answer-none", asked="红烧肉放几勺糖")]
"""What only a calibrated index answers: how close, or that there is nothing."""


def come(page, kind):
    """Open `kind` in `page` and return the browser's response."""
    response = page.goto(address(page, kind))
    if kind.press:
        with page.expect_navigation() as arrived:
            page.locator(kind.press).first.click()
        response = arrived.value
    assert response.status == kind.status, kind.name
    return response


def address(page, kind):
    """The address of `kind`; of an answer it is made anew, since it holds a token."""
    if not kind.asked:
        return kind.path
    answer = page.request.post(
        "/search",
        data=urlencode([("query", kind.asked), *kind.more]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    return urlsplit(answer.url).path + kind.path


def full_index(folder):
    """The index of the library of the pages, with what warns of danger and what compares."""
    library = write_library(folder / "cases", page_library())
    for name in ("elements.yaml", "redlines.yaml"):
        shutil.copy(ROOT / "cases" / name, library)
    shutil.copytree(ROOT / "cases" / "redlines", library / "redlines")
    return build_index(library, folder / "index")
