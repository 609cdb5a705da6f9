"""Interface texts in two languages, and which one a visitor reads."""

from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml
from starlette.requests import Request

Language = Literal["zh", "en"]

COOKIE = "lang"


def language_of(request: Request) -> Language:
    """Return the language chosen by the switch; Chinese unless somebody chose English."""
    return "en" if request.cookies.get(COOKIE) == "en" else "zh"


@cache
def texts(web: Path, language: Language) -> dict[str, str]:
    """Return the interface texts of `language` by key."""
    rows: dict[str, str] = yaml.load(
        (web / "locales" / f"{language}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
    )
    return rows


def own_path(target: str) -> str:
    """Return `target` if it is a path of this site, otherwise the home page."""
    parts = urlsplit(target)
    foreign = (
        parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target.startswith("//")
        or "\\" in target
    )
    return "/" if foreign else target
