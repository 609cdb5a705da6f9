// A file or a pasted text to rows of cells, all in the browser. What cannot be read throws {code}.

import { unzipSync } from "/static/vendor/fflate.js";

const MOST_UNPACKED = 80 * 1024 * 1024;
const TELLING = /内容|诉求|描述|问题|详情|事项|反映|情况/;
const HEADING = /内容|诉求|描述|问题|详情|事项|反映|情况|编号|工单|单号|序号|时间|日期|标题|姓名|电话|来源|地址|类型|类别|单位|状态/;
const HEADING_LENGTH = 14;

// Return an error with the code that the page has words for.
export function problem(code) {
  const error = new Error(code);
  error.code = code;
  return error;
}

// Return the rows of `text`; `separator` stands between cells, quotation marks around cells with anything in them.
export function parseRows(text, separator) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
    } else if (character === '"' && cell === "") {
      quoted = true;
    } else if (character === separator) {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || character === "\r") {
      if (character === "\r" && text[at + 1] === "\n") at += 1;
      row.push(cell);
      rows.push(row);
      row = [];
      cell = "";
    } else {
      cell += character;
    }
  }
  if (cell !== "" || row.length) rows.push(row.concat(cell));
  return rows;
}

// Return the separator of the first line: the one that stands there most often outside quotation marks.
export function separatorOf(text) {
  const first = text.slice(0, 20000).replace(/"[^"]*"/g, "").split(/[\r\n]/, 1)[0];
  const counts = [",", "\t", ";"].map((one) => [first.split(one).length, one]);
  return counts.reduce((best, one) => (one[0] > best[0] ? one : best))[1];
}

function starts(bytes, marks) {
  return marks.every((mark, at) => bytes[at] === mark);
}

// Return the text of `bytes`: UTF-16 with its mark, UTF-8, otherwise GB18030 as Chinese spreadsheets write it.
export function decode(bytes) {
  if (starts(bytes, [0xff, 0xfe])) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (notUtf8) {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function named(node, name) {
  return Array.from(node.getElementsByTagNameNS("*", name));
}

function xml(files, path) {
  if (!files[path]) return null;
  const parsed = new DOMParser().parseFromString(new TextDecoder("utf-8").decode(files[path]), "text/xml");
  if (parsed.getElementsByTagName("parsererror").length) throw problem("unreadable");
  return parsed;
}

// The readings that stand above the characters are not part of the text.
function words(node) {
  return named(node, "t").filter((part) => part.parentNode.localName !== "rPh").map((part) => part.textContent).join("");
}

function firstSheet(files) {
  const book = xml(files, "xl/workbook.xml");
  const sheet = book && named(book, "sheet")[0];
  const id = sheet && (sheet.getAttributeNS("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "id")
    || sheet.getAttribute("r:id"));
  const links = xml(files, "xl/_rels/workbook.xml.rels");
  const link = links && named(links, "Relationship").find((one) => one.getAttribute("Id") === id);
  const target = link ? link.getAttribute("Target") : "worksheets/sheet1.xml";
  return xml(files, target[0] === "/" ? target.slice(1) : "xl/" + target);
}

function columnOf(reference) {
  const letters = /^[A-Z]+/.exec(reference || "");
  if (!letters) return -1;
  return letters[0].split("").reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function cellText(cell, shared) {
  const type = cell.getAttribute("t");
  if (type === "inlineStr") return words(cell);
  const value = named(cell, "v")[0];
  if (!value) return "";
  return type === "s" ? shared[Number(value.textContent)] || "" : value.textContent;
}

// Return the rows of the first sheet; a row that is left out in the file is an empty one.
export function readWorkbook(bytes) {
  let unpacked = 0;
  let files;
  try {
    files = unzipSync(bytes, {
      filter: (file) => {
        if (!/^xl\/(workbook\.xml|sharedStrings\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml)$/.test(file.name)) return false;
        unpacked += file.originalSize;
        if (unpacked > MOST_UNPACKED) throw problem("too_large");
        return true;
      },
    });
  } catch (error) {
    throw error.code === "too_large" ? error : problem("unreadable");
  }
  const strings = xml(files, "xl/sharedStrings.xml");
  const shared = strings ? named(strings, "si").map(words) : [];
  const sheet = firstSheet(files);
  if (!sheet) throw problem("unreadable");
  const rows = [];
  for (const row of named(sheet, "row")) {
    const number = Number(row.getAttribute("r")) || rows.length + 1;
    if (number > 1048576) throw problem("unreadable");
    while (rows.length < number - 1) rows.push([]);
    const cells = [];
    for (const cell of named(row, "c")) {
      const column = columnOf(cell.getAttribute("r"));
      const at = column < 0 ? cells.length : column;
      if (at > 16383) throw problem("unreadable");
      while (cells.length < at) cells.push("");
      cells[at] = cellText(cell, shared);
    }
    rows.push(cells);
  }
  return rows;
}

// Return the rows of a chosen file.
export function readBytes(bytes) {
  if (starts(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw problem("old_format");
  if (starts(bytes, [0x50, 0x4b])) return readWorkbook(bytes);
  const text = decode(bytes).replace(/^\ufeff/, "");
  if (text.indexOf("\0") >= 0) throw problem("unreadable");
  return parseRows(text, separatorOf(text));
}

// Return the orders of a pasted text: blocks between blank lines, without such one a line; cells where it has tabs.
export function readPasted(text) {
  const plain = text.replace(/\r\n?/g, "\n").replace(/^\n+|\s+$/g, "");
  if (!plain) return [];
  if (plain.split("\n", 1)[0].indexOf("\t") >= 0) return parseRows(plain, "\t");
  const parts = /\n[ \t\u3000]*\n/.test(plain) ? plain.split(/\n[ \t\u3000]*\n\s*/) : plain.split("\n");
  return parts.map((part) => [part]);
}

// Whether the first row names the columns.
export function hasHeading(rows) {
  if (rows.length < 2 || rows[0].length < 1) return false;
  const filled = rows[0].filter((cell) => cell.trim());
  return filled.length > 0 && filled.every((cell) => cell.trim().length <= HEADING_LENGTH)
    && filled.some((cell) => HEADING.test(cell) && !/[，。,.]/.test(cell));
}

// Return the column that tells what happened: by its heading, otherwise the one with most to read.
export function tellingColumn(rows, heading) {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const body = rows.slice(heading ? 1 : 0, 200);
  let best = 0;
  let most = -1;
  for (let column = 0; column < width; column++) {
    const length = body.reduce((sum, row) => sum + (row[column] || "").length, 0);
    const named = heading && TELLING.test(rows[0][column] || "") ? 1e9 : 0;
    if (length > 0 && length + named > most) {
      most = length + named;
      best = column;
    }
  }
  return best;
}
