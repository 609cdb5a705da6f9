"""What leads to a person is masked, what a precedent is found by stays, and nothing is masked twice."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.text.personal import is_card_number, is_identity_number, mask, rule_file

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "personal"


def lines(name):
    text = (FIXTURES / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


HIDES = [tuple(line.split("\t")) for line in lines("hides.txt")]
KEEPS = lines("keeps.txt")


@pytest.mark.parametrize(("said", "masked"), HIDES, ids=[said for said, _ in HIDES])
def test_what_leads_to_a_person_is_masked(said, masked):
    assert mask(said).text == masked


@pytest.mark.parametrize("said", KEEPS)
def test_what_leads_to_nobody_stays(said):
    assert mask(said).text == said
    assert (mask(said).count, mask(said).kinds) == (0, ())


@pytest.mark.parametrize("said", [said for said, _ in HIDES])
def test_masking_twice_changes_nothing(said):
    once = mask(said).text
    assert mask(once).text == once
    assert mask(once).count == 0


def test_every_place_is_counted_and_its_kind_named():
    masked = mask("业主张建国，3号楼2单元501，电话13912345678或13887654321，邮箱a_b@163.com")
    assert masked.count == 5
    assert set(masked.kinds) == {"email", "phone", "door", "name"}


def test_the_kinds_are_those_of_the_rule_file():
    kinds = {rule["kind"] for rule in rule_file()["rules"]}
    assert kinds == {"email", "identity", "phone", "card", "plate", "account", "door", "name"}


PIECES = st.sampled_from([
    *("13912345678", "2单元501", "张建国", "业主", "先生", "辽A12345", "6222021234567890128", "QQ", "微信", "号"),
    *("3号楼", "12-3-502", "电话", "024-23456789", "1", "0", "-", " ", "：", "，", "〔电话〕", "某", "李", "王", "说", "a@b.cn"),
])  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=60)))
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_whatever_is_written_masking_twice_changes_nothing(text):
    once = mask(text).text
    assert mask(once) == type(mask(once))(once, 0, ())


def test_a_long_text_without_any_end_is_masked_in_no_time():
    for piece in ("1", "1 ", "业主张", "a.", "3号楼", "-", "张建国", "二单元"):
        mask(piece * (20_000 // len(piece)))


def test_identity_numbers_by_their_check_character():
    assert [last for last in "0123456789X" if is_identity_number("11010519491231002" + last)] == ["X"]


def test_card_numbers_by_their_last_digit():
    assert [last for last in "0123456789" if is_card_number("622202123456789012" + last)] == ["8"]


def test_the_rules_use_nothing_that_old_browsers_do_not_know():
    patterns = [rule["pattern"] for rule in rule_file()["rules"]]
    for pattern in [*patterns, *rule_file()["words"].values(), *rule_file()["unless"].values()]:
        for foreign in ("(?<", "(?P", "\\d", "\\w", "\\b", "$", "(?i"):
            assert foreign not in pattern
