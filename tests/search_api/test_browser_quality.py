"""Every kind of page, in every look and size: nothing that keeps anybody out, nothing that cannot be read or touched.

axe-core (WCAG 2.1 A and AA and its best practices) is bundled with axe-playwright-python, so nothing is fetched.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from conftest import serving
from every_page import JUDGED, KINDS, come, full_index
from test_verdict import library as calibrated  # noqa: F401  (a fixture)

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["tag", ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]]
COLOURS = ["rule", ["color-contrast"]]  # all that another look can change
EACH = ("home", "answer", "report", "cases", "case", "library", "map", "batch", "compare", "sheet", "method")
ONE_OF_EACH = [kind for kind in KINDS if kind.name in EACH]
# Made of the same parts as another one that is swept; the W3C checker reads them all.
SAME_PARTS = {"answer-filtered", "answer-within", "cases-filtered", "cases-second-page", "compare-one", "sheet-none",
    "home-refused", "answer-forgotten", "sheet-text", "offline"}  # fmt: skip
SWEPT = [kind for kind in KINDS if kind.name not in SAME_PARTS]
EVERY_KIND = pytest.mark.parametrize("kind", SWEPT, ids=lambda kind: kind.name)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A server whose pages hold everything that pages can hold."""
    folder = tmp_path_factory.mktemp("every-page")
    with serving(folder / "server", full_index(folder)) as server:
        yield server


def look(page, size="standard", contrast="normal"):
    """Show the page as it is shown to who chose `size` and `contrast` in its foot."""
    page.evaluate(
        "name => { document.documentElement.className = name; }", f"size-{size} contrast-{contrast}"
    )


def in_english(page):
    page.context.add_cookies([{"name": "lang", "value": "en", "url": page.url}])


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")


VIOLATIONS = """([type, values]) => axe.run(document, { runOnly: { type, values }, resultTypes: ["violations"] })
    .then(found => found.violations.flatMap(rule => rule.nodes.map(
        node => [rule.id, rule.help, node.target.join(" "), node.any.concat(node.all).map(one => one.message).join(" ")])))"""


@EVERY_KIND
def test_nothing_keeps_a_reader_out_light_or_dark_or_in_high_contrast(visit, kind):
    keeps_nobody_out(visit(), kind)


def keeps_nobody_out(page, kind):
    come(page, kind)
    unfold(page)
    page.evaluate(AXE)
    assert page.evaluate(VIOLATIONS, RULES) == []
    for colours, contrast in (("light", "high"), ("dark", "normal"), ("dark", "high")):
        page.emulate_media(color_scheme=colours)
        look(page, contrast=contrast)
        assert page.evaluate(VIOLATIONS, COLOURS) == [], (colours, contrast)


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=lambda kind: kind.name)
def test_nothing_keeps_a_reader_out_in_english_on_a_phone(visit, kind):
    page = visit(width=360)
    in_english(page)
    come(page, kind)
    unfold(page)
    page.evaluate(AXE)
    assert page.evaluate(VIOLATIONS, RULES) == []


