"""The command `casebook`: data on stdout, messages on stderr, exit codes 0 (done), 1 (found or failed), 2 (usage)."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from indexer.errors import CasebookError
from search_api.settings import Settings

app = typer.Typer(
    help='社区先例库：把纠纷用大白话写下来，找到办过的类似案例。\n\n例：casebook search "楼上漏水，找他还不开门"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

IndexOption = Annotated[Path | None, typer.Option("--index", help="索引文件夹，默认 index/。")]
CasesOption = Annotated[Path | None, typer.Option("--cases", help="案例库文件夹，默认 cases/。")]


def _message(text: str) -> None:
    typer.echo(text, err=True)


@app.command(help="检查案例文件，逐条说出哪里不合格、怎么改。\n\n例：casebook check cases/ --format github")
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="文件或文件夹；不写就查整个案例库。")] = None,
    output: Annotated[str, typer.Option("--format", help="text、json 或 github。")] = "text",
    retrieval: Annotated[
        bool,
        typer.Option(
            "--retrieval", help="再查 asked_as：去掉一句，别的内容还找不找得到它的案例（约一分钟）。"
        ),
    ] = False,
    sources: Annotated[bool, typer.Option("--sources", help="再列出每个案例的来源。")] = False,
) -> None:
    from search_api.commands.check import run_check

    settings = Settings()
    chosen = paths or [settings.cases]
    code = run_check(chosen, output, _message)
    if sources:
        from search_api.commands.sources import run_sources

        run_sources(chosen, _message)
    if retrieval and code == 0:
        from search_api.commands.retrieval import run_retrieval

        run_retrieval(chosen, settings, _message)
    raise typer.Exit(code)


@app.command(help="把案例库建成索引；只重算改过的段落。\n\n例：casebook index")
def index(
    index_folder: IndexOption = None,
    cases: CasesOption = None,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="跳过有错的案例，并说出是哪些。")
    ] = False,
) -> None:
    from search_api.commands.index import run_index

    settings = Settings()
    run_index(cases or settings.cases, index_folder or settings.index, skip_invalid, settings, _message)


@app.command(
    help='用大白话找先例。\n\n例：casebook search "物业光收钱不干活" --top-k 3 --filter category=property-service'
)
def search(
    query: Annotated[str, typer.Argument(help="谁、因为什么、闹到什么程度、做过什么。")],
    top_k: Annotated[int, typer.Option("--top-k", help="要几个，1 到 50。")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", help="筛选，写成 键=值；可写多次。")
    ] = None,
    index_folder: IndexOption = None,
) -> None:
    from search_api.commands.search import run_search

    settings = Settings()
    run_search(query, top_k, as_json, filters or [], index_folder or settings.index, settings)


@app.command(help="案例库的全貌：各类别、结果、省份、年份、办法有多少，缺什么。\n\n例：casebook stats")
def stats(
    output: Annotated[str, typer.Option("--format", help="text 或 json。")] = "text",
    cases: CasesOption = None,
) -> None:
    from search_api.commands.stats import run_stats

    run_stats(cases or Settings().cases, output)


@app.command(help="看一个案例的全文。\n\n例：casebook show shenyang-mingbei-replace-property-firm")
def show(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="案例编号。")],
    index_folder: IndexOption = None,
) -> None:
    from search_api.commands.search import run_show

    settings = Settings()
    run_show(case_id, index_folder or settings.index, settings)


@app.command(help="打开网页服务。\n\n例：casebook serve --host 0.0.0.0 --port 8080")
def serve(
    host: Annotated[str, typer.Option("--host", help="监听地址；要让别的电脑用，写 0.0.0.0。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口；0 表示任选一个空的。")] = 8000,
    index_folder: IndexOption = None,
) -> None:
    from search_api.server.run import run_server

    settings = Settings()
    run_server(host, port, settings.model_copy(update={"index": index_folder or settings.index}), _message)


@app.command(name="eval", help="在判过分的问句上比较 BM25、向量和混合。\n\n例：casebook eval --split dev")
def evaluate(
    split: Annotated[str, typer.Option("--split", help="dev（调试用）、test（考试用）或 all。")] = "dev",
    output: Annotated[str, typer.Option("--format", help="text 或 json。")] = "text",
    judged: Annotated[Path | None, typer.Option("--judged", help="问句文件夹，默认 cases/judged。")] = None,
    to_judge: Annotated[bool, typer.Option("--pool", help="列出还没判过的候选案例，给判分的人。")] = False,
    outside: Annotated[
        Path | None, typer.Option("--set", help="别处的评测集文件夹（BEIR 或 pairs.jsonl）。")
    ] = None,
    agreement: Annotated[bool, typer.Option("--agreement", help="两位各判一遍的，看有多一致。")] = False,
    elements: Annotated[
        bool, typer.Option("--elements", help="相同点、不同点、还需核实，对人判的看准不准。")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", help="把整本账（dev 和 test 都算，约两三分钟）写进这个文件夹：Markdown 和图。"
        ),
    ] = None,
    index_folder: IndexOption = None,
) -> None:
    from search_api.commands.evaluate import (
        refuse_unknown,
        run_agreement,
        run_elements,
        run_evaluation,
        run_pool,
        run_report,
        run_set,
    )

    settings = Settings()
    folder = judged or settings.cases / "judged"
    refuse_unknown(split, output, _message)
    if outside is not None:
        run_set(outside, output, settings)
        return
    if agreement:
        run_agreement(folder)
        return
    if elements:
        run_elements(split, folder, settings)
        return
    if report is not None:
        run_report(report, folder, index_folder or settings.index, settings, _message)
        return
    if to_judge:
        run_pool(split, folder, index_folder or settings.index, settings)
        return
    run_evaluation(split, output, folder, index_folder or settings.index, settings)


@app.command(help="在判过分的问句上校准结论（高度相似……库内暂无合适案例）。\n\n例：casebook calibrate")
def calibrate(index_folder: IndexOption = None) -> None:
    from search_api.commands.calibrate import run_calibration

    settings = Settings()
    run_calibration(index_folder or settings.index, settings, _message)


@app.command(help="训练编码器（两核约十分钟）。\n\n例：casebook train --data 开放文本文件夹 --out 我的编码器")
def train(
    texts: Annotated[Path | None, typer.Option("--data", help="开放授权的训练文本文件夹。")] = None,
    situations: Annotated[
        Path | None, typer.Option("--situations", help="情形库，默认 cases/situations。")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹。")] = Path("encoder"),
    quick: Annotated[bool, typer.Option("--quick", help="只用少量数据，几秒钟，试流程用。")] = False,
    redlines: Annotated[
        bool, typer.Option("--redlines", help="改为训练红线模型（一分钟），从 cases/redlines/told.tsv。")
    ] = False,
) -> None:
    from search_api.commands.train import run_danger_training, run_training

    if redlines:
        run_danger_training(Settings().cases, _message)
        return
    run_training(texts, situations or Settings().cases / "situations", out, quick, _message)


def main() -> None:
    """Run the command; expected errors become one message on stderr and exit code 1 (2 for wrong usage)."""
    try:
        app()
    except CasebookError as error:
        _message(f"没有成功：{error}")
        sys.exit(1)
    except KeyboardInterrupt:
        _message("已停下。")
        sys.exit(130)
    except OSError as error:
        _message(
            f"没有成功：{error.filename} 读不了或写不了（{error.strerror}）。请检查路径、权限和磁盘空间。"
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
