"""Answers without a new page: the newest question wins, going back works, and whatever fails is sent the ordinary way."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LEAK = "厨房顶上漏水，一滴一滴往下掉canary"
NOISE = "音响开到半夜，吵得睡不着canary"
PARKING = "停车难，车位少，抢车位canary"


@pytest.fixture
def answer(visit):
    """An answer page, which remembers that it was not loaded anew."""
    page = visit()
    page.locator("#query").fill(LEAK)
    page.locator("#ask button.primary").click()
    expect(page.locator("article.entry h2").first).to_contain_text("楼上漏水")
    page.wait_for_load_state()  # the scripts come last
    page.evaluate("window.stayed = true")
    return page


def stayed(page):
    return page.evaluate("window.stayed === true")


def ask(page, words):
    page.locator("#query").fill(words)
    page.locator("#ask button.primary").click()


def first_category(page):
    return page.locator("article.entry .entry-category").first


def hold_back(page, words):
    """Keep back the questions that hold `words`, as they are written in a form; each goes on by `continue_()`."""
    held = []

    def route(request):
        if words in (request.request.post_data or ""):
            held.append(request)
        else:
            request.continue_()

    page.route("**/search", route)
    return held


def first_of(page, held):
    """The first question that is kept back, as soon as it is."""
    for _ in range(100):
        if held:
            return held[0]
        page.wait_for_timeout(50)
    raise AssertionError("nothing was asked")


def answer_nonsense(page, status=200):
    """Answer what a script fetches with no page of ours; what the browser itself sends goes on."""

    def answer(route):
        if route.request.resource_type == "fetch":
            route.fulfill(status=status, body="no page", content_type="text/html")
        else:
            route.continue_()

    page.route("**/search", answer)


class TestANewAnswer:
    def test_takes_the_old_one_s_place_without_a_new_page(self, answer):
        before = answer.url
        ask(answer, NOISE)
        expect(first_category(answer)).to_have_text("噪音扰民")
        assert stayed(answer)
        assert answer.url != before
        assert re.search(r"/answers/[\w-]{22}$", answer.url)
        expect(answer.locator("#query")).to_have_value(NOISE)
        assert answer.locator("main").count() == 1

    def test_is_said_and_the_verdict_has_the_focus_at_the_top(self, answer):
        answer.mouse.wheel(0, 800)
        ask(answer, NOISE)
        expect(answer.locator("#live")).to_contain_text("个案例")
        assert answer.locator("#live").get_attribute("aria-live") == "polite"
        expect(answer.locator("main h1")).to_be_focused()
        assert answer.evaluate("scrollY") == 0

    def test_comes_of_a_facet_and_of_the_chip_that_takes_it_off(self, answer):
        answer.locator("aside.facets button", has_text="噪音扰民").first.click()
        expect(answer.locator(".chip-chosen")).to_have_count(1)
        expect(first_category(answer)).to_have_text("噪音扰民")
        answer.locator(".chip-chosen").click()
        expect(answer.locator(".chip-chosen")).to_have_count(0)
        assert stayed(answer)

    def test_has_its_small_comforts_too(self, answer):
        """page.js opens the filters beside the list again, for they are new."""
        ask(answer, NOISE)
        expect(first_category(answer)).to_have_text("噪音扰民")
        expect(answer.locator("aside.facets button").first).to_be_visible()

    def test_leads_back_to_itself_when_the_language_is_switched(self, answer):
        ask(answer, NOISE)
        expect(first_category(answer)).to_have_text("噪音扰民")
        answer.get_by_role("link", name="English").click()
        expect(answer.locator("#query")).to_have_value(NOISE)
        expect(answer.locator("html")).to_have_attribute("lang", "en")

    def test_is_there_again_when_one_goes_back_and_forth(self, answer):
        ask(answer, NOISE)
        expect(first_category(answer)).to_have_text("噪音扰民")
        answer.go_back()
        expect(first_category(answer)).to_have_text("漏水渗水")
        expect(answer.locator("#query")).to_have_value(LEAK)
        answer.go_forward()
        expect(first_category(answer)).to_have_text("噪音扰民")
        answer.locator("article.entry h2 a").first.click()
        expect(answer.locator("article.case h1")).to_be_visible()
        answer.go_back()
        expect(first_category(answer)).to_have_text("噪音扰民")

    def test_a_place_in_the_page_is_no_other_answer(self, answer):
        answer.evaluate("location.hash = 'list'")
        answer.go_back()
        assert stayed(answer)


class TestOvertaken:
    def test_of_two_answers_in_the_wrong_order_the_newer_is_shown(self, answer):
        held = hold_back(answer, "%E9%9F%B3%E5%93%8D")  # 音响
        ask(answer, NOISE)
        first_of(answer, held)
        ask(answer, PARKING)
        expect(first_category(answer)).to_have_text("停车与充电")
        assert len(held) == 1, "only the first was kept back"
        held[0].continue_()
        answer.wait_for_timeout(600)
        expect(first_category(answer)).to_have_text("停车与充电")
        expect(answer.locator("#query")).to_have_value(PARKING)
        assert stayed(answer)

    def test_what_is_typed_meanwhile_is_kept(self, answer):
        held = hold_back(answer, "%E9%9F%B3%E5%93%8D")
        box = answer.locator("#query")
        box.fill(NOISE)
        box.press("Enter")
        late = first_of(answer, held)
        box.press_sequentially("还有狗")
        late.continue_()
        expect(first_category(answer)).to_have_text("噪音扰民")
        expect(answer.locator("#query")).to_have_value(NOISE + "还有狗")
        expect(answer.locator("#query")).to_be_focused()


class TestWaiting:
    def test_what_takes_long_is_said_in_words_and_what_does_not_is_not(self, answer):
        held = hold_back(answer, "%E9%9F%B3%E5%93%8D")
        ask(answer, PARKING)
        expect(first_category(answer)).to_have_text("停车与充电")
        assert "正在找" not in answer.locator("#live").inner_text()
        ask(answer, NOISE)
        expect(answer.locator("#live.busy")).to_have_text("正在找……")
        held[0].continue_()
        expect(first_category(answer)).to_have_text("噪音扰民")
        expect(answer.locator("#live.busy")).to_have_count(0)

    def test_the_first_question_says_it_too(self, visit):
        page = visit()
        page.evaluate(
            """() => new MutationObserver(() => { sessionStorage.said = document.getElementById("live").textContent; })
                .observe(document.getElementById("live"), { childList: true })"""
        )
        held = hold_back(page, "%E6%BC%8F")
        page.locator("#query").fill(LEAK)
        page.locator("#ask button.primary").click(no_wait_after=True)
        late = first_of(page, held)
        page.wait_for_timeout(600)
        late.continue_()
        expect(page.locator("article.entry").first).to_be_visible()
        assert page.evaluate("sessionStorage.said") == "正在找……"


class TestFailing:
    @pytest.mark.parametrize("status", [200, 422])
    def test_an_answer_that_is_none_is_asked_for_the_ordinary_way(self, answer, status):
        answer_nonsense(answer, status)
        ask(answer, NOISE)
        expect(first_category(answer)).to_have_text("噪音扰民")
        assert not stayed(answer)

    def test_a_fetch_that_does_not_get_through_too(self, answer):
        answer.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('Failed to fetch')); }")
        ask(answer, NOISE)
        expect(first_category(answer)).to_have_text("噪音扰民")
        assert not stayed(answer)

    def test_a_facet_is_not_lost_by_that(self, answer):
        answer_nonsense(answer)
        answer.locator("aside.facets button", has_text="噪音扰民").first.click()
        expect(answer.locator(".chip-chosen")).to_have_count(1)
        assert not stayed(answer)

    def test_an_empty_question_gets_its_hint(self, answer):
        ask(answer, "")
        expect(answer.get_by_role("alert")).to_contain_text("还没有写")

    def test_without_scripts_it_is_an_ordinary_form(self, visit):
        page = visit(scripts=False)
        ask(page, LEAK)
        expect(first_category(page)).to_have_text("漏水渗水")
        ask(page, NOISE)
        expect(first_category(page)).to_have_text("噪音扰民")
