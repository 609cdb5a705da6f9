"""Small helpers of the pages, registered as globals of the templates: links, dates, places."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from search_api.core.duration import duration_of
from search_api.core.standing import standing_name, standing_of
from search_api.core.steps import first_steps, steps_of
from search_api.core.wording import place_name
from search_api.rendering.markdown import is_web_address

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def cases_link(
    filters: Mapping[str, Sequence[str]],
    *,
    add: tuple[str, str] | None = None,
    drop: tuple[str, str] | None = None,
    page: int = 1,
) -> str:
    """Return the address of the all-cases page under `filters`, with one value added or dropped."""
    chosen = [(field, value) for field, values in filters.items() for value in values]
    chosen = [pair for pair in chosen if pair not in (add, drop)]
    if add:
        chosen.append(add)
    query = urlencode([*chosen, *([("page", str(page))] if page > 1 else [])])
    return f"/cases?{query}" if query else "/cases"


def page_window(page: int, pages: int) -> list[int | None]:
    """Return the page numbers to show: the first, the last and those by `page`; None where some are left out.

    A gap of a single page is filled in, since the number is no wider than the gap.
    """
    return list(_with_gaps(sorted({1, *range(max(1, page - 1), min(pages, page + 1) + 1), pages})))


def _with_gaps(numbers: Sequence[int]) -> Iterator[int | None]:
    before = numbers[0] - 1
    for number in numbers:
        if number - before == 2:  # noqa: PLR2004
            yield before + 1
        elif number - before > 2:  # noqa: PLR2004
            yield None
        yield number
        before = number


def written_date(date: str, lang: str) -> str:
    """Return an ISO date as people write it: 2023年3月 in Chinese. Other text stays as it is."""
    match = _DATE.fullmatch(date)
    if match is None or lang != "zh":
        return date
    return "".join(f"{int(part)}{unit}" for part, unit in zip(match.groups(), "年月日", strict=True) if part)


def web_address(url: str) -> str:
    """Return `url` if a page may link to it, otherwise ''."""
    return url if is_web_address(url) else ""


HELPERS: dict[str, Callable[..., Any]] = {
    "cases_link": cases_link,
    "duration_of": duration_of,
    "page_window": page_window,
    "place_name": place_name,
    "standing_name": standing_name,
    "standing_of": standing_of,
    "first_steps": first_steps,
    "steps_of": steps_of,
    "web_address": web_address,
    "written_date": written_date,
}
"""What the templates call by name: `environment.globals.update(HELPERS)`."""
