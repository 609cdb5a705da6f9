"""Without a network the cases that were read can still be read, and nothing private is ever kept."""

import json
import re

import pytest
from library_maker import WITHDRAWN
from playwright.sync_api import expect

KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url));
    }
    return found.map(url => url.pathname + url.search);
}"""


class TestWorker:
    def test_it_stands_at_the_root_and_is_never_stale(self, client):
        answer = client.get("/worker.js")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "no-cache"

    def test_it_names_the_snapshot_and_the_files_it_keeps(self, client):
        first = client.get("/worker.js").text.splitlines()[0]
        versions = json.loads(re.fullmatch(r"self\.versions = (.*);", first)[1])
        assert versions["pages"] == client.get("/readyz").json()["snapshot"]
        assert re.fullmatch(r"[0-9a-f]{16}", versions["files"])

    def test_it_is_there_before_the_first_index_too(self, serve, tmp_path):
        import httpx

        with serve(tmp_path / "nothing") as server:
            assert httpx.get(f"{server.url}/worker.js").status_code == 200
            assert httpx.get(f"{server.url}/offline").status_code == 200

    def test_the_page_for_what_was_not_kept_is_in_both_languages(self, client):
        assert "现在没有网络" in client.get("/offline").text
        assert "No network" in client.get("/offline", headers={"cookie": "lang=en"}).text

    def test_the_scripts_are_small(self, client):
        sizes = [
            len(client.get(f"/static/{name}").content)
            for name in ("js/offline.js", "js/find.js", "js/reading.js", "js/map.js")
        ]
        assert sum(sizes) < 12_000


@pytest.fixture
def own(browser, serve, made_index):
    """A server of one's own, which can be stopped, and a function that opens its pages."""
    with serve(made_index) as server:
        context = browser.new_context(base_url=server.url, locale="zh-CN")

        def open_page(path="/"):
            page = context.new_page()
            page.set_default_timeout(8000)
            page.goto(path)
            return page

        open_page.stop = lambda: (server.process.terminate(), server.process.wait(10))
        open_page.context = context
        yield open_page
        context.close()


