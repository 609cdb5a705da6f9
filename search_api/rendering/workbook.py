"""Rows to an XLSX file: text stays text, whatever it begins with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_CHARACTERS = 32_767
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_WRAP = Alignment(wrap_text=True, vertical="top")
_HEADING = Font(bold=True)
_LINK = Font(color="A3161C", underline="single")


@dataclass(frozen=True)
class Link:
    """Words that lead to an address."""

    text: str
    address: str


Content = str | int | Link


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, for each column a heading and a width in characters, and its rows."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: Sequence[Sequence[Content]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the XLSX file with `sheets`, in order."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.freeze_panes = "A2"
    for column, (_, width) in enumerate(sheet.columns, start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = width
    headings = [
        _cell(worksheet, 1, column, heading) for column, (heading, _) in enumerate(sheet.columns, start=1)
    ]
    for cell in headings:
        cell.font = _HEADING
    worksheet.append(headings)
    for number, row in enumerate(sheet.rows, start=2):
        worksheet.append(
            [_cell(worksheet, number, column, content) for column, content in enumerate(row, start=1)]
        )


def _cell(worksheet: Worksheet, row: int, column: int, content: Content) -> Cell:
    cell = Cell(worksheet, row, column)
    cell.alignment = _WRAP
    if isinstance(content, int):
        cell.value = content
        return cell
    if isinstance(content, Link):
        cell.hyperlink = content.address
        cell.font = _LINK
    cell.value = _plain(content.text if isinstance(content, Link) else content)
    # A cell that begins with = would be a formula, and what is in it came from somebody's list.
    cell.data_type = "s"
    return cell


def _plain(text: str) -> str:
    """Return `text` without what a cell cannot hold."""
    return _HALF_CHARACTERS.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))[:_MOST_CHARACTERS]
