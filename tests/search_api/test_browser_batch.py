"""The batch page in a real browser: nothing leaves the device unmasked, files are read there, runs do not mix."""

import json
import re
from io import BytesIO

import pytest
from library_maker import ROOT
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from indexer.text.personal import mask

pytestmark = pytest.mark.browser

PERSONAL = ROOT / "tests" / "fixtures" / "personal"
ORDERS = (
    "业主张建国反映厨房顶上漏水，一滴一滴往下掉，电话13912345678",
    "住3号楼2单元501，音响开到半夜，吵得睡不着",
    "停车难，车位少，抢车位",
    "……",
    "音响开到半夜，吵得睡不着",
)
HEADED = (
    ("工单编号", "诉求内容", "时间"),
    *((f"20240315{at}", text, "3月1日") for at, text in enumerate(ORDERS)),
)
SECRETS = ("13912345678", "张建国", "3号楼2单元501")


def said(name):
    lines = (PERSONAL / name).read_text(encoding="utf-8").split("\n")
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]


def xlsx(rows, inline=False):
    book = Workbook(write_only=inline)
    sheet = book.create_sheet("一") if inline else book.active
    for row in rows:
        sheet.append(row)
    book.create_sheet("二").append(["不是这一张"])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def csv(rows, encoding="utf-8"):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\r\n".join(lines).encode(encoding)


