"""Interface texts in two languages, and which one a visitor reads."""

from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml
from starlette.requests import Request
from starlette.responses import Response

Language = Literal["zh", "en"]

COOKIE = "lang"
_A_YEAR = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """Return the language chosen by the switch; Chinese unless somebody chose English."""
    return "en" if request.cookies.get(COOKIE) == "en" else "zh"


def remember_language(response: Response, language: str) -> None:
    """Set the cookie that holds nothing but the language."""
    chosen = "en" if language == "en" else "zh"
    response.set_cookie(COOKIE, chosen, max_age=_A_YEAR, samesite="lax", httponly=True)


@cache
def texts(web: Path, language: Language) -> dict[str, str]:
    """Return the interface texts of `language` by key, from all files of its folder."""
    rows: dict[str, str] = {}
    for path in sorted((web / "locales" / language).glob("*.yaml")):
        rows |= yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return rows


def own_path(target: str) -> str:
    """Return `target` if it is a path of this site, otherwise the home page."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    foreign = (
        parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target.startswith("//")
        or "\\" in target
    )
    return "/" if foreign else target
