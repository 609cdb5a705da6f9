"""The work sheet in a real browser, with and without scripts, and that nothing of it stays anywhere."""

import re

import docx
import httpx
import pytest
from library_maker import build_index, made_case, write_library
from playwright.sync_api import expect
from test_privacy import CANARY, assert_nowhere_below, traces

pytestmark = pytest.mark.browser

TWO = "/sheet?case=noise-03&case=water-leak-00"
WIDTHS = [320, 360, 1366]
TARGETS = "main button, main input:not([type=hidden]):not([type=checkbox]), main textarea, label.step-done"
LOW_TARGETS = """selector => [...document.querySelectorAll(selector)]
    .filter(target => target.checkVisibility() && target.getBoundingClientRect().height < 43.5)
    .map(target => target.outerHTML.slice(0, 80))"""


@pytest.fixture(params=[False, True], ids=["without-scripts", "with-scripts"])
def sheet(request, visit):
    return visit(TWO, scripts=request.param)


def steps(page):
    return page.locator("textarea[name=step]")


def edit(page):
    """Change the first step, bring the third up to the second place, drop the last."""
    steps(page).nth(0).fill("先打电话约好时间")
    steps(page).nth(2).fill("再到现场看一看")
    page.get_by_role("button", name="第 3 步上移").click()
    expect(steps(page).nth(1)).to_have_value("再到现场看一看")
    steps(page).nth(3).fill("")


class TestJourneys:
    def test_ask_choose_and_start_a_sheet(self, visit):
        page = visit(scripts=False)
        page.locator("textarea#query").fill("厨房顶上漏水canary")
        page.locator("button.primary[type=submit]").click()
        token = page.url.rpartition("/")[2]
        page.goto(f"{TWO}&from={token}")
        expect(steps(page)).to_have_count(4)
        page.get_by_role("link", name="检索报告").click()
        expect(page.locator("h1")).to_have_text("检索报告")
        page.get_by_role("link", name="回到找到的案例").click()
        expect(page.locator("article.entry").first).to_be_visible()
        page.wait_for_load_state()

    def test_edit_move_drop_and_print(self, sheet):
        edit(sheet)
        assert sheet.url.endswith("/sheet#step-2")
        sheet.get_by_label("谁负责").nth(0).fill("小李")
        sheet.get_by_label("已办").nth(1).check()
        sheet.get_by_role("button", name="打印").click()
        items = sheet.locator("ol.paper-list > li")
        expect(items).to_have_count(3)
        expect(items.nth(0)).to_contain_text("☐")
        expect(items.nth(0)).to_contain_text("先打电话约好时间")
        expect(items.nth(0)).to_contain_text("谁负责：小李")
        expect(items.nth(1)).to_contain_text("☑")
        expect(items.nth(1)).to_contain_text("再到现场看一看")

    def test_back_from_the_print_page_with_everything_kept(self, sheet):
        edit(sheet)
        sheet.get_by_role("button", name="打印").click()
        sheet.get_by_role("button", name="回去接着改").click()
        expect(steps(sheet)).to_have_count(4)
        expect(steps(sheet).nth(1)).to_have_value("再到现场看一看")
        expect(steps(sheet).nth(3)).to_have_value("")

    def test_a_step_of_ones_own(self, sheet):
        sheet.get_by_role("button", name="加一步").click()
        expect(steps(sheet)).to_have_count(5)
        steps(sheet).nth(4).fill("一周后再去看看")
        sheet.get_by_role("button", name="发微信用的文字").click()
        expect(sheet.locator("textarea#text")).to_have_value(re.compile("5. ☐ 一周后再去看看"))

    def test_the_enter_key_moves_nothing(self, sheet):
        before = [box.input_value() for box in steps(sheet).all()]
        sheet.get_by_label("标题").fill("自己的题目")
        sheet.get_by_label("标题").press("Enter")
        expect(sheet.get_by_label("标题")).to_have_value("自己的题目")
        assert [box.input_value() for box in steps(sheet).all()] == before

    def test_the_word_file_holds_what_was_written(self, sheet, tmp_path):
        edit(sheet)
        with sheet.expect_download() as download:
            sheet.get_by_role("button", name="下载 Word").click()
        download.value.save_as(tmp_path / "sheet.docx")
        assert download.value.suggested_filename.startswith("办事单-")
        shown = [row.text for row in docx.Document(tmp_path / "sheet.docx").paragraphs]
        done = [row for row in shown if row.startswith("☐")]
        assert done[:2] == ["☐ 先打电话约好时间", "☐ 再到现场看一看"]
        assert len(done) == 3

    def test_too_long_a_step_comes_back_with_the_reason(self, sheet):
        steps(sheet).nth(1).fill("长" * 2001)
        sheet.get_by_role("button", name="打印").click()
        expect(sheet.get_by_role("alert")).to_contain_text("第 2 步写了 2001 个字")
        expect(steps(sheet).nth(1)).to_have_value("长" * 2001)


