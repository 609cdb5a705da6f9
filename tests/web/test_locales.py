"""Both languages say everything that the pages ask for, and the pages ask for nothing else."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

WEB = Path(__file__).parents[2] / "web"

_CALL = re.compile(r"""\bt\(\s*"([^"]*)"(\s*~)?|\bt\(\s*'([^']*)'(\s*~)?""")
_TEXT = re.compile(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")

# The example in the box is what to write, and that is Chinese in both languages.
_CHINESE_ON_PURPOSE = {"ask.placeholder"}


@cache
def texts(language):
    rows = {}
    for path in locale_files(language):
        rows |= yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return rows


def locale_files(language):
    return sorted((WEB / "locales" / language).glob("*.yaml"))


def templates():
    return sorted((WEB / "templates").glob("*.html"))


def asked_for(template):
    """The keys, and the beginnings of keys that end in a value, that a template asks for."""
    source = template.read_text(encoding="utf-8")
    calls = [(match[1] or match[3], bool(match[2] or match[4])) for match in _CALL.finditer(source)]
    whole = {key for key, goes_on in calls if not goes_on} | {
        key for key in _TEXT.findall(source) if key in texts("zh")
    }
    return whole, {key for key, goes_on in calls if goes_on}


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(texts("zh")) == list(texts("en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_key_stands_twice(language):
    lines = [
        line for path in locale_files(language) for line in path.read_text(encoding="utf-8").splitlines()
    ]
    keys = [line.split(":")[0] for line in lines if line and not line.startswith("#")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("key", texts("zh"))
def test_a_text_says_something_with_the_same_placeholders(key):
    zh, en = texts("zh")[key], texts("en")[key]
    assert zh.strip()
    assert en.strip()
    assert set(_PLACEHOLDER.findall(zh)) == set(_PLACEHOLDER.findall(en))


@pytest.mark.parametrize("key", sorted(texts("en").keys() - _CHINESE_ON_PURPOSE))
def test_english_is_english(key):
    assert not _CHINESE.search(texts("en")[key])


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_every_text_that_a_template_asks_for_exists(template):
    whole, beginnings = asked_for(template)
    assert whole <= texts("zh").keys()
    for beginning in beginnings:
        assert any(key.startswith(beginning) for key in texts("zh")), beginning


@pytest.mark.parametrize(
    ("beginning", "values", "end"),
    [
        ("level.", ["close", "method", "idea", "none", "uncalibrated"], ""),
        ("verdict.", ["close", "method", "idea", "none", "uncalibrated"], ""),
        ("verdict.", ["close", "method", "idea", "none", "uncalibrated"], ".reason"),
        ("match.", ["facts", "method"], ""),
        ("review.", ["draft", "reviewed", "withdrawn"], ""),
        ("reuse.", ["worked", "partly", "failed"], ""),
        ("error.", ["not_found", "request", "server"], ""),
        ("error.", ["not_found", "request", "server"], ".remedy"),
    ],
)
def test_every_value_has_its_text(beginning, values, end):
    assert {f"{beginning}{value}{end}" for value in values} <= texts("zh").keys()


def test_no_text_is_left_over():
    asked = [asked_for(template) for template in templates()]
    whole = set().union(*(keys for keys, _ in asked))
    pages = WEB.parent / "search_api"
    for module in [*(pages / "server").glob("*.py"), *(pages / "rendering").glob("*.py")]:
        whole |= set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', module.read_text(encoding="utf-8")))
    beginnings = tuple(set().union(*(keys for _, keys in asked)))
    assert [key for key in texts("zh") if key not in whole and not key.startswith(beginnings)] == []


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_no_template_speaks_for_itself(template):
    """Words stand in the locale files; only the names 社区先例库, 中文 and a heading of the format may stand here."""
    source = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    for allowed in ("社区先例库", "中文", "怎么干", "、", "《", "》"):
        source = source.replace(allowed, "")
    assert not _CHINESE.search(source)


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_no_template_needs_what_the_content_security_policy_forbids(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", source)
