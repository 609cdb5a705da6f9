"""Text from outside, fit to be shown, printed and written into a document."""

import re

_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, which no XML may hold
    "\u202a-\u202e\u2066-\u2069"  # they turn the direction of everything that follows
    "\ud800-\udfff\ufffe\uffff"  # halves of a character, and none at all
    "]"
)


def clean(text: str) -> str:
    """Return `text` without what no document may hold, with line ends as one character."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ")


def one_line(text: str) -> str:
    """Return `text` cleaned, its line ends and runs of blanks as one blank."""
    return " ".join(clean(text).split())
