"""The whole account as Markdown and plots: nothing is computed here, only written down."""

import re
from collections.abc import Iterable, Sequence

from search_api.core.verdict import VERDICTS
from search_api.evaluation.ablations import WHOLE
from search_api.evaluation.judged import STYLES
from search_api.evaluation.notation import NOTHING, change, number, p_text, percent
from search_api.evaluation.plots import reliability_svg, styles_svg
from search_api.evaluation.reliability import Bin, mean_gap
from search_api.evaluation.report import WAY, Report, SplitReport
from search_api.evaluation.run import ENGINES, METRICS, Comparison, Evaluation, VerdictFigures
from search_api.evaluation.worst import SHOWN, WORST, Returned, Wanted, WorstQuery

TEXT = "report.md"
STYLES_PLOT = "ndcg-by-style.svg"

SPLIT_NAMES = {"dev": "dev（调试用）", "test": "test（考试用）"}

_HOW_TO_READ = """\
- **dev** 调试时可以逐条看；**test** 只跑总分，不逐条看，所以下面没有一条 test 问句的原文。
- **nDCG@10**：前 10 个案例排得好不好，0 到 1，越大越好；最该看的排得越靠前分越高。
- **前1命中、前5命中**：第 1 个、前 5 个里有没有办法用得上的案例（判 2 分或 3 分；一个都没有的，看判分最高的）。
- **MRR**：第一个用得上的案例排第几，取倒数再平均；总排第一是 1，总排第二是 0.5。
- **AUROC**：随便拿一条能答的和一条库里没有的，机器对前者更有把握的机会；0.5 等于瞎猜。
- **p**：两种做法本来一样好、只凭碰巧也会差这么多的机会（配对随机化检验）；小于 0.05 才好说不是碰巧。"""

_ABLATED = {
    "查询时不认概念": "问句只按原话，说到的概念不算",
    "建索引时不用概念词典": "案例和情形只按原文的词编进索引",
    "不用情形库": "不经过情形库找案例",
    "只用词": "就是上面的 BM25",
    "只用向量": "就是上面的向量",
    "只用情形库": "只看情形库指向哪些案例",
}


def report_files(report: Report) -> dict[str, str]:
    """Return the texts of all files by name; the same account always gives the same texts."""
    plots = {
        reliability_plot(split): reliability_svg(split, found.reliability)
        for split, found in report.splits.items()
    }
    figures: dict[str, dict[str, float]] = {
        split: found.evaluation.engines[WHOLE].by_style for split, found in report.splits.items()
    }
    return {TEXT: as_markdown(report), **plots, STYLES_PLOT: styles_svg(figures, _styles(report))}


def reliability_plot(split: str) -> str:
    """Return the name of the file with the reliability plot of `split`."""
    return f"reliability-{split}.svg"


def as_markdown(report: Report) -> str:
    """Return the account as Markdown, in Chinese, ending in one newline."""
    parts = [
        "# 检索评测报告",
        _about(report),
        f"## 怎么读\n\n{_HOW_TO_READ}",
        "## 总成绩",
        *(_overall(split, found) for split, found in report.splits.items()),
        _by_style(report),
        *_apart(report),
        "## 把握准不准",
        _RELIABILITY,
        *(_reliability(split, found.reliability) for split, found in report.splits.items()),
        "## 拆掉一部分会怎样",
        _ABLATION,
        *(_ablations(split, found) for split, found in report.splits.items()),
        *_worst(report.worst),
    ]
    return "\n\n".join(parts) + "\n"


def _about(report: Report) -> str:
    library = report.library
    return (
        f"由 `casebook eval --report` 写出。库里有 {library.cases} 个案例、{library.passages} 段文本、"
        f"{library.situations} 种情形、{library.concepts} 个概念；索引内容的指纹 `{library.content}`。"
    )