def choose(page, content, name="orders.csv"):
    page.locator("#batch-file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def paste(page, text):
    """Put a long text in at once: typed line by line it takes Chromium longer than the whole test."""
    page.get_by_label("粘贴工单内容").evaluate(
        "(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }", text
    )


def go(page):
    page.get_by_role("button", name="找先例", exact=True).click()


def finished(page):
    expect(page.locator("#batch-status")).to_contain_text("查完了")


def texts(page):
    return page.locator("#batch-rows .cell-text").all_inner_texts()


@pytest.fixture
def batch(visit):
    page = visit("/batch")
    expect(page.locator("#batch")).to_be_visible()
    return page


def test_the_browser_masks_exactly_as_python_does(batch):
    lines = said("hides.txt") + said("keeps.txt")
    lines += ["".join(lines), "a😀13912345678😀张建国先生", "业主\n张建国\n", "１３９１２３４５６７８"]
    masked = batch.evaluate(
        """async (lines) => {
            const { compile, mask } = await import("/static/js/personal.js");
            const rules = compile(await (await fetch("/api/v1/personal-rules")).json());
            return lines.map((line) => mask(line, rules));
        }""",
        lines,
    )
    for line, one in zip(lines, masked, strict=True):
        expected = mask(line)
        assert (one["text"], one["count"], tuple(one["kinds"])) == (
            expected.text,
            expected.count,
            expected.kinds,
        )


class TestPasting:
    def test_orders_are_masked_shown_sent_and_answered(self, batch):
        sent = []
        batch.on("request", lambda request: sent.append(request.post_data or ""))
        batch.get_by_label("粘贴工单内容").fill("\n".join(ORDERS))
        expect(batch.locator("#batch-masked")).to_contain_text("共 5 行，遮盖了 3 处")
        expect(batch.locator("#batch-first li").first).to_contain_text("业主张某反映厨房顶上漏水")
        go(batch)
        finished(batch)
        assert [secret for secret in SECRETS if secret in "".join(sent)] == []
        assert any("漏水" in body for body in sent)
        assert texts(batch)[1] == "住〔门牌〕，音响开到半夜，吵得睡不着"
        first = batch.locator("#batch-rows tr").first.locator("a").first
        expect(first).to_have_attribute("href", re.compile("^/cases/water-leak-"))
        expect(batch.locator("#batch-clusters-list > li", has_text="第 2、5 行")).to_have_count(1)
        batch.locator("#batch-skipped summary").click()
        expect(batch.locator("#batch-skipped-list")).to_have_text("第 4 行：没有文字，只有符号")
        assert "canary" not in batch.url

    def test_orders_with_lines_of_their_own_have_a_blank_line_between_them(self, batch):
        batch.get_by_label("粘贴工单内容").fill("楼上漏水\n找他不开门\n\n停车难\n天天抢")
        expect(batch.locator("#batch-masked")).to_contain_text("共 2 行")

    def test_cells_copied_from_a_spreadsheet_are_a_table(self, batch):
        batch.get_by_label("粘贴工单内容").fill("\n".join("\t".join(row) for row in HEADED))
        expect(batch.get_by_label("哪一列写着事情的经过").locator(":checked")).to_have_text("诉求内容")
        expect(batch.locator("#batch-first li").first).to_contain_text("第 2 行：业主张某")

    def test_too_many_rows_are_counted_and_not_sent(self, batch):
        paste(batch, "\n".join(["楼上漏水"] * 2001))
        expect(batch.get_by_role("alert")).to_contain_text("这里有 2001 行，一次最多 2000 行")
        expect(batch.locator("#batch-preview")).to_be_hidden()

    def test_what_is_too_long_is_masked_all_the_same_and_skipped(self, batch):
        sent = []
        batch.on("request", lambda request: sent.append(request.post_data or ""))
        paste(batch, "联系电话13912345678，" * 130 + "\n停车难")
        go(batch)
        finished(batch)
        assert "13912345678" not in "".join(sent)
        batch.locator("#batch-skipped summary").click()
        expect(batch.locator("#batch-skipped-list")).to_contain_text("第 1 行：")

    def test_markup_is_text(self, batch):
        batch.get_by_label("粘贴工单内容").fill("<img src=x onerror=owned=1>漏水\n<b>漏水</b>")
        go(batch)
        finished(batch)
        assert texts(batch)[0] == "<img src=x onerror=owned=1>漏水"
        assert batch.evaluate("typeof owned") == "undefined"

    def test_without_the_rules_nothing_is_sent(self, batch):
        sent = []
        batch.on("request", lambda request: sent.append(request.url))
        batch.route("**/personal-rules", lambda route: route.fulfill(status=404, body="{}"))
        batch.get_by_label("粘贴工单内容").fill("楼上漏水")
        expect(batch.get_by_role("alert")).to_contain_text("什么都没有发出去")
        assert [url for url in sent if url.endswith("/batch")] == []


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.csv", csv(HEADED)),
            ("a.csv", csv(HEADED, "utf-8-sig")),
            ("a.csv", csv(HEADED, "gb18030")),
            ("a.txt", "\n".join("\t".join(row) for row in HEADED).encode("utf-16")),
            ("a.csv", "\n".join(";".join(row) for row in HEADED).encode()),
            ("a.xlsx", xlsx(HEADED)),
            ("a.xlsx", xlsx(HEADED, inline=True)),
        ],
        ids=["utf-8", "with-mark", "gb18030", "utf-16", "semicolons", "xlsx", "xlsx-written-in-one-go"],
    )
    def test_a_table_is_read_and_the_telling_column_guessed(self, batch, name, content):
        choose(batch, content, name)
        expect(batch.get_by_label("哪一列写着事情的经过").locator(":checked")).to_have_text("诉求内容")
        expect(batch.get_by_label("第一行是列名")).to_be_checked()
        expect(batch.locator("#batch-masked")).to_contain_text("共 5 行，遮盖了 3 处")
        expect(batch.locator("#batch-first li").first).to_contain_text("第 2 行：业主张某")

    def test_line_breaks_commas_and_quotation_marks_inside_a_cell_stay_there(self, batch):
        choose(batch, csv([["编号", "内容"], ["1", '他说"不修"，\n就是不修,漏水'], ["2", "停车难"]]))
        expect(batch.locator("#batch-masked")).to_contain_text("共 2 行")
        expect(batch.locator("#batch-first li").first).to_contain_text('他说"不修"')
        expect(batch.locator("#batch-first li").first).to_contain_text("就是不修,漏水")

    def test_a_heading_of_two_lines_and_texts_full_of_commas_do_not_hide_the_separator(self, batch):
        rows = ('"工单\n编号"\t诉求内容', "1\t漏水,滴了三年,没人管", "2\t停车难,车位少,天天抢")
        choose(batch, "\n".join(rows).encode(), "a.txt")
        expect(batch.get_by_label("哪一列写着事情的经过").locator(":checked")).to_have_text("诉求内容")
        expect(batch.locator("#batch-first li").first).to_contain_text("第 2 行：漏水,滴了三年,没人管")

    def test_another_column_and_a_row_that_is_no_heading_can_be_chosen(self, batch):
        choose(batch, csv([["甲", "楼上漏水，天天滴，三年了没人管"], ["停车难", "半夜跳舞吵得一家人睡不着"]]))
        expect(batch.locator("#batch-first li").first).to_contain_text("第 1 行：楼上漏水")
        batch.get_by_label("哪一列写着事情的经过").select_option("0")
        expect(batch.locator("#batch-first li").nth(1)).to_contain_text("第 2 行：停车难")
        batch.get_by_label("第一行是列名").check()
        expect(batch.locator("#batch-masked")).to_contain_text("共 1 行")

    def test_row_numbers_are_those_of_the_file_with_empty_rows_between(self, batch):
        choose(batch, xlsx([["内容", "时间"], ["楼上漏水", "1"], [], ["停车难", "2"]]), "a.xlsx")
        expect(batch.locator("#batch-first li").nth(1)).to_contain_text("第 4 行：停车难")

    @pytest.mark.parametrize(
        ("name", "content", "complaint"),
        [
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1" + b"\0" * 600, "旧的 XLS 表格"),
            ("a.xlsx", b"PK\x03\x04 no archive", "读不出来"),
            ("a.xlsx", xlsx(HEADED)[:3000], "读不出来"),
            ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "读不出来"),
            ("a.csv", b"", "没有内容"),
            ("a.csv", b"\r\n,,,\r\n", "没有内容"),
        ],
        ids=["old", "no-archive", "cut-off", "picture", "empty", "only-commas"],
    )
    def test_a_file_that_cannot_be_read_is_told_what_to_do(self, batch, name, content, complaint):
        choose(batch, content, name)
        expect(batch.get_by_role("alert")).to_contain_text(complaint)
        expect(batch.locator("#batch-preview")).to_be_hidden()
        choose(batch, csv(HEADED))
        expect(batch.locator("#batch-preview")).to_be_visible()
        expect(batch.get_by_role("alert")).to_be_hidden()

    def test_a_file_that_is_too_large_is_not_even_read(self, batch):
        batch.evaluate(
            """() => {
                const box = document.getElementById("batch-file");
                const chosen = new DataTransfer();
                chosen.items.add(new File([new Uint8Array(10 * 1024 * 1024 + 1)], "a.csv"));
                box.files = chosen.files;
                box.dispatchEvent(new Event("change"));
            }"""
        )
        expect(batch.get_by_role("alert")).to_contain_text("文件太大，最大 10 MB")

    def test_an_archive_that_unpacks_to_far_too_much_is_refused(self, batch):
        import zipfile

        file = BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr("xl/worksheets/sheet1.xml", b" " * (90 * 1024 * 1024))
        choose(batch, file.getvalue(), "a.xlsx")
        expect(batch.get_by_role("alert")).to_contain_text("文件太大")


