"""How large and how strong in contrast a visitor reads, remembered on the visitor's device."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "display"
SIZES = ("standard", "large", "huge")
CONTRASTS = ("normal", "high")
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Display:
    """One of SIZES and one of CONTRASTS."""

    size: str = SIZES[0]
    contrast: str = CONTRASTS[0]


def display_of(request: Request) -> Display:
    """Return what was chosen; what is not known is as at first."""
    size, _, contrast = request.cookies.get(COOKIE, "").partition(".")
    return _known(size, contrast)


def remember_display(request: Request, response: Response, size: str, contrast: str) -> None:
    """Set the cookie that holds nothing but the two; '' leaves one as it was."""
    before = display_of(request)
    chosen = _known(size or before.size, contrast or before.contrast)
    value = f"{chosen.size}.{chosen.contrast}"
    response.set_cookie(COOKIE, value, max_age=_A_YEAR, samesite="lax", httponly=True)


def _known(size: str, contrast: str) -> Display:
    return Display(
        size if size in SIZES else SIZES[0],
        contrast if contrast in CONTRASTS else CONTRASTS[0],
    )
