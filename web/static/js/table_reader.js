// A file or a pasted text to rows of cells, all in the browser. Where it cannot be read, the error's message says why.

import { unzipSync } from "/static/vendor/fflate.js";
import { parse } from "/static/vendor/papaparse.js";

const MOST_UNPACKED = 80 * 1024 * 1024;
const MOST_ROWS = 1048576;
const PARTS = /^xl\/(workbook\.xml|sharedStrings\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml)$/;
const BLANK_LINE = /\n[ \t\u3000]*\n\s*/;
const TELLING = /内容|诉求|描述|问题|详情|事项|反映|情况/;
const NAMING = /编号|工单|单号|序号|时间|日期|标题|姓名|电话|来源|地址|类型|类别|单位|状态/;
const HEADING_LENGTH = 14;

function starts(bytes, marks) {
  return marks.every((mark, at) => bytes[at] === mark);
}

// UTF-16 has its mark; what is not UTF-8 is GB18030, as Chinese spreadsheets write it.
function decode(bytes) {
  if (starts(bytes, [0xff, 0xfe])) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (notUtf8) {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function unpack(bytes) {
  let size = 0;
  const filter = (file) => {
    if (!PARTS.test(file.name)) return false;
    size += file.originalSize;
    if (size > MOST_UNPACKED) throw new Error("too_large");
    return true;
  };
  return unzipSync(bytes, { filter });
}

function named(node, name) {
  return node ? Array.from(node.getElementsByTagNameNS("*", name)) : [];
}

function xml(files, path) {
  if (!files[path]) return null;
  const parsed = new DOMParser().parseFromString(new TextDecoder().decode(files[path]), "text/xml");
  if (named(parsed, "parsererror").length) throw new Error("unreadable");
  return parsed;
}

// The readings that stand above the characters are not part of the text.
function words(node) {
  return named(node, "t").map((part) => (part.parentNode.localName === "rPh" ? "" : part.textContent)).join("");
}

function firstSheet(files) {
  const [sheet] = named(xml(files, "xl/workbook.xml"), "sheet");
  const id = sheet && Array.from(sheet.attributes).find((one) => one.localName === "id");
  const links = named(xml(files, "xl/_rels/workbook.xml.rels"), "Relationship");
  const link = id && links.find((one) => one.getAttribute("Id") === id.value);
  const target = link ? link.getAttribute("Target") : "worksheets/sheet1.xml";
  return xml(files, target[0] === "/" ? target.slice(1) : "xl/" + target);
}

// Put `one` where its number says, without a number at the end.
function place(all, number, one) {
  if (number > MOST_ROWS) throw new Error("unreadable");
  all[number > 0 ? number - 1 : all.length] = one;
}

function columnNumber(cell) {
  const letters = /^[A-Z]*/.exec(cell.getAttribute("r") || "")[0];
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function cellText(cell, shared) {
  if (cell.getAttribute("t") === "inlineStr") return words(cell);
  const value = named(cell, "v").map((one) => one.textContent).join("");
  return cell.getAttribute("t") === "s" ? shared[value] : value;
}

function readWorkbook(bytes) {
  const files = unpack(bytes);
  const sheet = firstSheet(files);
  if (!sheet) throw new Error("unreadable");
  const shared = named(xml(files, "xl/sharedStrings.xml"), "si").map(words);
  const rows = [];
  for (const row of named(sheet, "row")) {
    const cells = [];
    for (const cell of named(row, "c")) place(cells, columnNumber(cell), cellText(cell, shared));
    place(rows, row.getAttribute("r"), Array.from(cells, (text) => text || ""));
  }
  return Array.from(rows, (cells) => cells || []); // those left out in the file are empty
}

function readText(bytes) {
  const text = decode(bytes).replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (text.includes("\0")) throw new Error("unreadable");
  // Guessed by the heading only: below it, Papa Parse takes the commas of long texts for columns.
  const heading = text.slice(0, 20000).replace(/"[^"]*"/g, "").split("\n", 1)[0];
  const { delimiter } = parse(heading, { delimitersToGuess: [",", "\t", ";"] }).meta;
  return parse(text, { delimiter, newline: "\n" }).data;
}

// Return the rows of a chosen file.
export function readBytes(bytes) {
  if (starts(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw new Error("old_format");
  const rows = starts(bytes, [0x50, 0x4b]) ? readWorkbook(bytes) : readText(bytes);
  if (!rows.some((row) => row.some((cell) => cell.trim()))) throw new Error("empty");
  return rows;
}

// Return the orders of a pasted text: blocks between blank lines, without such one a line; cells where it has tabs.
export function readPasted(text) {
  const plain = text.replace(/^\n+|\s+$/g, "");
  if (plain.split("\n", 1)[0].includes("\t")) return parse(plain, { delimiter: "\t", newline: "\n" }).data;
  return plain.split(BLANK_LINE.test(plain) ? BLANK_LINE : "\n").map((part) => [part]);
}

export function widthOf(rows) {
  return rows.reduce((most, row) => Math.max(most, row.length), 1);
}

// Whether the first row names the columns; that of a single column could not be unticked.
export function hasHeading(rows) {
  return rows.length > 1 && widthOf(rows) > 1 && rows[0].every((cell) => cell.trim().length <= HEADING_LENGTH)
    && rows[0].some((cell) => (TELLING.test(cell) || NAMING.test(cell)) && !/[，。,.]/.test(cell));
}

// Return the column that tells what happened: by its heading, otherwise the one with most to read.
export function tellingColumn(rows, heading) {
  const body = rows.slice(heading ? 1 : 0, 200);
  const weights = Array.from({ length: widthOf(rows) }, (_, column) => {
    const length = body.reduce((sum, row) => sum + (row[column] || "").length, 0);
    return length && heading && TELLING.test(rows[0][column]) ? length + 1e9 : length;
  });
  return weights.indexOf(Math.max(...weights));
}