def held_back(page):
    """Hold the answers to batches back until `release` is called with what each is to say."""
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.waiting = [];
            window.fetch = (address, options) => address.endsWith("/batch")
                ? new Promise((resolve) => window.waiting.push({ resolve, body: JSON.parse(options.body) }))
                : real(address, options);
        }"""
    )

    def release(at, *lines):
        body = "".join(json.dumps(line) + "\n" for line in lines)
        page.evaluate("([at, body]) => window.waiting[at].resolve(new Response(body))", [at, body])

    return release


def near(case_id):
    return [{"case_id": case_id, "title": f"案例{case_id}", "level": "idea", "category": "漏水"}]


class TestRuns:
    def test_what_an_older_run_says_is_not_heard(self, batch):
        release = held_back(batch)
        box = batch.get_by_label("粘贴工单内容")
        box.fill("旧的一行")
        go(batch)
        box.fill("新的一行")
        expect(batch.locator("#batch-first")).to_contain_text("新的一行")
        go(batch)
        batch.wait_for_function("window.waiting.length === 2")
        release(1, {"row": 1, "level": "idea", "cases": near("new")}, {"clusters": []})
        finished(batch)
        release(0, {"row": 1, "level": "idea", "cases": near("old")}, {"clusters": []})
        batch.wait_for_timeout(200)
        assert batch.locator("#batch-rows a").all_inner_texts() == ["案例new 仅供启发"]
        assert texts(batch) == ["新的一行"]

    def test_what_is_done_stays_when_it_is_stopped(self, batch):
        batch.evaluate(
            """() => { window.fetch = (real => (address, options) => address.endsWith("/batch")
                ? Promise.resolve(new Response(new ReadableStream({ start(controller) {
                    window.more = (text) => controller.enqueue(new TextEncoder().encode(text)); } })))
                : real(address, options))(window.fetch); }"""
        )
        batch.get_by_label("粘贴工单内容").fill("楼上漏水\n停车难")
        go(batch)
        line = json.dumps({"row": 1, "level": "idea", "cases": near("one")}, ensure_ascii=False)
        # Half a line, and half a character, may come at a time.
        batch.evaluate(
            "text => { window.more(text.slice(0, 30)); window.more(text.slice(30)); }", line + "\n"
        )
        expect(batch.locator("#batch-rows tr")).to_have_count(1)
        batch.get_by_role("button", name="停下").click()
        expect(batch.locator("#batch-status")).to_have_text("已停下。做完的 1 行在下面。")
        expect(batch.locator("#batch-save")).to_be_visible()
        expect(batch.locator("#batch-go")).to_be_enabled()
        expect(batch.locator("#batch-go")).to_be_focused()

    def test_an_answer_that_is_cut_off_is_not_called_finished(self, batch):
        release = held_back(batch)
        batch.get_by_label("粘贴工单内容").fill("楼上漏水\n停车难")
        go(batch)
        release(0, {"row": 1, "level": "idea", "cases": near("one")})
        expect(batch.locator("#batch-status")).to_contain_text("中途断了，做完 1 行")

    def test_what_the_server_refuses_is_shown_in_its_words(self, batch):
        batch.route(
            "**/api/v1/batch",
            lambda route: route.fulfill(
                status=422, body=json.dumps({"detail": "<b>不行"}, ensure_ascii=False)
            ),
        )
        batch.get_by_label("粘贴工单内容").fill("楼上漏水")
        go(batch)
        expect(batch.locator("#batch-status")).to_have_text("<b>不行")

    def test_a_browser_that_cannot_read_piece_by_piece_gets_the_same(self, batch):
        batch.evaluate("() => { Object.defineProperty(Response.prototype, 'body', { value: undefined }); }")
        batch.evaluate("() => { delete window.AbortController; }")
        batch.get_by_label("粘贴工单内容").fill("\n".join(ORDERS))
        go(batch)
        finished(batch)
        expect(batch.locator("#batch-rows tr")).to_have_count(4)

    def test_many_rows_are_shown_a_hundred_at_a_time(self, batch):
        paste(batch, "\n".join(f"第{at}回漏水" for at in range(150)))
        go(batch)
        finished(batch)
        expect(batch.locator("#batch-rows tr")).to_have_count(100)
        batch.get_by_role("button", name="再显示一些").click()
        expect(batch.locator("#batch-rows tr")).to_have_count(150)
        expect(batch.get_by_role("button", name="再显示一些")).to_be_hidden()


class TestTakingHome:
    def test_the_table_is_downloaded(self, batch):
        batch.get_by_label("粘贴工单内容").fill("\n".join(ORDERS))
        go(batch)
        finished(batch)
        with batch.expect_download() as download:
            batch.get_by_role("button", name="下载表格").click()
        assert download.value.suggested_filename == "先例.xlsx"
        book = load_workbook(BytesIO(download.value.path().read_bytes()))
        assert [sheet.max_row for sheet in book.worksheets] == [5, 2, 2]
        assert book.worksheets[0]["B2"].value.startswith("业主张某反映厨房顶上漏水")

    def test_or_the_text_is_there_to_copy(self, batch):
        batch.get_by_label("粘贴工单内容").fill("\n".join(ORDERS))
        go(batch)
        finished(batch)
        batch.get_by_text("不能下载？复制文字").click()
        lines = batch.get_by_label("结果的文字").input_value().split("\n")
        assert len(lines) == 4
        assert lines[0].split("\t")[:2] == ["1", "业主张某反映厨房顶上漏水，一滴一滴往下掉，电话〔电话〕"]


def test_without_scripts_the_page_says_why_and_offers_the_ordinary_box(visit):
    page = visit("/batch", scripts=False)
    expect(page.locator("#batch")).to_be_hidden()
    expect(page.locator("#batch-plain")).to_contain_text("这一步靠浏览器里的脚本")
    page.get_by_label("出了什么事").fill("厨房顶上漏水")
    page.get_by_role("button", name="找相近的先例").click()
    expect(page.locator("article.entry").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1366])
def test_nothing_has_to_be_scrolled_sideways_and_everything_can_be_touched(visit, width):
    page = visit("/batch", width=width)
    page.get_by_label("粘贴工单内容").fill(
        "\n".join("\t".join(row) for row in (*HEADED, ("x" * 300, "漏" * 400, "。")))
    )
    go(page)
    finished(page)
    page.get_by_text("不能下载？复制文字").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    low = page.evaluate(
        """() => ["button", "summary", "select", "input[type=file]", "a", ".batch-check"]
            .reduce((all, kind) => all.concat([...document.querySelectorAll("main " + kind)]), [])
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert low == []


def test_by_keyboard_alone(batch):
    batch.get_by_label("粘贴工单内容").focus()
    batch.keyboard.type("楼上漏水")
    expect(batch.locator("#batch-preview")).to_be_visible()
    for _ in range(6):
        batch.keyboard.press("Tab")
        if batch.locator("#batch-go:focus").count():
            break
    batch.keyboard.press("Enter")
    finished(batch)
    expect(batch.locator("#batch-result-heading")).to_be_focused()
    assert batch.locator("[role=status]#batch-status").count() == 1
