"""The table to take home: three sheets, text that stays text, links to the cases."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from search_api.rendering.workbook import Link, Sheet, workbook

URL = "/api/v1/batch/workbook"
RESULT = {
    "row": 2,
    "text": "楼上〔门牌〕漏水",
    "level": "close",
    "cases": [{"case_id": "noise-03", "level": "close"}, {"case_id": "water-leak-00", "level": "idea"}],
}


def opened(content):
    return load_workbook(BytesIO(content))


def table(client, body, **headers):
    response = client.post(URL, json=body, headers=headers)
    assert response.status_code == 200, response.text
    return opened(response.content)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"])
def test_text_stays_text_whatever_it_begins_with(text):
    cell = opened(workbook([Sheet("一", (("甲", 10),), [(text,)])])).worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_what_a_cell_cannot_hold_is_left_out():
    rows = [("a\x00b\x0bc",), ("一\ud800二",), ("长" * 40_000,)]
    sheet = opened(workbook([Sheet("一", (("甲", 10),), rows)])).worksheets[0]
    assert [sheet.cell(row, 1).value for row in (2, 3)] == ["abc", "一二"]
    assert len(sheet["A4"].value) == 32_767


def test_the_headings_stay_in_sight_and_long_text_is_wrapped():
    sheet = opened(workbook([Sheet("一", (("甲", 10), ("乙", 40)), [(1, "二")])])).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width == 40
    assert sheet["B2"].alignment.wrap_text
    assert sheet["A1"].font.bold
    assert sheet["A2"].value == 1


def test_a_link_leads_to_its_address():
    cell = opened(workbook([Sheet("一", (("甲", 10),), [(Link("去", "http://a/b"),)])])).worksheets[0]["A2"]
    assert (cell.value, cell.hyperlink.target) == ("去", "http://a/b")


def test_the_results_come_as_three_sheets(client, served):
    book = table(
        client,
        {
            "results": [RESULT],
            "clusters": [{"rows": [9, 2], "said": "楼上漏水", "cases": RESULT["cases"][:1]}],
            "skipped": [{"row": 4, "text": "！", "reason": "no_words"}],
        },
    )
    assert book.sheetnames == ["先例", "重复问题", "跳过的行"]
    results, repeated, skipped = book.worksheets
    assert [cell.value for cell in results[1]][:4] == ["行", "内容（已遮盖）", "有没有先例", "案例 1"]
    assert [cell.value for cell in results[2]][:3] == [2, "楼上〔门牌〕漏水", "高度相似"]
    assert results["D2"].value == "半夜跳舞吵得睡不着第3回（高度相似）"
    assert results["D2"].hyperlink.target == f"{served.url}/cases/noise-03"
    assert [cell.value for cell in repeated[2]][:3] == [2, "2, 9", "楼上漏水"]
    assert [cell.value for cell in skipped[2]] == [4, "！", "没有文字，只有符号"]


def test_in_english_the_headings_are_english(client):
    book = table(client, {"results": [RESULT]}, cookie="lang=en")
    assert book.sheetnames == ["Precedents", "Again and again", "Skipped rows"]
    assert book.worksheets[0]["A1"].value == "Row"


def test_a_case_that_is_no_longer_there_is_left_out(client):
    cases = [{"case_id": "gone", "level": "idea"}, {"case_id": "noise-03", "level": "idea"}]
    sheet = table(client, {"results": [{**RESULT, "cases": cases}]}).worksheets[0]
    assert sheet["D2"].value.startswith("半夜跳舞")
    assert sheet["E2"].value is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "results：必须填写"),
        ({"results": [{**RESULT, "level": "red"}]}, "results.level：不在可用的值里"),
        ({"results": [RESULT] * 2001}, "给了 2001 行，最多 2000 行"),
        ({"results": [], "skipped": [{"row": 1, "reason": "x"}]}, "不在可用的值里"),
    ],
)
def test_what_is_wrong_is_said(client, body, said):
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert said in response.json()["detail"]


def test_the_file_is_named_and_not_kept_by_anybody(client):
    response = client.post(URL, json={"results": [RESULT]})
    assert response.headers["content-disposition"] == 'attachment; filename="precedents.xlsx"'
    assert response.headers["cache-control"] == "no-store"
