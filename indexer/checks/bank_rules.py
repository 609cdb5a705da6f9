"""Rules for the situation bank: who is said to help must be in the library, and once."""

from collections import Counter
from collections.abc import Collection, Iterator

from indexer.case.finding import Finding
from indexer.case.situations import Situation, Situations


def helpers_exist(situations: Situations, case_ids: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each id in a list of a situation that is no case's, or that stands there twice."""
    lines: Counter[str] = Counter()
    for situation in situations.values():
        lines[situation.category] += 1
        for case_id, times in Counter(_helpers(situation)).items():
            if case_id not in case_ids:
                told = f"「{situation.name}」说案例「{case_id}」帮得上忙，库里没有这个编号。"
                yield _finding(situation, lines[situation.category], "unknown-helper", told)
            elif times > 1:
                told = f"「{situation.name}」里案例「{case_id}」写了 {times} 次。"
                yield _finding(situation, lines[situation.category], "repeated-helper", told)


def _helpers(situation: Situation) -> Iterator[str]:
    for ids in situation.helpers.values():
        yield from ids


def _finding(situation: Situation, line: int, code: str, told: str) -> Finding:
    path = f"situations/{situation.category}.jsonl"
    remedy = "same、like、part、way 里照抄案例的编号，一个编号只写一处；案例已经不在就删去。"
    return Finding(path, line, code, told, remedy, "warning")
