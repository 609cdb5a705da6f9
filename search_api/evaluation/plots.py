"""The report's plots, written as SVG by hand: pictures of a table need no plotting library."""

from collections.abc import Mapping, Sequence
from html import escape

from search_api.evaluation.notation import NOTHING, number, percent
from search_api.evaluation.reliability import Bin

PAPER, INK, SOFT, RULE = "#fff", "#1a1d21", "#4b535c", "#d6dade"
BLUE, RED = "#5b86b0", "#a3161c"

_FONT = (
    "-apple-system, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'WenQuanYi Micro Hei', sans-serif"
)
_SIDE = 460.0
"""Width and height of the reliability plot between its axes, in pixels."""
_LEFT, _TOP = 84.0, 116.0
_BAR, _GAP = 34.0, 30.0
"""Width of a bar and room between the styles, in pixels."""
_HEIGHT = 280.0


def reliability_svg(split: str, bins: Sequence[Bin] | None) -> str:
    """Return the plot of `bins`: their shares as bars, a point at what was expected, and the diagonal.

    Without a calibration (None) it is an empty frame that says so.
    """
    title = f"把握准不准：{split} 的前五个案例"
    told = "没有适用的校准，没有可画的。" if bins is None else "".join(_bin_told(found) for found in bins)
    parts = [_heading(title), *_square()]
    if bins is None:
        parts.append(_text("没有适用的校准，没有可画的", _LEFT + _SIDE / 2, _TOP + _SIDE / 2, size=16))
    else:
        # The diagonal lies over the bars and under the words.
        parts += [*_reliability_key(), *map(_bin_bar, bins), _diagonal(), *map(_bin_words, bins)]
    return _picture(title, told or "没有案例。", _LEFT + _SIDE + 36, _TOP + _SIDE + 96, parts)


def styles_svg(series: Mapping[str, Mapping[str, float]], styles: Sequence[str]) -> str:
    """Return grouped bars, one group for each of `styles`, one bar for each of `series` (two at most).

    Figures are between 0 and 1; where a series has none for a style, a dash stands in its place.
    """
    title = "混合检索在各文体上的 nDCG@10"
    told = "".join(_style_told(style, series) for style in styles) or "没有问句。"
    group = _BAR * len(series) + _GAP
    width = max(group * len(styles), 240.0)
    colours = dict(zip(series, (BLUE, RED), strict=False))
    parts = [_heading(title), *_shares(width, _HEIGHT), *_styles_key(colours)]
    for place, style in enumerate(styles):
        left = _LEFT + _GAP / 2 + place * group
        parts.append(_text(style, left + (group - _GAP) / 2, _TOP + _HEIGHT + 22))
        for at, (name, colour) in enumerate(colours.items()):
            parts += _style_bar(series[name].get(style), left + at * _BAR, colour)
    return _picture(title, told, _LEFT + width + 36, _TOP + _HEIGHT + 44, parts)


def _bin_told(found: Bin) -> str:
    return (
        f"{found.low:.1f}–{found.high:.1f}：{found.cases} 个，机器平均说 {number(found.expected)}，"
        f"真有用的 {percent(found.helpful, found.cases)}。"
    )


def _style_told(style: str, series: Mapping[str, Mapping[str, float]]) -> str:
    return f"{style}：{'，'.join(f'{name} {number(found.get(style))}' for name, found in series.items())}。"


def _square() -> list[str]:
    """The frame of a plot of shares over chances: grid and both axes."""
    bottom = _TOP + _SIDE
    parts = [*_shares(_SIDE, _SIDE)]
    parts += [
        _text(f"{tenth / 10:.1f}", _LEFT + _SIDE * tenth / 10, bottom + 20, fill=SOFT) for tenth in range(11)
    ]
    parts += [
        _text("真有用的占（判 2 分或 3 分）", _LEFT - 60, _TOP - 28, anchor="start", fill=SOFT),
        _text("案例数", _LEFT - 10, bottom + 42, anchor="end", fill=SOFT),
        _text("机器说的有用的可能性", _LEFT + _SIDE / 2, bottom + 72, fill=SOFT),
    ]
    return parts


def _diagonal() -> str:
    return _line(_LEFT, _TOP + _SIDE, _LEFT + _SIDE, _TOP, INK, dashed=True)