def until(page, expression, argument=None):
    """Wait until what `expression` promises is true."""
    for _ in range(160):
        if page.evaluate(expression, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def kept_by(page, *paths):
    """Wait until all of `paths` are kept and the worker is at work, and return everything that is."""
    until(
        page,
        """async wanted => {
            for (const path of wanted) if (!(await caches.match(path, {ignoreVary: true}))) return false;
            return navigator.serviceWorker.controller !== null;
        }""",
        list(paths),
    )
    return page.evaluate(KEPT)


@pytest.mark.browser
class TestReading:
    def test_a_case_that_was_read_can_be_read_again_with_its_style(self, own):
        page = own("/cases/noise-03")
        title = page.locator("h1").inner_text()
        kept_by(page, "/cases/noise-03", "/static/css/case.css", "/static/css/base.css")
        own.stop()
        page.goto("/cases/noise-03#怎么干-2")
        expect(page.locator("h1")).to_have_text(title)
        assert page.evaluate("getComputedStyle(document.querySelector('.case')).display") == "grid"
        expect(page.get_by_label("在本页找")).to_be_visible()

    def test_the_second_case_is_kept_as_it_is_visited(self, own):
        page = own("/cases/noise-03")
        kept_by(page, "/cases/noise-03")
        page.goto("/cases/noise-07")
        kept_by(page, "/cases/noise-07")
        own.stop()
        page.goto("/cases/noise-07")
        expect(page.locator("h1")).to_contain_text("第7回")

    def test_with_the_browser_offline_it_is_the_same(self, own):
        page = own("/cases/noise-03")
        kept_by(page, "/cases/noise-03", "/offline")
        own.context.set_offline(True)
        page.goto("/cases/noise-03")
        expect(page.locator("article.case h1")).to_be_visible()

    def test_another_page_lists_the_cases_that_are_kept(self, own):
        page = own("/cases/noise-03")
        title = page.locator("h1").inner_text()
        kept_by(page, "/cases/noise-03", "/offline")
        own.stop()
        page.goto("/cases/water-leak-00")
        expect(page.locator("h1")).to_have_text("现在没有网络")
        link = page.locator(".kept-cases a")
        expect(link).to_have_text([title])
        assert not page.locator("[data-none-kept]").is_visible()
        link.click()
        expect(page.locator("h1")).to_have_text(title)

    def test_a_question_without_a_network_is_not_lost(self, own):
        page = own("/")
        page.fill("#query", "停车难")
        own.context.set_offline(True)
        page.locator("button.primary[type=submit]").click()
        expect(page.locator("#live")).to_contain_text("没有发出去")
        expect(page.locator("#query")).to_have_value("停车难")
        own.context.set_offline(False)
        page.locator("button.primary[type=submit]").click()
        expect(page.locator("article.entry").first).to_be_visible()

    def test_a_question_to_a_server_that_is_gone_ends_on_a_page_of_ours(self, own):
        page = own("/")
        kept_by(page, "/offline")
        page.fill("#query", "停车难")
        own.stop()
        page.locator("button.primary[type=submit]").click()
        expect(page.locator("h1")).to_have_text("现在没有网络")

    def test_in_the_language_that_was_chosen_since(self, own):
        page = own("/cases/noise-03")
        kept_by(page, "/offline")
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        until(
            page,
            "async () => (await (await caches.match('/offline', {ignoreVary: true})).text()).includes('No network')",
        )
        own.stop()
        page.goto("/cases/water-leak-00")
        expect(page.locator("h1")).to_have_text("No network")

    def test_with_a_network_a_page_is_always_the_newest(self, own):
        page = own("/cases/noise-03")
        kept_by(page, "/cases/noise-03")
        page.evaluate(
            """async () => {
                const name = (await caches.keys()).find(known => known.startsWith('casebook-pages-'));
                await (await caches.open(name)).put('/cases/noise-03', new Response('<h1>old</h1>'));
            }"""
        )
        page.reload()
        expect(page.locator("h1")).not_to_have_text("old")


@pytest.mark.browser
class TestWhatIsKept:
    def ask(self, page, text):
        page.goto("/")
        page.locator("textarea").first.fill(text)
        page.locator("button.primary[type=submit]").first.click()
        expect(page.locator("article.entry").first).to_be_visible()

    def test_the_cases_of_an_answer_are_fetched_before_they_are_opened(self, own):
        page = own("/")
        kept_by(page, "/offline")
        self.ask(page, "厨房顶上漏水，一滴一滴往下掉")
        first = page.locator("article.entry h2 a").first.get_attribute("href").split("#")[0].split("?")[0]
        kept = kept_by(page, first)
        assert 1 <= len([path for path in kept if re.fullmatch(r"/cases/[\w-]+", path)]) <= 5

    def test_an_answer_and_what_was_asked_are_never_kept(self, own):
        page = own("/")
        kept_by(page, "/offline")
        self.ask(page, "厨房顶上漏水canary")
        for path in (
            "/sheet?case=noise-03",
            "/language?to=zh&next=/",
            "/api/v1/facets",
            "/healthz",
            "/nowhere",
        ):
            page.goto(path)
        page.goto("/cases/noise-03")
        kept = kept_by(page, "/cases/noise-03")
        allowed = r"/|/offline|/map|/library|/cases|/cases/[a-z0-9-]+|/static/.+"
        assert [path for path in kept if not re.fullmatch(allowed, path)] == []
        texts = page.evaluate(
            """async () => {
                let texts = '';
                for (const name of await caches.keys()) {
                    const cache = await caches.open(name);
                    for (const request of await cache.keys()) texts += await (await cache.match(request)).text();
                }
                return texts;
            }"""
        )
        assert "canary" not in texts

    def test_a_page_that_is_not_there_is_not_kept(self, own):
        page = own("/cases/noise-03")
        kept_by(page, "/cases/noise-03")
        page.goto("/cases/nobody")
        page.goto("/library")
        assert "/cases/nobody" not in kept_by(page, "/library")

    def test_of_an_older_snapshot_nothing_stays_and_what_was_kept_is_fetched_anew(self, own):
        page = own("/cases/noise-03")
        kept_by(page, "/cases/noise-03")
        page.evaluate(
            """async () => {
                const older = await caches.open('casebook-pages-older');
                await older.put('/cases/noise-07', new Response('<h1>old</h1>'));
                await older.put('/cases/gone', new Response('<h1>old</h1>'));
            }"""
        )
        page.reload()
        until(page, "async () => !(await caches.has('casebook-pages-older'))")
        assert "/cases/gone" not in kept_by(page, "/cases/noise-07")
        text = page.evaluate("async () => (await caches.match('/cases/noise-07', {ignoreVary: true})).text()")
        assert "第7回" in text


@pytest.mark.browser
class TestAllAtOnce:
    def test_the_button_keeps_every_case_and_says_so(self, own):
        page = own("/library")
        page.get_by_role("button", name="存到这台设备，断网也能看").click()
        expect(page.locator("[data-keep] [role=status]")).to_contain_text("都存好了", timeout=60_000)
        progress = page.locator("[data-keep] progress")
        assert progress.evaluate("e => e.value === e.max && e.max > 45")
        cases = [path for path in page.evaluate(KEPT) if re.fullmatch(r"/cases/[\w-]+", path)]
        assert len(set(cases)) == 45
        assert f"/cases/{WITHDRAWN}" not in cases
        own.stop()
        page.goto("/cases")
        expect(page.locator("article.entry")).to_have_count(20)
        page.goto("/cases/water-leak-00")
        expect(page.locator("article.case h1")).to_be_visible()

    def test_when_the_network_goes_it_says_so_and_can_go_on(self, own):
        page = own("/library")
        kept_by(page, "/offline")
        own.stop()
        page.get_by_role("button", name="存到这台设备，断网也能看").click()
        expect(page.locator("[data-keep] [role=status]")).to_contain_text("再按一次")
        expect(page.get_by_role("button", name="存到这台设备，断网也能看")).to_be_enabled()

    def test_where_the_browser_does_not_allow_it_the_reason_is_given(self, own):
        own.context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
        page = own("/library")
        expect(page.locator("[data-keep] [role=status]")).to_contain_text("https")
        expect(page.get_by_role("button", name="存到这台设备，断网也能看")).to_be_disabled()
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0

    def test_without_scripts_nothing_is_offered(self, visit):
        page = visit("/library", scripts=False)
        assert not page.locator("[data-keep]").is_visible()
        assert not page.locator("[data-keep-link]").is_visible()
