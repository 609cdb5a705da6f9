"""How close the best precedent is, in words.

Nothing here is calibrated yet, and a guess dressed up as a judgement would be worse than none: until error
rates have been measured, every answer says so.
"""

from search_api.core.outcome import Verdict

UNCALIBRATED = Verdict(
    "uncalibrated",
    "可能相近的案例",
    "机器目前只会排先后，还不会判断像不像，也不能断定库里有没有。是否相近，请您看过案情自己定。",
)


def judge() -> Verdict:
    """Return the verdict on an answer."""
    return UNCALIBRATED