def test_copying_fills_the_clipboard_or_leaves_the_text_selected(visit):
    page = visit(TWO)
    page.get_by_role("button", name="发微信用的文字").click()
    page.get_by_role("button", name="复制全文").click()
    expect(page.locator("#copy-status")).to_have_text("已复制，可以去粘贴了。")


def test_copying_without_the_clipboard_interface(visit):
    page = visit(TWO)
    page.get_by_role("button", name="发微信用的文字").click()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="复制全文").click()
    expect(page.locator("#copy-status")).to_contain_text("已全部选中")
    selected = (
        "(box => box.selectionEnd - box.selectionStart === box.value.length)(document.getElementById('text'))"
    )
    assert page.evaluate(selected)


def test_without_scripts_the_text_can_be_selected_and_says_how(visit):
    page = visit(TWO, scripts=False)
    page.get_by_role("button", name="发微信用的文字").click()
    assert page.locator("textarea#text").get_attribute("readonly") is not None
    expect(page.get_by_text("点进框里，全选，再复制")).to_be_visible()
    assert not page.get_by_role("button", name="复制全文").is_visible()


def test_the_print_button_is_there_only_where_it_works(visit):
    for scripts in (True, False):
        page = visit(TWO, scripts=scripts)
        page.get_by_role("button", name="打印").click()
        assert page.get_by_role("button", name="打开打印窗口").is_visible() is scripts
        assert page.get_by_text("请用浏览器菜单里的").is_visible() is not scripts


def test_on_paper_are_only_the_sheet_and_its_sources(visit):
    page = visit(TWO)
    page.get_by_role("button", name="打印").click()
    page.emulate_media(media="print")
    assert not [button for button in page.get_by_role("button").all() if button.is_visible()]
    assert not page.locator("nav").first.is_visible()
    expect(page.locator(".paper")).to_contain_text("案例二：楼上漏水滴到我家第0回")
    assert page.pdf().startswith(b"%PDF")


def test_leaving_with_something_unsaved_is_asked_about(visit):
    page = visit(TWO)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    steps(page).nth(0).fill("改了")
    page.goto("/cases")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_scrolled_sideways_and_everything_can_be_touched(visit, width):
    page = visit(TWO, width=width)
    for button in (None, "打印", "发微信用的文字"):
        if button:
            page.get_by_role("button", name=button).click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), button
        assert page.evaluate(LOW_TARGETS, TARGETS) == []


def test_what_is_written_leaves_no_trace(tmp_path, serve):
    index = build_index(write_library(tmp_path / "cases", [made_case("one")]), tmp_path / "index")
    (tmp_path / "tmp").mkdir()
    fields = [
        ("case", "one"),
        ("title", CANARY),
        ("step", CANARY),
        ("who", CANARY),
        ("law", CANARY),
        ("look_on", CANARY),
    ]
    parts = [(name, (None, value.encode())) for name, value in fields]
    with (
        serve(index, TMPDIR=str(tmp_path / "tmp"), HOME=str(tmp_path / "tmp")) as server,
        httpx.Client(base_url=server.url, timeout=20) as http,
    ):
        answers = [
            http.post(path, files=parts) for path in ("/sheet", "/sheet/print", "/sheet/text", "/sheet/word")
        ]
        answers.append(http.post("/sheet/print", files=[*parts, ("law", (None, (CANARY * 900).encode()))]))
        answers.append(http.post("/sheet", files=[("case", (None, CANARY.encode()))]))
        question = http.post("/search", data={"query": CANARY}).headers["location"]
        answers += [http.get(f"{question}/report"), http.get(f"{question}/report/word")]
        assert {answer.status_code for answer in answers} <= {200, 404, 422}
        for answer in answers:
            assert traces(b"\n".join(name + b": " + value for name, value in answer.headers.raw)) == []
            assert answer.headers["cache-control"] == "no-store"
        assert traces(server.said) == []
    assert_nowhere_below(server.folder, index, tmp_path)
