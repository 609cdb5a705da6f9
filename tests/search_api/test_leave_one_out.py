"""Each line of `asked_as` is asked of an index without that line, and only without that line."""

from dataclasses import replace

import pytest
from library_maker import ENCODER, casebook, engine_over, environment, made_case, write_library

from indexer.encoders.base import open_encoder
from search_api.evaluation.leave_one_out import FOLDS, WITHIN, leave_one_out

ONLY_SAID = "半夜洗衣机转得床都跟着晃"
"""Words that stand nowhere else in the case."""

ALSO_TOLD = "两家人为一件小事红了脸"
"""Words that stand in the facts of the case, too."""


def library():
    cases = [
        made_case(f"other-{number:02}", asked_as=tuple(f"别的事{number}{part}" for part in "甲乙丙丁戊"))
        for number in range(WITHIN + 2)
    ]
    told = {
        "案情": f"春天开始，{ALSO_TOLD}，先后找过楼组长和居委会，谈过两回都没有谈成，话也越说越重，整个楼门的人都觉得别扭，"
        * 2
    }
    return [
        *cases,
        made_case("zz-told", asked_as=(ONLY_SAID, ALSO_TOLD, "第三句", "第四句", "第五句"), texts=told),
    ]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return engine_over(tmp_path_factory.mktemp("leave-one-out"), library()).snapshot


@pytest.fixture(scope="module")
def report(snapshot):
    return leave_one_out(snapshot, open_encoder(ENCODER))


def result(report, line):
    (found,) = [row for row in report.lines if row.line == line]
    return found


def test_every_line_of_every_case_is_asked_once(report, snapshot):
    said = [(case.id, line) for case in snapshot.cases for line in case.asked_as]
    assert [(row.case_id, row.line) for row in report.lines] == said


def test_with_itself_every_line_finds_its_case_first(tmp_path):
    engine = engine_over(tmp_path, library())
    assert engine.rank(ONLY_SAID)[0][0] == "zz-told"


def test_what_stands_nowhere_else_is_not_found_and_what_is_told_is(report):
    lost, found = result(report, ONLY_SAID), result(report, ALSO_TOLD)
    assert not lost.found
    assert len(lost.ahead) == WITHIN
    assert "zz-told" not in lost.ahead
    assert found.found
    assert found.place == 1
    assert found.ahead == ()


def test_the_share_is_of_all_lines_and_the_missed_are_listed(report):
    assert list(report.missed) == [row for row in report.lines if row.place is None or row.place > WITHIN]
    assert report.share == pytest.approx(1 - len(report.missed) / len(report.lines))
    assert replace(report, lines=()).share == 1


def test_a_line_stands_where_it_would_if_it_had_never_been_written(tmp_path, report):
    """The oracle is a library whose files lack the lines of one round, indexed from nothing."""
    cases = library()
    gone = {
        (case.id, place)
        for number, case in enumerate(sorted(cases, key=lambda case: case.id))
        for place in range(len(case.asked_as))
        if (number + place) % FOLDS == 2
    }
    lacking = [
        case.model_copy(
            update={
                "asked_as": tuple(
                    line for place, line in enumerate(case.asked_as) if (case.id, place) not in gone
                )
            }
        )
        for case in cases
    ]
    engine = engine_over(tmp_path, lacking)
    for case in cases:
        for place, line in enumerate(case.asked_as):
            if (case.id, place) in gone:
                ids = [case_id for case_id, _ in engine.rank(line)]
                expected = ids.index(case.id) + 1 if case.id in ids else None
                assert result(report, line).place == expected


def test_the_command_lists_the_lines_of_the_files_it_is_given(tmp_path):
    folder = write_library(tmp_path / "cases", library())
    said = casebook(
        "check", folder / "noise" / "zz-told.md", "--retrieval", env=environment(CASEBOOK_CASES=str(folder))
    )
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert any(line.startswith("zz-told\t") and ONLY_SAID in line for line in lines)
    assert not any(line.startswith("other-") for line in lines)
    assert "5 句里有" in said.stderr