def _shares(width: float, height: float) -> list[str]:
    """Horizontal lines from 0 to 1 with their figures."""
    parts = []
    for fifth in range(6):
        y = _TOP + height * (1 - fifth / 5)
        parts.append(_line(_LEFT, y, _LEFT + width, y, SOFT if fifth == 0 else RULE))
        parts.append(_text(f"{fifth / 5:.1f}", _LEFT - 10, y + 5, anchor="end", fill=SOFT))
    return parts


def _bin_bar(found: Bin) -> str:
    width = _SIDE * (found.high - found.low)
    height = _SIDE * found.share
    return _tag(
        "rect",
        x=_LEFT + _SIDE * found.low + 2,
        y=_TOP + _SIDE - height,
        width=width - 4,
        height=height,
        fill=BLUE,
        fill_opacity="0.75",
    )


def _bin_words(found: Bin) -> str:
    """The point at what was expected, the share above the bar and the count below it."""
    middle = _LEFT + _SIDE * (found.low + found.high) / 2
    top = _TOP + _SIDE * (1 - found.share)
    point = _tag("circle", cx=_LEFT + _SIDE * found.expected, cy=top, r=5.0, fill=RED, stroke=PAPER)
    share = _text(percent(found.helpful, found.cases), middle, top - 10, halo=True)
    return point + share + _text(str(found.cases), middle, _TOP + _SIDE + 42)


def _reliability_key() -> list[str]:
    y = 58.0
    return [
        _tag("rect", x=_LEFT, y=y - 11, width=14.0, height=14.0, fill=BLUE, fill_opacity="0.75"),
        _text("真有用的占", _LEFT + 20, y, anchor="start"),
        _tag("circle", cx=_LEFT + 128, cy=y - 5, r=5.0, fill=RED),
        _text("机器平均说的", _LEFT + 140, y, anchor="start"),
        _line(_LEFT + 254, y - 5, _LEFT + 282, y - 5, INK, dashed=True),
        _text("说多少就有多少", _LEFT + 290, y, anchor="start"),
    ]


def _style_bar(value: float | None, left: float, colour: str) -> list[str]:
    middle, bottom = left + _BAR / 2, _TOP + _HEIGHT
    if value is None:
        return [_text(NOTHING, middle, bottom - 8, fill=SOFT)]
    height = _HEIGHT * value
    return [
        _tag("rect", x=left + 1, y=bottom - height, width=_BAR - 2, height=height, fill=colour),
        _text(number(value), middle, bottom - height - 6, size=11, halo=True),
    ]


def _styles_key(colours: Mapping[str, str]) -> list[str]:
    parts = []
    for at, (name, colour) in enumerate(colours.items()):
        left = _LEFT + at * 90
        parts.append(_tag("rect", x=left, y=47.0, width=14.0, height=14.0, fill=colour))
        parts.append(_text(name, left + 20, 59.0, anchor="start"))
    return parts


def _heading(title: str) -> str:
    return _text(title, 24.0, 32.0, anchor="start", size=18, weight="600")


def _picture(title: str, told: str, width: float, height: float, parts: Sequence[str]) -> str:
    """Return the whole file: `title` and `told` are what is read out to who cannot see it."""
    names = _tag("title", escape(title), id="title") + _tag("desc", escape(told), id="desc")
    paper = _tag("rect", width=width, height=height, fill=PAPER)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="title desc" xml:lang="zh" '
            f'font-family="{_FONT}">\n',
            *(f"{part}\n" for part in (names, paper, *parts)),
            "</svg>\n",
        )
    )


def _text(
    words: str,
    x: float,
    y: float,
    *,
    anchor: str = "middle",
    size: int = 13,
    fill: str = INK,
    weight: str = "400",
    halo: bool = False,
) -> str:
    """Return `words` at (x, y), the foot of the line; with `halo` they stay readable over lines and points."""
    more = {"stroke": PAPER, "stroke_width": "3", "paint_order": "stroke"} if halo else {}
    return _tag(
        "text",
        escape(words),
        x=x,
        y=y,
        text_anchor=anchor,
        font_size=str(size),
        font_weight=weight,
        fill=fill,
        **more,
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, *, dashed: bool = False) -> str:
    more = {"stroke_dasharray": "6 4", "stroke_width": "1.5"} if dashed else {}
    return _tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)


def _tag(name: str, content: str = "", **attributes: float | str) -> str:
    """Return one element; `content` is already escaped, numbers are written to a tenth of a pixel."""
    told = "".join(
        f' {key.replace("_", "-")}="{value if isinstance(value, str) else format(value, ".1f")}"'
        for key, value in attributes.items()
    )
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"
