"""How close the best precedent is, in words.

Nothing here is calibrated yet, and a guess dressed up as a judgement would be worse than none: until error
rates have been measured, every answer says so.
"""

from search_api.core.outcome import Verdict

UNCALIBRATED = Verdict(
    "uncalibrated",
    "相近程度尚未校准",
    "下面按相近程度排列，但机器还不能断定够不够像，也不能断定库里有没有。请自己看案情是否对得上。",
)


def judge() -> Verdict:
    """Return the verdict on an answer."""
    return UNCALIBRATED
