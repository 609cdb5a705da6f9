"""How large and how strong in contrast one reads: chosen by a link, kept on the device, nothing else in the cookie."""

import re

import httpx
import pytest
from playwright.sync_api import expect

SIZES = ["standard", "large", "huge"]


class TestCookie:
    @pytest.mark.parametrize("size", SIZES)
    def test_it_holds_the_choice_and_nothing_else(self, served, size):
        with httpx.Client(base_url=served.url) as http:
            answer = http.get("/display", params={"size": size, "next": "/cases/noise-03"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/cases/noise-03")
            assert dict(http.cookies) == {"display": f"{size}.normal"}

    def test_one_choice_leaves_the_other_as_it_was(self, served):
        with httpx.Client(base_url=served.url) as http:
            http.get("/display", params={"size": "huge"})
            http.get("/display", params={"contrast": "high"})
            assert dict(http.cookies) == {"display": "huge.high"}
            http.get("/display", params={"size": "standard"})
            assert dict(http.cookies) == {"display": "standard.high"}

    @pytest.mark.parametrize(
        "asked", [{"size": "canary"}, {"contrast": "canary"}, {"size": "x" * 3000, "contrast": "<b>"}, {}]
    )
    def test_what_is_not_known_is_as_at_first(self, served, asked):
        with httpx.Client(base_url=served.url) as http:
            http.get("/display", params=asked)
            assert dict(http.cookies) == {"display": "standard.normal"}

    @pytest.mark.parametrize("value", ["canary", "huge", "huge.canary", ".", "a.b.c.d", '"><script>'])
    def test_a_cookie_that_somebody_wrote_is_harmless(self, client, value):
        html = client.get("/cases/noise-03", headers={"cookie": f"display={value}"}).text
        size = "huge" if value.startswith("huge") else "standard"
        assert f'<html lang="zh-CN" class="size-{size} contrast-normal">' in html

    @pytest.mark.parametrize(
        "target", ["https://example.org/", "//example.org", "/\\example.org", "javascript:1"]
    )
    def test_it_leads_nowhere_else(self, client, target):
        assert client.get("/display", params={"size": "large", "next": target}).headers["location"] == "/"

    def test_the_choice_is_marked(self, client):
        html = client.get("/cases/noise-03", headers={"cookie": "display=large.normal"}).text
        assert len(re.findall(r'<a[^>]*size=large[^>]*aria-current="true"', html)) == 2
        assert not re.findall(r"<a[^>]*size=huge[^>]*aria-current", html)


CONTRAST = """() => {
    const channels = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const light = text => channels(text).map(c => c / 255)
        .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
    const paper = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll('main p, main dd, main dt, main h1, main h2, main li, footer p, main a')]
        .filter(e => e.checkVisibility() && e.innerText && !e.closest('svg'))
        .map(e => [e.className || e.tagName, light(getComputedStyle(e).color)])
        .map(([name, ink]) => [name, (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05)])
        .filter(([, ratio]) => ratio < 7);
}"""


@pytest.mark.browser
class TestInABrowser:
    def size_of_text(self, page):
        return page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose-text')).fontSize)")

    @pytest.mark.parametrize("scripts", [True, False])
    def test_the_text_really_grows_and_stays_large_on_other_pages(self, visit, scripts):
        page = visit("/cases/noise-03", scripts=scripts)
        sizes = [self.size_of_text(page)]
        for name, size in (("大", "large"), ("特大", "huge")):
            page.locator(".size-row").get_by_role("link", name=name, exact=True).click()
            expect(page.locator("html")).to_have_class(re.compile(f"size-{size}"))
            assert page.url.endswith("/cases/noise-03")
            sizes.append(self.size_of_text(page))
        assert sizes[1] >= 1.15 * sizes[0]
        assert sizes[2] >= 1.15 * sizes[1]
        page.goto("/cases/noise-07")
        assert self.size_of_text(page) == sizes[2]
        page.locator(".size-row").get_by_role("link", name="标准", exact=True).click()
        expect(page.locator("html")).to_have_class(re.compile("size-standard"))
        assert self.size_of_text(page) == sizes[0]

    def test_the_links_of_the_foot_do_the_same(self, visit):
        page = visit("/library")
        page.get_by_role("link", name="特大字号").click()
        expect(page.locator("html")).to_have_class(re.compile("size-huge"))
        assert page.url.endswith("/library")

    @pytest.mark.parametrize("path", ["/cases/noise-03", "/map", "/library"])
    def test_the_largest_text_still_fits_a_phone(self, visit, path):
        page = visit("/display?size=huge&next=" + path, width=320)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_high_contrast_is_at_least_seven_to_one(self, visit, scheme):
        page = visit("/display?contrast=high&next=/cases/noise-03")
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_class(re.compile("contrast-high"))
        assert page.evaluate(CONTRAST) == []
