"""Red lines: what speaks of danger is found, what only looks so is not."""

import pytest

from indexer.errors import VocabularyError
from indexer.text.redlines import RedLines

FILE = """\
- kind: leak
  name: 可能漏气
  message: 关阀门。
  call: 打 119。
  en: {name: Gas may be leaking, message: Shut the valve., call: Call 119.}
  said: [漏煤气, 闻到..煤气, Gas Leak]
  not: [煤气费]
- kind: fire
  name: 可能着火
  message: 人先走。
  call: 打 119。
  en: {name: Fire, message: Leave., call: Call 119.}
  said: [着火了]
"""


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "redlines.yaml"
    path.write_text(FILE, encoding="utf-8")
    return RedLines.load(path)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("厨房漏煤气", ["leak"]),
        ("厨房漏煤氣", ["leak"]),
        ("闻到一股子煤气味", ["leak"]),
        ("闻到味道，隔了好久好久才想起来是煤气", []),
        ("there is a GAS LEAK", ["leak"]),
        ("漏煤气又着火了", ["leak", "fire"]),
        ("闻到要交煤气费", []),
        ("煤气费涨了，厨房还漏煤气", ["leak"]),
        ("楼上漏水", []),
        ("", []),
    ],
)
def test_what_is_crossed(lines, text, kinds):
    assert [line.kind for line in lines.crossed(text)] == kinds


def test_advice_in_both_languages(lines):
    leak, _ = lines.rows
    assert leak.advice().call == "打 119。"
    assert leak.advice("en").call == "Call 119."


def test_they_survive_the_snapshot(lines):
    again = RedLines.from_json(lines.to_json())
    assert again == lines
    assert [line.kind for line in again.crossed("着火了")] == ["fire"]


def test_a_library_without_red_lines_has_none(tmp_path):
    assert RedLines.load(tmp_path / "none.yaml").crossed("着火了") == ()


@pytest.mark.parametrize("text", ["- {", "- kind: fire\n", "fire", "- [fire]", FILE.replace("said", "says")])
def test_a_file_that_is_not_in_its_form_is_named(tmp_path, text):
    (tmp_path / "redlines.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"redlines\.yaml"):
        RedLines.load(tmp_path / "redlines.yaml")