def _overall(split: str, found: SplitReport) -> str:
    evaluation = found.evaluation
    ungraded = f"，没有判分的 {evaluation.ungraded} 条（不计）" if evaluation.ungraded else ""
    counts = f"能答的 {evaluation.answerable} 条，库里没有的 {evaluation.unanswerable} 条{ungraded}。"
    closeness = (
        f"- 机器的把握：能答的平均 {number(evaluation.closeness['answerable'])}，"
        f"库里没有的平均 {number(evaluation.closeness['unanswerable'])}，AUROC {number(evaluation.auroc)}"
    )
    told = "\n".join((*map(_compared, evaluation.comparisons), closeness, _verdict(evaluation.verdict)))
    return "\n\n".join((f"### {SPLIT_NAMES[split]}", counts, _engines(evaluation), told))


def _engines(evaluation: Evaluation) -> str:
    rows = [["能答的", *METRICS.values()]]
    for name, figures in evaluation.engines.items():
        rows.append([name, *(number(figures.means[metric]) for metric in METRICS)])
    return _table(rows)


def _compared(found: Comparison) -> str:
    return f"- {found.better} 比 {found.base}：nDCG@10 {change(found.gain)}，{p_text(found.p_value)}"


def _verdict(figures: VerdictFigures | None) -> str:
    if figures is None:
        return "- 这个索引没有适用的校准，机器不下“像不像”的结论，也就没有可评的"
    lines = [
        f"- 能答的里没有说“库内暂无”的 {figures.kept:.1%}；库里没有的里却说有的 {figures.false_answers:.1%}"
    ]
    for row in figures.levels:
        share = f"，其中真有用的 {percent(row.helpful, row.given)}" if row.given else ""
        lines.append(f"- 第一个案例标“{VERDICTS[row.level].label}”的 {row.given} 条{share}")
    return "\n".join(lines)


def _styles(report: Report) -> list[str]:
    """Return the styles that have answerable queries, in the order in which they are written down."""
    return [style for style in STYLES if any(style in found.styles for found in report.splits.values())]


def _by_style(report: Report) -> str:
    splits = report.splits
    heads = (f"{split} {head}" for split in splits for head in ("条数", *ENGINES))
    rows = [["文体", *heads]]
    for style in _styles(report):
        cells = (cell for found in splits.values() for cell in _style_cells(style, found))
        rows.append([style, *cells])
    return f"## 各文体的 nDCG@10\n\n![混合检索在各文体上的 nDCG@10]({STYLES_PLOT})\n\n{_table(rows)}"


def _style_cells(style: str, found: SplitReport) -> list[str]:
    figures = (engine.by_style.get(style) for engine in found.evaluation.engines.values())
    return [str(found.styles.get(style, 0)), *map(number, figures)]


def _apart(report: Report) -> list[str]:
    ways = (_group(split, found.ways) for split, found in report.splits.items())
    indirect = (_group(split, found.indirect) for split, found in report.splits.items())
    return [
        "## 另看两组",
        f"### 问办法的\n\n编号以 `{WAY}` 开头：事情本身库里多半没有，要的是能搬过去的办法。",
        *ways,
        "### 不说官方词的\n\n问句里没有概念词典的任何一个规范词，全靠大白话。",
        *indirect,
    ]


def _group(split: str, evaluation: Evaluation) -> str:
    head = f"**{SPLIT_NAMES[split]}**：{evaluation.answerable} 条。"
    if not evaluation.answerable:
        return head
    return "\n\n".join((head, _engines(evaluation), "\n".join(map(_compared, evaluation.comparisons))))


_RELIABILITY = (
    f"每条判过分的问句（能答的和库里没有的）取前 {SHOWN} 个案例：机器说它有用的可能性是多少，"
    "真有用的（判 2 分或 3 分，没有写分的算没有用）又占多少。分成 10 档，空的不列；两边越接近，话越可信。校准是在 dev 上做的，"
    "dev 的数会好看一些，以 test 为准。"
)


