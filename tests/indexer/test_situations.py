"""The situation bank: one JSON object a line; what is wrong is named with file and line."""

import pytest

from indexer.case.situations import Situation, read_situations
from indexer.errors import VocabularyError


def write(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / "noise.jsonl").write_bytes(content)
    return folder


def test_it_gives_what_is_said_and_who_helps_by_situation(tmp_path):
    lines = '{"situation": "跳舞", "said": ["天天响", "吵"]}\n{"situation": "装修", "said": [], "like": ["a", "b"]}\n'
    assert read_situations(write(tmp_path / "bank", lines.encode())) == {
        "跳舞": Situation("noise", "跳舞", ("天天响", "吵")),
        "装修": Situation("noise", "装修", like=("a", "b")),
    }


def test_no_bank_is_an_empty_one(tmp_path):
    assert read_situations(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"situation": "跳舞", "said": ["响"]}\n{"situation": "跳舞"'.encode(), "第 2 行"),
        ('{"situation": "跳舞"}'.encode(), "第 1 行"),
        ('{"situation": "跳舞", "said": "天天响"}'.encode(), "一列文字"),
        (b'{"situation": 3, "said": []}', "一列文字"),
        (b'{"situation": "x", "said": [], "way": "a-case"}', "一列文字"),
        (b"[]", "第 1 行"),
        ("跳舞".encode("gb18030"), "UTF-8"),
    ],
)
def test_what_is_not_in_its_form_is_named(tmp_path, content, told):
    with pytest.raises(VocabularyError, match=told) as caught:
        read_situations(write(tmp_path / "bank", content))
    assert "noise.jsonl" in str(caught.value)


def test_what_is_said_in_english_comes_behind(tmp_path):
    folder = write(tmp_path / "bank", '{"situation": "跳舞", "said": ["吵"]}\n'.encode())
    write(folder / "english", '{"situation": "跳舞", "said": ["too loud"]}\n'.encode())
    assert read_situations(folder)["跳舞"].said == ("吵", "too loud")


def test_english_for_a_situation_that_is_none_is_named(tmp_path):
    folder = write(tmp_path / "bank", '{"situation": "跳舞", "said": ["吵"]}\n'.encode())
    write(folder / "english", '{"situation": "跳绳", "said": ["too loud"]}\n'.encode())
    with pytest.raises(VocabularyError, match="跳绳"):
        read_situations(folder)
