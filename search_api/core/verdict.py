"""How close the best precedent is, in words.

Words are used only where error rates have been measured: with a calibration for exactly this content and this
encoder. Without one every answer says that likeness was not judged.
"""

from collections.abc import Sequence

from indexer.calibration import Calibration
from indexer.passages import PassageKind
from search_api.core.outcome import Level, Verdict

ORDER: tuple[Level, ...] = ("close", "method", "idea", "none")
"""From the nearest to the farthest."""

VERDICTS: dict[Level, Verdict] = {
    "close": Verdict("close", "高度相似", "库里有同类纠纷的先例，请对照自己这里的情况再用。"),
    "method": Verdict("method", "做法可借鉴", "没有完全同类的纠纷，但下面的做法可以搬过来用。"),
    "idea": Verdict("idea", "仅供启发", "下面的案例与您说的事有距离，只能打开思路。"),
    "none": Verdict("none", "库内暂无合适案例", "下面即使列出了案例，也不宜照着办。"),
    "uncalibrated": Verdict(
        "uncalibrated",
        "可能相近的案例",
        "这些案例还没有校准过：机器只排了先后，像不像没有判断，也不能断定库里有没有。请您看过案情自己定。",
    ),
}


def level_of(chance: float, answerable: float, kind: PassageKind, calibration: Calibration | None) -> Level:
    """Return the level of one case from the chance that it helps and the one that there is anything to find.

    `kind` is what speaks for the case.
    """
    if calibration is None:
        return "uncalibrated"
    if chance >= calibration.close:
        return "close" if kind == "facts" else "method"
    return "idea" if answerable >= calibration.answerable else "none"


def judge(levels: Sequence[Level], calibration: Calibration | None) -> Verdict:
    """Return the verdict on an answer: that of its nearest case."""
    if calibration is None:
        return VERDICTS["uncalibrated"]
    return VERDICTS[min(levels, key=ORDER.index, default="none")]
