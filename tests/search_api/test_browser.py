"""The pages in a real browser: with and without scripts, on narrow and wide screens, by keyboard alone, on paper."""

import re

import pytest
from library_maker import MARKUP, WITHDRAWN
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

QUERY = "厨房顶上漏水，一滴一滴往下掉canary"
WIDTHS = [320, 360, 768, 1366]


@pytest.fixture(params=[False, True], ids=["without-scripts", "with-scripts"])
def home(request, visit):
    return visit(scripts=request.param)


def ask(page, query=QUERY):
    page.get_by_label("出了什么事").or_(page.get_by_label("您说的事")).fill(query)
    page.locator("button.primary[type=submit]").click()
    expect(page.locator("article.entry").first).to_be_visible()
    page.wait_for_load_state()  # the scripts have folded and unfolded
    assert re.search(r"/answers/[\w-]{22}$", page.url)


def unfold(page):
    """Open the filters where they are folded."""
    for fold in page.locator("aside.facets details").all():
        if fold.is_visible() and fold.get_attribute("open") is None:
            fold.locator("summary").first.click()


class TestJourneys:
    def test_ask_read_and_open_a_case(self, home):
        ask(home)
        first = home.locator("article.entry").first
        title = first.locator("h2").inner_text()
        assert title.startswith("楼上漏水滴到我家")
        expect(first.locator("mark").first).to_be_visible()
        first.locator("h2 a").click()
        expect(home.locator("h1")).to_have_text(title)
        assert "/cases/water-leak-" in home.url

    def test_go_back_from_a_case_to_the_results(self, home):
        ask(home)
        title = home.locator("article.entry h2").first.inner_text()
        home.locator("article.entry h2 a").first.click()
        expect(home.locator("h1")).to_have_text(title)
        home.go_back()
        expect(home.locator("article.entry h2").first).to_have_text(title)
        expect(home.locator("textarea")).to_have_value(QUERY)

    def test_go_back_from_a_case_to_the_list(self, home):
        home.goto("/cases?page=2")
        title = home.locator("article.entry h2").nth(3).inner_text()
        home.locator("article.entry h2 a").nth(3).click()
        expect(home.locator("h1")).to_have_text(title)
        home.go_back()
        expect(home.locator("article.entry h2").nth(3)).to_have_text(title)

    def test_choose_a_facet_and_drop_it(self, home):
        ask(home, "半夜音响吵得睡不着")
        unfold(home)
        home.locator("aside.facets button", has_text="漏水渗水").click()
        expect(home.locator(".chip-chosen")).to_have_count(1)
        expect(home.locator("textarea")).to_have_value("半夜音响吵得睡不着")
        for tag in home.locator("article.entry .entry-category").all():
            assert tag.inner_text() == "漏水渗水"
        home.locator(".chip-chosen").click()
        expect(home.locator(".chip-chosen")).to_have_count(0)
        expect(home.locator("article.entry .entry-category").first).to_have_text("噪音扰民")

    def test_an_example_is_one_click(self, home):
        chip = home.locator(".examples button").first
        words = chip.inner_text()
        chip.click()
        expect(home.locator("textarea")).to_have_value(words)
        expect(home.locator("article.entry").first).to_be_visible()

    def test_an_empty_question_gets_a_hint_and_can_be_mended(self, home):
        home.locator("button.primary[type=submit]").click()
        expect(home.get_by_role("alert")).to_contain_text("还没有写")
        ask(home, "停车难")

    def test_to_english_and_back_on_a_page_with_an_address(self, home):
        home.goto("/cases?category=noise")
        home.get_by_role("link", name="English").click()
        expect(home.locator("html")).to_have_attribute("lang", "en")
        assert home.url.endswith("/cases?category=noise")
        expect(home.locator("h1")).not_to_have_text("全部案例")
        home.get_by_role("link", name="中文").click()
        expect(home.locator("html")).to_have_attribute("lang", "zh-CN")
        assert home.url.endswith("/cases?category=noise")

    def test_to_english_and_back_on_a_result_page_with_the_question_kept(self, home):
        ask(home)
        home.get_by_role("link", name="English").click()
        expect(home.locator("html")).to_have_attribute("lang", "en")
        expect(home.locator("textarea")).to_have_value(QUERY)
        home.get_by_role("link", name="中文").click()
        expect(home.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(home.locator("article.entry h2").first).to_contain_text("楼上漏水")

    def test_browse_all_cases_turn_pages_and_filter(self, home):
        home.get_by_role("link", name="全部案例").first.click()
        expect(home.locator("article.entry")).to_have_count(20)
        first = home.locator("article.entry h2").first.inner_text()
        home.locator("a[rel=next]").click()
        expect(home.locator("article.entry h2").first).not_to_have_text(first)
        home.locator("a[rel=prev]").click()
        expect(home.locator("article.entry h2").first).to_have_text(first)
        unfold(home)
        home.locator("aside.facets a", has_text="噪音扰民").click()
        expect(home.locator("article.entry")).to_have_count(11)
        home.locator(".chip-chosen").first.click()
        expect(home.locator("article.entry")).to_have_count(20)

    def test_markup_in_a_case_or_a_question_is_text(self, home):
        ask(home, "<script>owned=1</script><img src=x onerror=owned=1>压路机")
        expect(home.locator("article.entry h2").first).to_contain_text(
            "<script>owned=1</script><b>压路机</b>"
        )
        home.goto(f"/cases/{MARKUP}")
        expect(home.locator("h1")).to_contain_text("<script>owned=1</script>")
        assert home.locator("main img, main script, main u").count() == 0

    def test_a_page_that_is_not_there_leads_on(self, home):
        home.goto("/nowhere")
        expect(home.locator("h1")).to_have_text("没有这个地址或案例")
        home.locator("main").get_by_role("link", name="全部案例").click()
        expect(home.locator("article.entry").first).to_be_visible()

    def test_a_withdrawn_case_is_struck_out_and_says_why(self, home):
        home.goto(f"/cases/{WITHDRAWN}")
        expect(home.locator(".notice-withdrawn")).to_contain_text("来源后来更正了说法")
        expect(home.locator("h1 del")).to_be_visible()


def test_markup_is_never_run(visit):
    page = visit()
    for path in (f"/cases/{MARKUP}", "/cases?category=renovation-utilities"):
        page.goto(path)
        assert page.evaluate("typeof owned") == "undefined"
    page.goto("/")
    ask(page, "<img src=x onerror=owned=1>压路机")
    assert page.evaluate("typeof owned") == "undefined"


def test_by_keyboard_alone(visit):
    page = visit()

    def tab_to(selector, most=60, key="Tab"):
        for _ in range(most):
            page.keyboard.press(key)
            focused = page.locator(":focus")
            if focused.count() and focused.evaluate("(element, wanted) => element.matches(wanted)", selector):
                outline = focused.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"nobody can see where {selector} is"
                return
        raise AssertionError(f"{selector} cannot be reached")

    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    tab_to("textarea")
    page.keyboard.type("停车难")
    tab_to("button.primary")
    page.keyboard.press("Enter")
    expect(page.locator("article.entry").first).to_be_visible()
    tab_to("aside.facets button")
    page.keyboard.press("Enter")
    expect(page.locator(".chip-chosen")).to_have_count(1)
    # The new answer begins at its heading, and what was chosen stands just before it.
    tab_to(".chip-chosen", 3, "Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator(".chip-chosen")).to_have_count(0)
    tab_to("article.entry h2 a", 120)
    page.keyboard.press("Enter")
    expect(page.locator("article.case h1")).to_be_visible()


def open_every_kind(visit, width):
    """Yield one page of every kind, filters unfolded."""
    page = visit(width=width)
    yield "home", page
    ask(page, "长" * 300 + "https://example.org/" + "x" * 300)
    unfold(page)
    yield "results", page
    for path in (
        "/cases/noise-03",
        f"/cases/{MARKUP}",
        f"/cases/{WITHDRAWN}",
        "/cases?page=2",
        "/library",
        "/nowhere",
    ):
        page.goto(path)
        unfold(page)
        yield path, page


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_has_to_be_scrolled_sideways(visit, width):
    for name, page in open_every_kind(visit, width):
        wide = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'absolute')
                .map(e => e.tagName + '.' + e.className).slice(0, 5)"""
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, wide)


TARGETS = "nav a, header a, header button, aside.facets button, aside.facets a, aside.facets summary, main button, .chips a"
LOW_TARGETS = """selector => [...document.querySelectorAll(selector)]
    .filter(target => !target.classList.contains('skip') && target.checkVisibility())
    .map(target => [target.innerText.slice(0, 20), target.className, target.getBoundingClientRect().height])
    .filter(([, , height]) => height < 43.5)"""


@pytest.mark.parametrize("width", [360, 1366])
def test_what_is_to_be_touched_is_at_least_44_pixels_high(visit, width):
    for name, page in open_every_kind(visit, width):
        assert page.evaluate(LOW_TARGETS, TARGETS) == [], name


@pytest.mark.parametrize("path", ["/cases/noise-03", "/cases"])
def test_on_paper_there_is_no_navigation(visit, path):
    page = visit(path)
    navigation = page.locator("nav, .switch, aside.facets, [data-print], .skip")
    assert any(part.is_visible() for part in navigation.all())
    page.emulate_media(media="print")
    assert not [part.get_attribute("class") for part in navigation.all() if part.is_visible()]
    expect(page.locator("h1")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_the_print_button_is_there_only_where_it_works(visit):
    assert visit("/cases/noise-03").locator("[data-print]").is_visible()
    assert not visit("/cases/noise-03", scripts=False).locator("[data-print]").is_visible()


def test_filters_stand_open_beside_the_list_on_a_wide_screen_and_folded_on_a_narrow_one(visit):
    for width, shown in ((1366, True), (360, False)):
        page = visit("/cases", width=width)
        assert page.locator("aside.facets li a").first.is_visible() is shown


def test_a_case_on_an_old_narrow_phone_can_be_read_without_a_network_font(visit):
    page = visit("/cases/noise-03", width=320)
    box = page.locator("h1").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose-text')).fontSize)") >= 16
