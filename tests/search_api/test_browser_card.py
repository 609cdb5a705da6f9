"""The card of a result in a real browser: by touch, by keyboard, on a narrow phone and on paper."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SMALL = """() => [...document.querySelectorAll('.card .step-link, .card summary, .card .choose, .card-onward a')]
    .filter(target => target.checkVisibility())
    .map(target => [target.className, target.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([name]) => name)"""
HEADINGS = "() => [...document.querySelectorAll('main h1, main h2, main h3')].map(heading => Number(heading.tagName[1]))"


def contrast(*colours):
    """The contrast of two colours written rgb(1, 2, 3), by WCAG."""
    darker, lighter = sorted(map(_luminance, colours))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def asked(visit, query="厨房顶上漏水，一滴一滴往下掉", *, width=1366, scripts=True):
    page = visit(width=width, scripts=scripts)
    page.locator("textarea").fill(query)
    page.locator("button.primary[type=submit]").click()
    expect(page.locator("article.card").first).to_be_visible()
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_a_step_leads_to_itself_in_the_case_and_back_leads_to_the_answer(visit, scripts):
    page = asked(visit, scripts=scripts)
    card = page.locator("article.card").first
    title = card.locator("h2").inner_text()
    said = card.locator(".first-steps li").nth(1).locator("p").inner_text()
    card.get_by_role("link", name="第 2 步").click()
    expect(page.locator("[id='怎么干-2']")).to_have_text(said)
    expect(page.locator("[id='怎么干-2']")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("article.card h2").first).to_have_text(title)


@pytest.mark.parametrize("width", [320, 360, 768, 1366])
def test_everything_can_be_touched_and_nothing_is_cut_off(visit, width):
    page = asked(visit, width=width)
    for fold in page.locator(".card details:not([open]) > summary").all():
        fold.click()
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_first_passage_is_open_and_the_further_ones_are_a_touch_away(visit):
    page = asked(visit, "半夜跳舞吵得睡不着，有人提出要往上反映", width=360)
    card = page.locator("article.card").first
    expect(card.locator(".why > .evidence mark")).to_be_visible()
    further = card.locator(".further .evidence").first
    expect(further).to_be_hidden()
    card.locator(".further summary").focus()
    page.keyboard.press("Enter")
    expect(further).to_be_visible()


def test_a_case_is_chosen_by_its_whole_label(visit):
    page = asked(visit, width=360)
    card = page.locator("article.card").nth(1)
    box = card.get_by_role("checkbox", name="放进办事单或并排比较")
    expect(box).to_have_accessible_description(card.locator("h2").inner_text())
    card.locator(".choose").click()
    expect(box).to_be_checked()


def test_headings_go_down_one_level_at_a_time(visit):
    levels = asked(visit).evaluate(HEADINGS)
    assert levels[0] == 1
    assert 3 in levels
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_on_paper_nothing_is_to_be_pressed(visit):
    page = asked(visit)
    page.emulate_media(media="print")
    for pressed in (".choose", ".further"):
        assert not [part for part in page.locator(f"article.card {pressed}").all() if part.is_visible()]
    expect(page.locator("article.card .first-steps").first).to_be_visible()
    expect(page.locator("article.card .redlines").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_numbers_of_the_steps_can_be_seen(visit, scheme):
    page = asked(visit)
    page.emulate_media(color_scheme=scheme)
    number = page.locator(".step-number").first
    ink = number.evaluate("number => getComputedStyle(number).color")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert contrast(ink, ground) >= 4.5
