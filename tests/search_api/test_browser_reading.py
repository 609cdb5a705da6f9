"""Reading in a real browser: finding on the page, links to paragraphs, the citation, the map."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CASE = "/cases/noise-03"


@pytest.fixture
def page(visit):
    return visit(CASE)


@pytest.fixture
def field(page):
    return page.get_by_label("在本页找")


class TestFinding:
    def test_every_place_is_marked_and_counted(self, page, field):
        field.fill("居委会")
        count = page.locator("article mark").count()
        assert count > 1
        expect(page.locator(".find [role=status]")).to_have_text(f"第 1 处，共 {count} 处")
        assert set(page.locator("article mark").all_inner_texts()) == {"居委会"}

    def test_enter_goes_on_shift_enter_goes_back_and_the_ends_meet(self, page, field):
        field.fill("居委会")
        last = page.locator("article mark").count()
        status = page.locator(".find [role=status]")
        field.press("Enter")
        expect(status).to_contain_text("第 2 处")
        field.press("Shift+Enter")
        expect(status).to_contain_text("第 1 处")
        field.press("Shift+Enter")
        expect(status).to_contain_text(f"第 {last} 处")
        expect(page.locator("article mark").last).to_have_class("mark-current")
        expect(page.locator("article mark").last).to_be_in_viewport()

    def test_the_buttons_do_the_same(self, page, field):
        expect(page.get_by_role("button", name="下一处")).to_be_disabled()
        field.fill("居委会")
        page.get_by_role("button", name="下一处").click()
        expect(page.locator(".find [role=status]")).to_contain_text("第 2 处")
        page.get_by_role("button", name="上一处").click()
        expect(page.locator(".find [role=status]")).to_contain_text("第 1 处")

    def test_the_field_stays_in_sight_while_it_is_used(self, page, field):
        field.fill("反复")
        for _ in range(page.locator("article mark").count() - 1):
            field.press("Enter")
        expect(field).to_be_in_viewport()

    def test_escape_leaves_the_page_as_it_was(self, page, field):
        before = page.locator("article.case").inner_html()
        field.fill("居委会")
        assert page.locator("article mark").count()
        field.press("Escape")
        expect(field).to_have_value("")
        expect(page.locator(".find [role=status]")).to_have_text("")
        after = page.locator("article.case").inner_html()
        assert re.sub(r'class="find[^"]*"', "", after) == re.sub(r'class="find[^"]*"', "", before)

    def test_what_is_not_there_is_said(self, page, field):
        field.fill("采暖面积")
        expect(page.locator(".find [role=status]")).to_have_text("本页没有")
        assert page.locator("article mark").count() == 0

    def test_capitals_make_no_difference(self, page, field):
        field.fill("cc-by")
        expect(page.locator("article mark").first).to_have_text("CC-BY")

    def test_markup_is_looked_for_as_text(self, page):
        page.goto("/cases/markup-in-every-field")
        page.get_by_label("在本页找").fill("<b>")
        expect(page.locator("article mark").first).to_have_text("<b>")
        assert page.evaluate("typeof owned") == "undefined"

    def test_letters_of_an_input_method_are_no_words_yet(self, page, field):
        field.evaluate(
            """field => {
                field.dispatchEvent(new CompositionEvent('compositionstart'));
                field.value = 'ju';
                field.dispatchEvent(new InputEvent('input', {isComposing: true}));
            }"""
        )
        expect(page.locator(".find [role=status]")).to_have_text("")
        field.evaluate(
            """field => {
                field.value = '居委会';
                field.dispatchEvent(new CompositionEvent('compositionend'));
            }"""
        )
        expect(page.locator(".find [role=status]")).to_contain_text("第 1 处")

    def test_what_is_looked_for_stays_in_the_page(self, page, field):
        field.fill("canary")
        field.press("Enter")
        assert "canary" not in page.url
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    def test_without_scripts_there_is_no_field(self, visit):
        assert not visit(CASE, scripts=False).locator(".find").is_visible()


class TestParagraphLinks:
    def test_a_link_shows_when_the_paragraph_is_pointed_at_and_leads_to_it(self, page):
        step = page.locator("[id='怎么干-2']")
        link = step.get_by_role("link", name="这一段的链接")
        assert link.evaluate("e => getComputedStyle(e).opacity") == "0"
        step.hover()
        assert link.evaluate("e => getComputedStyle(e).opacity") == "1"
        link.click()
        assert page.evaluate("decodeURIComponent(location.hash)") == "#怎么干-2"
        assert page.evaluate("document.querySelector(':target').id") == "怎么干-2"

    def test_it_can_be_reached_by_keyboard_and_is_then_seen(self, page):
        link = page.locator("[id='怎么干-2'] .paragraph-link")
        link.focus()
        assert link.evaluate("e => getComputedStyle(e).opacity") == "1"

    def test_what_a_link_leads_to_stands_out_and_in_sight(self, visit):
        page = visit(f"{CASE}#结果-1")
        target = page.locator(":target")
        plain = page.locator("[id='案情-1']").evaluate("e => getComputedStyle(e).backgroundColor")
        assert target.evaluate("e => getComputedStyle(e).backgroundColor") != plain
        expect(target).to_be_in_viewport()

    def test_nothing_of_it_is_printed(self, page):
        page.emulate_media(media="print")
        for part in (".paragraph-link", ".size-row", ".case-tools", ".find", ".kin", "[data-copy]"):
            assert not any(element.is_visible() for element in page.locator(part).all()), part
        expect(page.locator("#cite-text")).to_be_visible()


class TestCitation:
    def test_a_click_copies_it_also_without_access_to_the_clipboard(self, page):
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.evaluate("document.addEventListener('copy', () => { window.copied = String(getSelection()); })")
        page.get_by_role("button", name="复制这段引用").click()
        expect(page.locator(".cite-ways [role=status]")).to_have_text("已复制。")
        assert "案例编号 noise-03" in page.evaluate("window.copied")

    def test_where_copying_is_refused_it_is_left_selected(self, page):
        page.evaluate("document.execCommand = () => false")
        page.get_by_role("button", name="复制这段引用").click()
        expect(page.locator(".cite-ways [role=status]")).to_contain_text("Ctrl+C")
        assert "noise-03" in page.evaluate("String(getSelection())")

    def test_without_scripts_one_click_selects_it_whole(self, visit):
        page = visit(CASE, scripts=False)
        page.locator("#cite-text").click()
        assert "noise-03" in page.evaluate("String(getSelection())")
        assert not page.locator("[data-copy]").is_visible()


class TestPhone:
    def test_on_the_first_screen_stand_title_facts_and_summary(self, visit):
        page = visit(CASE, width=360)
        for part in ("h1", ".facts-line", "#summary h2"):
            expect(page.locator(part).first).to_be_in_viewport()

    def test_the_picture_of_the_relatives_keeps_to_its_frame(self, visit):
        page = visit(CASE, width=360)
        frame = page.locator(".kin").bounding_box()
        for title in page.locator(".kin-narrow").all():
            box = title.bounding_box()
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


class TestMap:
    def test_pointing_at_a_dot_names_its_case_and_a_click_opens_it(self, visit):
        page = visit("/map")
        dot = page.locator(".dots a").first
        title = dot.locator("title").text_content()
        dot.locator("circle").hover(force=True)
        expect(page.locator("[data-map-status]")).to_have_text(title)
        page.mouse.move(0, 0)
        expect(page.locator("[data-map-status]")).to_contain_text("点开一个点")
        page.goto(page.url + dot.get_attribute("href").replace("/cases", "/../cases"))
        expect(page.locator("h1")).to_have_text(title)

    @pytest.mark.parametrize("scripts", [True, False])
    def test_a_category_is_chosen_and_drawn_in_the_accent(self, visit, scripts):
        page = visit("/map", scripts=scripts)
        page.get_by_label("标出一类").select_option(label="噪音扰民")
        page.get_by_role("button", name="标出").click()
        expect(page.locator(".dots .on")).to_have_count(11)
        colours = page.evaluate(
            "[...document.querySelectorAll('.dots circle')].map(e => getComputedStyle(e).fill)"
        )
        assert len(set(colours)) == 2
        red = page.locator(".dots .on circle").first.evaluate("e => getComputedStyle(e).fill")
        assert colours.count(red) == 11

    @pytest.mark.parametrize("width", [360, 1366])
    def test_every_dot_and_shown_name_lies_within_the_drawing(self, visit, width):
        page = visit("/map", width=width)
        outside = page.evaluate(
            """() => {
                const frame = document.querySelector('.map svg').getBoundingClientRect();
                return [...document.querySelectorAll('.dots circle, .map-name')].filter(e => e.checkVisibility())
                    .map(e => [e.textContent, e.getBoundingClientRect()])
                    .filter(([, box]) => box.left < frame.left - 4 || box.right > frame.right + 4
                        || box.top < frame.top - 4 || box.bottom > frame.bottom + 4)
                    .map(([text]) => text);
            }"""
        )
        assert outside == []

    def test_names_are_legible_on_a_phone(self, visit):
        page = visit("/map", width=360)
        sizes = page.evaluate(
            """[...document.querySelectorAll('.map-name')].filter(e => e.checkVisibility())
                .map(e => parseFloat(getComputedStyle(e).fontSize))"""
        )
        assert min(sizes) >= 11

    def test_the_list_folds_open_and_leads_to_a_case(self, visit):
        page = visit("/map", width=360, scripts=False)
        fold = page.locator("details", has_text="噪音扰民")
        fold.locator("summary").click()
        link = fold.locator("ul a").first
        assert link.bounding_box()["height"] >= 44
        title = link.inner_text()
        link.click()
        expect(page.locator("h1")).to_have_text(title)
