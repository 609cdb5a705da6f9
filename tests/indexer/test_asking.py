"""Of what people tell, the part that asks how to do something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.asking import asking


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("祠堂漏得不行,翻修要八十万。这钱怎么收才不伤和气", "这钱怎么收才不伤和气"),
        ("账谁都不信,找谁来查?查完怎么说才叫人服", "找谁来查，查完怎么说才叫人服"),
        ("楼上漏水,他不认", ""),
        ("", ""),
        ("两家都说自己有理该请谁来看", "两家都说自己有理该请谁来看"),
        ("they do not trust the accounts. how can we publish them?", "how can we publish them"),
        ("somehow it leaks", ""),
    ],
)
def test_what_asks_is_kept(text, asked):
    assert asking(text) == asked


def test_of_speech_without_stops_what_stands_about_the_question_is_kept():
    told = "我们车队派长途短途全凭调度一张嘴司机都说他是拿了烟酒才给好活" * 2
    asked = asking(f"{told}想改成贴出来派这个怎么弄大家就不说闲话了你们见得多给出个主意吧")
    assert asked.startswith("想改成贴出来派这个怎么弄") or "怎么弄" in asked
    assert len(asked) < 40


@given(st.text(max_size=200))
def test_it_invents_nothing(text):
    assert set(asking(text)) <= set(text) | {"，"}
