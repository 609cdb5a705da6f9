"""How figures are written, the same on the terminal, in the report and in its plots."""

import math

NOTHING = "—"
"""Stands where there is no figure."""

_SMALLEST_P = 0.001


def number(value: float | None) -> str:
    """Return a figure between 0 and 1 with three decimals, NOTHING for none and for NaN."""
    return NOTHING if value is None or math.isnan(value) else f"{value:.3f}"


def change(value: float) -> str:
    """Return a difference with its sign and three decimals; what rounds to nothing has no sign."""
    return f"{value:+.3f}" if round(value, 3) else "0.000"


def percent(part: int, whole: int) -> str:
    """Return `part` of `whole` in whole per cent, NOTHING of nothing."""
    return f"{part / whole:.0%}" if whole else NOTHING


def p_text(value: float) -> str:
    """Return a p-value as it is usually written."""
    return f"p < {_SMALLEST_P}" if value < _SMALLEST_P else f"p = {value:.3f}"