def _reliability(split: str, bins: Sequence[Bin] | None) -> str:
    head = f"### {SPLIT_NAMES[split]}"
    if bins is None:
        return f"{head}\n\n这个索引没有适用的校准，机器没有说可能性，所以没有这张表。"
    rows = [["机器说的可能性", "案例数", "平均说", "真有用的", "真有用的占"]]
    for found in bins:
        share = percent(found.helpful, found.cases)
        stretch = f"{found.low:.1f}–{found.high:.1f}"
        rows.append([stretch, str(found.cases), number(found.expected), str(found.helpful), share])
    plot = f"![{split}：机器说的可能性和真有用的占多少]({reliability_plot(split)})"
    return "\n\n".join((head, plot, _table(rows), f"两边平均差 {number(mean_gap(bins))}。"))


_ABLATION = (
    "每次只动一处，其余不变，用同样的能答的问句再跑一遍。“变化”是比完整的混合检索多了或少了多少 nDCG@10："
    "少得越多，拿掉的那一部分越要紧。"
)


def _ablations(split: str, found: SplitReport) -> str:
    whole = found.evaluation.engines[WHOLE]
    rows = [["做法", *METRICS.values(), "变化", "p"]]
    rows.append(["完整的混合检索", *(number(whole.means[metric]) for metric in METRICS), NOTHING, NOTHING])
    for tried in found.ablations:
        name = f"{tried.name}（{_ABLATED[tried.name]}）"
        means = (number(tried.figures.means[metric]) for metric in METRICS)
        rows.append([name, *means, change(-tried.comparison.gain), p_text(tried.comparison.p_value)])
    return f"### {SPLIT_NAMES[split]}\n\n{_table(rows)}"


def _worst(shown: Sequence[WorstQuery]) -> list[str]:
    head = (
        f"## 最差的 {WORST} 条（只看 dev）\n\n混合检索 nDCG@10 最低的能答的问句；“标作”是页面上给那个案例的话，"
        f"判分的“{NOTHING}”是没有写分的（看过不相关，或没有人看过），按 0 分算。"
    )
    return [head, *(_worst_query(place, found) for place, found in enumerate(shown, start=1))]


def _worst_query(place: int, found: WorstQuery) -> str:
    rows = [["名次", "返回的案例", "标作", "判分"]]
    rows += [_returned(at, case) for at, case in enumerate(found.returned, start=1)]
    query = found.query
    head = f"### {place}. `{query.id}`，{query.style}，nDCG@10 {number(found.ndcg)}"
    wanted = "\n".join(map(_wanted, found.wanted))
    more = f"\n- 判分同样最高的还有 {found.more} 个" if found.more else ""
    returned = _table(rows, figures=False) if found.returned else "没有返回案例。"
    return "\n\n".join(
        (head, f"> “{_plain(query.text)}”", returned, f"判分最高的排在哪里：\n\n{wanted}{more}")
    )


def _returned(place: int, case: Returned) -> list[str]:
    grade = NOTHING if case.grade is None else str(case.grade)
    return [str(place), _named(case), VERDICTS[case.level].label, grade]


def _wanted(case: Wanted) -> str:
    place = "没有排进来" if case.place is None else f"第 {case.place} 个"
    return f"- {_named(case)}，判 {case.grade} 分：{place}"


def _named(case: Returned | Wanted) -> str:
    return f"{_plain(case.title)}（`{case.case_id}`）"


def _table(rows: Iterable[Sequence[str]], figures: bool = True) -> str:
    """Return the rows as a Markdown table, the first as its head; `figures` stand to the right."""
    head, *body = rows
    line = ["---", *["---:" if figures else "---"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, line, *body))


def _plain(text: str) -> str:
    """Return `text` on one line, with nothing in it that Markdown or HTML would read as a sign."""
    return re.sub(r"([\\`*_\[\]<>|#&~!$])", r"\\\1", " ".join(text.split()))