OUTSIDE = """() => [...document.querySelectorAll("body *")]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
    .filter(element => !element.closest("[role=region][tabindex], pre, svg, .prose-text table"))
    .filter(element => getComputedStyle(element).position !== "absolute")
    .map(element => `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 20)}`).slice(0, 5)"""
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(element => element.checkVisibility() && !element.closest(".sr, svg, textarea, input, select"))
    .filter(element => /hidden|clip/.test(getComputedStyle(element).overflowX + getComputedStyle(element).overflowY))
    .filter(({ clientHeight: high, clientWidth: wide, scrollHeight, scrollWidth }) =>
        high > 1 && (scrollWidth > wide + 1 || scrollHeight > high + 1))
    .map(element => `${element.tagName}.${element.className}`).slice(0, 5)"""
# A link inside a sentence is as high as its line; everything else that is touched stands by itself.
LOW = """() => {
    const touched = "button, summary, select, textarea, input:not([type=hidden]), label.choose, "
        + "nav a, header a, footer a, h2 a, h3 a, .plain, .primary, .chip";
    const words = element => element.textContent.trim();
    const sentence = link => link.closest("p, td, dd");
    const inSentence = link => link.tagName === "A" && sentence(link) && words(sentence(link)) !== words(link);
    const target = element => /^(checkbox|radio)$/.test(element.type) && element.closest("label") || element;
    const height = element => Math.round(target(element).getBoundingClientRect().height);
    return [...document.querySelectorAll(touched)]
        .filter(element => element.checkVisibility() && !element.closest(".skip, svg") && !inSentence(element))
        .map(element => [element.tagName, element.className, words(element).slice(0, 20), height(element)])
        .filter(([, , , high]) => high < 44).slice(0, 8); }"""


@EVERY_KIND
def test_at_every_size_all_can_be_read_and_touched(visit, kind):
    """A screen of 1366 pixels at 200 percent is 683 wide; 320 is what WCAG asks for at 400 percent of 1280."""
    can_be_read_and_touched(visit(width=320), kind)


def can_be_read_and_touched(page, kind):
    come(page, kind)
    unfold(page)
    for width in (320, 683):
        page.set_viewport_size({"width": width, "height": 450})
        for size in ("standard", "large", "huge"):
            look(page, size)
            outside = page.evaluate(OUTSIDE)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, size, outside)
            assert page.evaluate(CUT_OFF) == [], (width, size)
            assert page.evaluate(LOW) == [], (width, size)
    # No italics, no gap in flex boxes, no line that begins with a stop.
    assert page.evaluate(TYPE) == {"slanted": [], "spread": [], "loose": []}


TYPE = """() => {
    const all = [...document.querySelectorAll("body, body *")].filter(element => element.checkVisibility());
    const named = found => found.map(element => `${element.tagName}.${element.className}`).slice(0, 5);
    const flex = element => /flex/.test(getComputedStyle(element).display);
    const gap = element => ["rowGap", "columnGap"].some(name => !/^(normal|0px)$/.test(getComputedStyle(element)[name]));
    return {
        slanted: named(all.filter(element => getComputedStyle(element).fontStyle !== "normal")),
        spread: named(all.filter(element => flex(element) && gap(element))),
        loose: named(all.filter(element => !element.closest("svg") && getComputedStyle(element).lineBreak !== "strict")),
    }; }"""


class TestJudgedAnswers:
    @pytest.fixture
    def served(self, calibrated, serve):  # noqa: F811
        with serve(calibrated[1]) as server:
            yield server

    @pytest.mark.parametrize("kind", JUDGED, ids=lambda kind: kind.name)
    def test_they_are_for_everybody_too(self, visit, kind):
        keeps_nobody_out(visit(), kind)
        can_be_read_and_touched(visit(width=320), kind)


def test_what_is_wrong_would_be_noticed(visit):
    page = visit(width=320)
    page.evaluate(AXE)
    page.evaluate(
        """() => {
            const main = document.querySelector("main");
            for (const [tag, css] of [["input", ""], ["i", "font-style: italic"], ["p", "display: flex; column-gap: 1px"],
                ["p", "width: 400px"], ["p", "width: 20px; overflow: hidden; white-space: nowrap"], ["button", "height: 20px"]]) {
                const wrong = main.appendChild(document.createElement(tag));
                wrong.style.cssText = css;
                if (tag !== "input") wrong.textContent = "这是一行字";
            } }"""
    )
    assert {"label"} <= {rule for rule, *_ in page.evaluate(VIOLATIONS, RULES)}
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert page.evaluate(OUTSIDE)
    assert page.evaluate(CUT_OFF)
    assert "BUTTON" in {tag for tag, *_ in page.evaluate(LOW)}
    assert all(page.evaluate(TYPE)[name] for name in ("slanted", "spread"))


def style(page, selector, name):
    return page.locator(selector).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)


class TestChineseType:
    def test_the_system_s_own_chinese_fonts_and_lines_with_air(self, visit):
        page = visit("/cases/noise-03")
        families = style(page, "body", "fontFamily")
        assert (
            families.index("PingFang SC")
            < families.index("Microsoft YaHei")
            < families.index("Noto Sans CJK SC")
        )
        size, line = (
            float(style(page, "body", name).removesuffix("px")) for name in ("fontSize", "lineHeight")
        )
        assert line / size == pytest.approx(1.75, abs=0.01)
        assert (
            page.evaluate(
                "performance.getEntriesByType('resource').filter(one => /font|woff/.test(one.name)).length"
            )
            == 0
        )

    def test_a_paragraph_is_indented_by_two_characters_and_an_item_of_a_list_is_not(self, visit):
        page = visit("/cases/noise-03")
        size = float(style(page, ".prose-text p", "fontSize").removesuffix("px"))
        assert style(page, ".prose-text > p", "textIndent") == f"{2 * size:g}px"
        assert style(page, ".prose-text li", "textIndent") == "0px"

    def test_what_quotes_and_names_is_upright(self, visit):
        page = visit()
        come(page, next(kind for kind in KINDS if kind.name == "answer"))
        assert style(page, "blockquote", "fontStyle") == "normal"


def test_who_wants_no_motion_gets_none(visit):
    page = visit("/")
    page.evaluate("document.getElementById('live').classList.add('busy')")
    bar = "getComputedStyle(document.getElementById('live'), '::before').animationName"
    assert page.evaluate(bar) == "looking"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(bar) == "none"
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_main_pages_are_named_in_two_lines_at_most_on_a_phone(visit):
    page = visit("/", width=360)
    for size in ("standard", "large", "huge"):
        look(page, size)
        links = page.locator(".mainnav a")
        assert links.count() == 5
        assert len({round(link.bounding_box()["y"]) for link in links.all()}) <= 2
