"""The keys: to the question and between the cases, never in the way of somebody who writes or composes."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LEAK = "厨房顶上漏水"
COMPOSING = """(selector, key) => document.querySelector(selector).dispatchEvent(
    new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))"""

ON_TOP = """element => {
    const box = element.getBoundingClientRect();
    return [box.top + 2, box.bottom - 2].every(y => element.contains(document.elementFromPoint(box.left + 9, y))); }"""


@pytest.fixture
def answer(visit):
    page = visit()
    page.locator("#query").fill(LEAK)
    page.keyboard.press("Enter")
    expect(page.locator("article.entry").first).to_be_visible()
    page.wait_for_load_state()
    page.wait_for_load_state()  # the scripts come last
    page.evaluate("document.activeElement.blur()")
    return page


def titles(page):
    return page.locator("main .entry-title a")


class TestTheBox:
    def test_a_slash_leads_to_it_and_escape_out_of_it(self, answer):
        answer.keyboard.press("/")
        expect(answer.locator("#query")).to_be_focused()
        expect(answer.locator("#query")).to_have_value(LEAK)
        answer.keyboard.press("Escape")
        expect(answer.locator("#query")).not_to_be_focused()

    def test_a_slash_leads_to_it_from_a_page_that_has_none(self, visit):
        page = visit("/library")
        page.keyboard.press("/")
        expect(page.locator("#query")).to_be_focused()

    def test_enter_sends_and_shift_enter_breaks_the_line(self, visit):
        page = visit()
        page.locator("#query").focus()
        page.keyboard.type("楼上")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("漏水")
        expect(page.locator("#query")).to_have_value("楼上\n漏水")
        page.keyboard.press("Enter")
        expect(page.locator("article.entry").first).to_be_visible()

    def test_the_hint_says_so_where_there_is_a_mouse_and_scripts(self, visit):
        assert "按回车就找" in visit().locator("#ask-hint").inner_text()
        assert "按回车就找" not in visit(scripts=False).locator("#ask-hint").inner_text()

    def test_on_a_phone_enter_breaks_the_line_and_nothing_else_is_said(self, browser, served):
        with browser.new_context(
            base_url=served.url, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
        ) as context:
            page = context.new_page()
            page.goto("/")
            assert "回车" not in page.locator("#ask-hint").inner_text()
            page.locator("#query").focus()
            page.keyboard.type("楼上")
            page.keyboard.press("Enter")
            expect(page.locator("#query")).to_have_value("楼上\n")

    @pytest.mark.parametrize("key", ["Enter", "Escape", "/", "j"])
    def test_a_key_that_an_input_method_takes_does_nothing_of_ours(self, visit, key):
        page = visit()
        page.locator("#query").fill("loushang")
        address = page.url
        assert page.evaluate(f"({COMPOSING})('#query', '{key}')"), "the key was swallowed"
        page.wait_for_timeout(200)
        assert page.url == address
        expect(page.locator("#query")).to_be_focused()
        expect(page.locator("#query")).to_have_value("loushang")

    def test_what_is_typed_is_text(self, visit):
        page = visit()
        page.locator("#query").focus()
        page.keyboard.type("a/j?k")
        expect(page.locator("#query")).to_have_value("a/j?k")
        expect(page.locator("#keys-panel")).to_have_count(0)


class TestTheCases:
    @pytest.mark.parametrize(("down", "up"), [("ArrowDown", "ArrowUp"), ("j", "k")])
    def test_down_and_up_and_enter_opens(self, answer, down, up):
        answer.keyboard.press(down)
        expect(titles(answer).nth(0)).to_be_focused()
        answer.keyboard.press(down)
        expect(titles(answer).nth(1)).to_be_focused()
        answer.keyboard.press(up)
        expect(titles(answer).nth(0)).to_be_focused()
        assert titles(answer).nth(0).evaluate("element => getComputedStyle(element).outlineStyle") != "none"
        title = titles(answer).nth(0).inner_text()
        answer.keyboard.press("Enter")
        expect(answer.locator("article.case h1")).to_have_text(title)

    def test_the_one_that_is_reached_can_be_seen(self, answer):
        for number in range(titles(answer).count()):
            answer.keyboard.press("ArrowDown")
            assert titles(answer).nth(number).evaluate(ON_TOP), number

    def test_at_the_last_case_the_page_scrolls_as_ever(self, answer):
        titles(answer).last.focus()
        before = answer.evaluate("scrollY")
        answer.keyboard.press("ArrowDown")
        expect(titles(answer).last).to_be_focused()
        answer.wait_for_timeout(300)
        assert answer.evaluate("scrollY") > before

    @pytest.mark.parametrize("key", ["Control+j", "Alt+ArrowDown", "Control+/"])
    def test_with_control_or_alt_a_key_belongs_to_the_browser(self, answer, key):
        answer.keyboard.press(key)
        assert not answer.evaluate("document.activeElement.matches('.entry-title a, #query')")

    def test_they_work_in_the_list_of_all_cases_too(self, visit):
        page = visit("/cases")
        page.keyboard.press("j")
        expect(titles(page).first).to_be_focused()

    def test_after_a_new_answer_they_go_through_that_one(self, answer):
        answer.locator("#query").fill("音响开到半夜")
        answer.keyboard.press("Enter")
        expect(answer.locator("article.entry .entry-category").first).to_have_text("噪音扰民")
        answer.keyboard.press("ArrowDown")
        expect(titles(answer).first).to_be_focused()


class TestTheListOfKeys:
    def test_a_question_mark_opens_it_and_escape_closes_it_where_one_was(self, answer):
        titles(answer).nth(1).focus()
        answer.keyboard.press("?")
        panel = answer.get_by_role("dialog", name="按键")
        expect(panel).to_be_visible()
        expect(panel.locator("h2")).to_be_focused()
        expect(panel).to_contain_text("到下一个案例")
        answer.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(titles(answer).nth(1)).to_be_focused()

    def test_its_button_closes_it_and_no_id_stands_twice(self, answer):
        answer.keyboard.press("?")
        close = answer.get_by_role("dialog").get_by_role("button", name="关上")
        expect(close).to_be_visible()
        twice = "ids => ids.filter((id, place) => ids.indexOf(id) !== place)"
        ids = answer.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert answer.evaluate(twice, ids) == []
        close.click()
        expect(answer.get_by_role("dialog")).to_have_count(0)

    def test_it_is_a_part_of_the_help_page_that_needs_no_script(self, visit):
        page = visit("/help#keys", scripts=False)
        expect(page.locator("#keys table")).to_be_visible()
        expect(page.locator("#keys button")).to_be_hidden()

    def test_it_keeps_nobody_in(self, answer):
        """It is no modal window: the page behind it goes on working."""
        answer.keyboard.press("?")
        expect(answer.get_by_role("dialog")).to_be_visible()
        answer.keyboard.press("/")
        expect(answer.locator("#query")).to_be_focused()


def test_with_keys_alone_from_a_question_to_a_work_sheet(visit):
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("厨房顶上漏水")
    page.keyboard.press("Enter")
    expect(page.locator("article.entry").first).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    title = titles(page).nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("article.case h1")).to_have_text(title)
    page.go_back()
    expect(titles(page).nth(1)).to_have_text(title)
    for number in range(2):
        choose(page, number)
    tab_to(page, "[form=choose][type=submit], #choose [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("办事单")
    assert page.url.count("case=") == 2


def choose(page, number):
    """Come to the box of this case by its title and Tab, and tick it with the space bar."""
    titles(page).nth(number).focus()
    box = page.locator("article.entry").nth(number).locator("input[name=case]")
    for _ in range(40):
        page.keyboard.press("Tab")
        if box.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Space")
            expect(box).to_be_checked()
            return
    raise AssertionError("the box cannot be reached")


def tab_to(page, selector, most=120):
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached")
