"""Refining, choosing and comparing in a real browser: with and without scripts, wide and narrow, on paper."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

QUERY = "半夜音响吵得睡不着canary"


@pytest.fixture(params=[False, True], ids=["without-scripts", "with-scripts"])
def answer(request, visit):
    return ask(visit(scripts=request.param))


def ask(page, query=QUERY, *, open_all=True):
    page.locator("#query").fill(query)
    page.locator("button.primary[type=submit]").click()
    expect(page.locator("article.entry").first).to_be_visible()
    page.wait_for_load_state()  # the scripts have folded and unfolded
    if open_all:
        page.locator("details.refine:not([open]) > summary").click()
    return page


def first_titles(page, count):
    return [page.locator("article.entry h2").nth(number).inner_text() for number in range(count)]


class TestRefining:
    def test_look_within_and_take_it_back(self, answer):
        answer.get_by_label("在这些结果里找").fill("圆桌会")
        answer.get_by_label("在这些结果里找").press("Enter")
        expect(answer.locator(".chip-chosen")).to_contain_text("圆桌会")
        expect(answer.locator("#query")).to_have_value(QUERY)
        answer.locator(".chip-chosen").click()
        expect(answer.locator(".chip-chosen")).to_have_count(0)

    def test_out_of_a_dead_end_by_one_button(self, answer):
        answer.get_by_label("在这些结果里找").fill("直升机")
        answer.get_by_label("在这些结果里找").press("Enter")
        expect(answer.locator("h1")).to_have_text("筛选后没有案例")
        answer.get_by_role("button", name="去掉「直升机」").click()
        expect(answer.locator("article.entry")).to_have_count(5)

    def test_five_more(self, answer):
        before = first_titles(answer, 5)
        answer.get_by_role("button", name="再看 5 个").click()
        expect(answer.locator("article.entry")).to_have_count(10)
        assert first_titles(answer, 5) == before
        assert answer.url.endswith("#result-6")
        assert answer.locator("#result-6").bounding_box()["y"] < 450

    def test_say_what_community_it_is(self, answer):
        answer.locator("#community > summary").click()
        answer.locator("#my_type").select_option("老旧小区")
        answer.get_by_label("户数").fill("800")
        answer.get_by_role("button", name="照这个排").click()
        expect(answer.locator(".alike").first).to_contain_text("同是老旧小区；案例没写户数")
        expect(answer.get_by_label("户数")).to_have_value("800")

    def test_filter_by_the_kind_of_community(self, answer):
        fold = answer.locator(".facets-fold")
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        answer.locator("aside.facets summary", has_text="社区画像").click()
        answer.locator("aside.facets button[value='setting=老旧小区']").click()
        expect(answer.locator(".chip-chosen")).to_contain_text("老旧小区")


class TestRemembering:
    """The four fields stay on the device; the question never does."""

    def stored(self, page):
        return page.evaluate("JSON.stringify(Object.entries(localStorage))")

    def test_it_is_filled_in_again_and_says_so(self, visit):
        page = ask(visit())
        page.locator("#community > summary").click()
        page.locator("#my_type").select_option("村庄")
        page.get_by_role("button", name="照这个排").click()
        expect(page.locator(".alike").first).to_be_visible()
        page.goto("/")
        ask(page)
        expect(page.locator("#my_type")).to_have_value("村庄")
        page.locator("#community > summary").click()
        expect(page.locator("#community")).to_contain_text("已填上您上次写的社区情况")
        expect(page.locator("#community")).to_contain_text("不存进服务器")
        assert "村庄" in self.stored(page)
        assert "canary" not in self.stored(page)

    def test_it_can_be_forgotten(self, visit):
        page = ask(visit())
        page.locator("#community > summary").click()
        page.get_by_label("户数").fill("800")
        page.get_by_role("button", name="照这个排").click()
        expect(page.locator(".alike").first).to_be_visible()
        page.get_by_role("button", name="忘掉").click()
        expect(page.get_by_label("户数")).to_have_value("")
        assert self.stored(page) == "[]"

    def test_what_somebody_else_stored_under_the_name_does_no_harm(self, visit):
        page = visit()
        for text in ("{", "null", "7", '{"my_type": {"a": 1}, "my_households": "abc", "query": "x"}'):
            page.evaluate("text => localStorage.setItem('community', text)", text)
            page.goto("/")
            ask(page)
            expect(page.locator("#my_households")).to_have_value("")

    def test_without_scripts_nothing_is_said_of_a_device(self, visit):
        page = ask(visit(scripts=False))
        page.locator("#community > summary").click()
        assert not page.get_by_role("button", name="忘掉").is_visible()
        assert not page.locator("[data-remembers]").is_visible()


class TestChoosing:
    def test_two_cases_side_by_side_and_back(self, answer):
        for number in (0, 1):
            answer.locator("article.entry input[name=case]").nth(number).check()
        names = first_titles(answer, 2)
        answer.get_by_role("button", name="并排比较").click()
        expect(answer.locator("h1")).to_have_text("并排比较")
        assert [link.inner_text() for link in answer.locator("table.side thead a").all()] == names
        expect(answer.locator("table.side")).to_contain_text("像不像请自己看")
        answer.get_by_role("link", name="回到刚才的结果").click()
        expect(answer.locator("#query")).to_have_value(QUERY)

    def test_nothing_chosen_is_told_what_to_do(self, answer):
        answer.get_by_role("button", name="并排比较").click()
        expect(answer.locator("main")).to_contain_text("勾选两到三个案例")

    def test_the_bar_never_hides_what_has_the_focus(self, visit):
        page = ask(visit(width=360))
        bar = page.locator("#choose")
        for number in range(5):
            page.locator("article.entry h2 a").nth(number).focus()
            focused = page.locator("article.entry h2 a").nth(number).bounding_box()
            assert focused["y"] + focused["height"] <= bar.bounding_box()["y"] + 1


COMPARE = "/compare?case=noise-03&case=water-leak-00&case=pets-falling-objects-01"


class TestSideBySide:
    def test_on_a_wide_screen_a_column_for_each(self, visit):
        cells = visit(COMPARE).locator("table.side tbody tr").first.locator("td")
        boxes = [cell.bounding_box() for cell in cells.all()]
        assert len({round(box["y"]) for box in boxes}) == 1
        assert len({round(box["x"]) for box in boxes}) == 3

    def test_on_a_phone_below_each_other_with_the_number_of_the_case(self, visit):
        page = visit(COMPARE, width=360)
        cells = page.locator("table.side tbody tr").first.locator("td")
        assert len({round(cell.bounding_box()["y"]) for cell in cells.all()}) == 3
        assert [cell.locator(".side-case").is_visible() for cell in cells.all()] == [True] * 3
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.get_by_role("row").count() > 8

    def test_on_a_phone_long_sections_are_folded_and_unfold(self, visit):
        page = visit(COMPARE, width=360)
        part = page.locator(".side-part details").first
        expect(part.locator(".prose-text")).to_be_hidden()
        part.locator("summary").click()
        expect(part.locator(".prose-text")).to_be_visible()

    def test_without_scripts_nothing_is_folded(self, visit):
        page = visit(COMPARE, width=360, scripts=False)
        expect(page.locator(".side-part .prose-text").first).to_be_visible()

    def test_on_paper_everything_is_there_and_no_buttons(self, visit):
        page = visit(COMPARE)
        page.emulate_media(media="print")
        assert not page.locator(".side-ways").is_visible()
        assert all(text.is_visible() for text in page.locator(".side .prose-text").all())
        assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("width", [320, 360, 768, 1366])
def test_nothing_has_to_be_scrolled_sideways(visit, width):
    page = visit(width=width)
    ask(page)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("在这些结果里找").fill("直升机")
    page.get_by_label("在这些结果里找").press("Enter")
    expect(page.locator("h1")).to_have_text("筛选后没有案例")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(COMPARE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bar_for_chosen_cases_stays_in_sight_when_there_is_one(visit):
    page = visit(width=360)
    page.fill("#query", "半夜音响吵得睡不着")
    page.locator("button.primary[type=submit]").click()
    bar = page.locator("#choose")
    expect(page.locator("article.entry").first).to_be_visible()
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "static"
    page.locator("article.entry .choose").first.click()
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "sticky"
    expect(bar).to_be_in_viewport()


def test_what_narrows_an_answer_is_folded_until_it_is_used(visit):
    page = ask(visit(), open_all=False)
    fold = page.locator("details.refine")
    expect(fold).not_to_have_attribute("open", "")
    fold.locator("summary").first.click()
    page.get_by_label("在这些结果里找").fill("圆桌会")
    page.get_by_label("在这些结果里找").press("Enter")
    expect(page.locator(".chip-chosen")).to_contain_text("圆桌会")
    expect(fold).to_have_attribute("open", "")
