"""What a page weighs, and that its scripts and styles are understood by the browsers of 2020 (Chromium 80)."""

import re
import warnings
from urllib.parse import urljoin

import pytest
from every_page import KINDS
from library_maker import ROOT
from page_reader import Page

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import esprima

STATIC = ROOT / "web" / "static"
SCRIPTS = [path for path in sorted(STATIC.rglob("*.js")) if "vendor" not in path.parts]
STYLES = sorted(STATIC.rglob("*.css"))
by_name = {"ids": lambda path: path.name}

SCRIPTS_OF_A_PAGE = 40 * 1024
ALL_SCRIPTS = 60 * 1024
FIRST_PAGE = 150 * 1024

# Each is younger than Chromium 80, or needs what an old intranet has not.
TOO_NEW = [
    r"\.replaceAll\(",
    r"\.at\(",
    r"\.findLast(Index)?\(",
    r"\.to(Sorted|Reversed|Spliced)\(",
    r"\.replaceChildren\(",
    r"\.checkVisibility\(",
    r"\.requestSubmit\(",
    r"\.submitter\b",
    r"\.showModal\(|\.showPopover\(",
    r"\.inert\b",
    r"\bstructuredClone\(",
    r"\bObject\.(hasOwn|groupBy)\(",
    r"\bPromise\.(any|withResolvers|try)\(",
    r"\bArray\.fromAsync\(",
    r"\bAbortSignal\.(timeout|any|abort)\(",
    r"\brandomUUID\(",
    r"\bIntl\.(Segmenter|ListFormat|DisplayNames)\b",
    r"\bWeakRef\b|\bFinalizationRegistry\b",
    r"\bimport\.meta\b|\bglobalThis\.scheduler\b|\bscheduler\.",
    r"\bBigInt\b.*\*\*|\b\d+_\d+\b",
    r"\(\?<[=!]",  # lookbehind: WebKit learnt it in 2023
]
FORBIDDEN = [
    r"\.(inner|outer)HTML\s*\+?=",
    r"\binsertAdjacentHTML\(",
    r"\bdocument\.write\(",
    r"\beval\(|\bnew Function\(",
    r"https?://(?!www\.w3\.org/|schemas\.openxmlformats\.org/)",  # those two are names, not addresses
]


def code(path):
    """The script without its comments, in which anything may be said."""
    text = path.read_text(encoding="utf-8")
    for comment in reversed(esprima.tokenize(text, {"comment": True, "range": True})):
        if comment.type in ("LineComment", "BlockComment"):
            start, end = comment.range
            text = text[:start] + text[end:]
    return text


def test_there_are_scripts_and_styles_to_look_at():
    assert {"page.js", "live.js", "keys.js"} <= {path.name for path in SCRIPTS}
    assert "base.css" in {path.name for path in STYLES}


@pytest.mark.parametrize("path", SCRIPTS, **by_name)
def test_a_script_is_written_in_what_es2018_understands(path):
    """The parser reads ES2017, which is part of ES2018; `?.`, `??`, `||=` and private fields it refuses."""
    esprima.parseModule(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCRIPTS, **by_name)
def test_a_script_calls_nothing_younger_than_chromium_80_and_nothing_that_runs_text(path):
    source = code(path)
    assert [found[0] for pattern in (*TOO_NEW, *FORBIDDEN) for found in re.finditer(pattern, source)] == []


@pytest.mark.parametrize("too_new", ["a?.b", "a ?? b", "a ||= b", "class A { #b = 1 }"])
def test_the_parser_would_notice(too_new):
    with pytest.raises(esprima.Error):
        esprima.parseModule(too_new)


def test_all_scripts_of_our_own_together_stay_small():
    weights = {path.name: path.stat().st_size for path in SCRIPTS}
    assert sum(weights.values()) < ALL_SCRIPTS, weights


def fetched_with(client, address):
    """Every address that a browser fetches to show `address`: the page, its styles, scripts and what those import."""
    page = client.get(address)
    linked = [
        link["href"] for link in Page(page.text).all("link") if link.get("rel") in ("stylesheet", "icon")
    ]
    todo = [*linked, *(script["src"] for script in Page(page.text).all("script"))]
    weights = {address: len(page.content)}
    while todo:
        path = urljoin(address, todo.pop())
        if path not in weights:
            answer = client.get(path)
            assert answer.status_code == 200, path
            weights[path] = len(answer.content)
            if path.endswith(".js"):
                todo += [
                    urljoin(path, name)
                    for name in re.findall(r"""^import [^;]*?["']([^"']+)["'];""", answer.text, re.MULTILINE)
                ]
    return weights


def test_the_first_page_with_everything_it_needs_weighs_less_than_150_kilobytes(client):
    weights = fetched_with(client, "/")
    assert "/static/js/page.js" in weights
    assert "/static/css/base.css" in weights
    assert sum(weights.values()) < FIRST_PAGE, weights


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.path and not kind.asked], ids=lambda kind: kind.name
)
def test_no_page_loads_more_than_forty_kilobytes_of_our_scripts(client, kind):
    """With their remarks; what others wrote (vendor/) is fetched only when a file of theirs is read."""
    weights = fetched_with(client, kind.path)
    ours = {path: weight for path, weight in weights.items() if path.startswith("/static/js/")}
    assert ours
    assert sum(ours.values()) < SCRIPTS_OF_A_PAGE, ours


AT_RULES_THAT_HOLD_RULES = ("@media", "@supports", "@keyframes", "@page", "@font-face")


def rules(path):
    """Every (selector, declarations) of a style sheet; raises AssertionError where a rule stands in a rule."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    around, start, found = [], 0, []
    for match in re.finditer(r"[{}]", text):
        between = text[start : match.start()]
        if match[0] == "{":
            selector = between.rpartition(";")[2].strip()
            assert all(outer.startswith(AT_RULES_THAT_HOLD_RULES) for outer in around), f"nested: {selector}"
            around.append(selector)
        elif not (selector := around.pop()).startswith(("@media", "@supports", "@keyframes")):
            found.append((selector, between))
        start = match.end()
    assert around == []
    return found


@pytest.mark.parametrize("path", STYLES, **by_name)
def test_a_style_sheet_needs_no_browser_younger_than_chromium_80(path):
    for selector, declarations in rules(path):
        assert ":has(" not in selector
        assert not re.search(r":(is|where)\(", selector)
        assert not re.search(
            r"font-style:\s*(italic|oblique)|\bfont:[^;]*\b(italic|oblique)\b", declarations
        ), selector
        flex = re.search(r"display:\s*(inline-)?flex", declarations)
        assert not (flex and re.search(r"(?<![\w-])(row-|column-)?gap:", declarations)), selector


@pytest.mark.parametrize(
    "wrong", ["a { b { color: red } }", "a { & b { color: red } }", "@media print { a { b { color: red } } }"]
)
def test_a_rule_in_a_rule_would_be_noticed(wrong, tmp_path):
    path = tmp_path / "wrong.css"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(AssertionError, match="nested"):
        rules(path)


@pytest.mark.parametrize("path", STYLES, **by_name)
def test_colours_come_from_the_variables_so_that_dark_and_high_contrast_reach_everything(path):
    """base.css names the colours; what is drawn as paper is black on white everywhere."""
    if path.name in ("base.css", "print.css"):
        return
    for selector, declarations in rules(path):
        colours = re.findall(r":[^;]*(#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\()", declarations)
        assert set(colours) <= {"#000", "#333", "#fff"}, selector
