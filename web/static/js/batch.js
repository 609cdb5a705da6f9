// Many orders at once. Personal data is masked here, before anything is sent; without this file the page offers one.

import { onPage } from "./page.js";
import { compile, mask } from "./personal.js";
import { hasHeading, readBytes, readPasted, tellingColumn, widthOf } from "./table_reader.js";

const API = "/api/v1";
const PAGE = 100;
const SHORT = 90;
const AT_ONCE = 100;

let words; // the texts of the page, in its data- attributes
let rules = null;
let turn = 0; // what began in an earlier turn is not heard any more
let typing = 0;
let table = []; // rows of cells, as read
let orders = []; // {row, text, count}, masked
let found;

const part = (name) => document.getElementById("batch-" + name);
const on = (name, event, act) => part(name).addEventListener(event, act);
const show = (name, visible) => { part(name).hidden = !visible; };
const write = (name, text) => { part(name).textContent = text; };
const say = (name, values) => words[name].replace(/{(\w+)}/g, (whole, key) => values[key]);

// Return a copy of a template; what `values` has under the name of a place, text or nodes, is put there.
function made(name, values) {
  const copy = part(name).content.cloneNode(true);
  for (const place of copy.querySelectorAll("[data-put]")) place.append(...[].concat(values[place.dataset.put]));
  return copy;
}

// The words 〔…〕 that stand for what was masked are shown as such.
function shortened(whole) {
  const start = whole.length > SHORT ? whole.slice(0, SHORT) + "…" : whole;
  return start.split(/(〔[^〔〕]{1,4}〕)/).map((text, at) => (at % 2 ? made("mark", { text }) : text));
}

function running(yes) {
  part("go").disabled = yes;
  show("stop", yes);
}

function newTurn() {
  running(false);
  return ++turn;
}

function newReading() {
  orders = [];
  show("preview", false);
  complain("");
  return newTurn();
}

function complain(text) {
  write("error", text);
  show("error", text);
}

function readPaste() {
  part("file").value = "";
  take(readPasted(part("paste").value));
}

async function readFile() {
  const [file] = part("file").files;
  if (!file) return;
  clearTimeout(typing);
  part("paste").value = "";
  show("columns", false);
  const mine = newReading();
  try {
    if (file.size > words.file * 1024 * 1024) throw new Error("too_large");
    const rows = readBytes(new Uint8Array(await file.arrayBuffer()));
    if (mine === turn) take(rows);
  } catch (error) {
    if (mine === turn) complain(words["error_" + error.message] || words.error_unreadable);
  }
}

function take(rows) {
  table = rows;
  const heading = hasHeading(rows);
  part("heading").checked = heading;
  offerColumns(tellingColumn(rows, heading));
}

function offerColumns(chosen) {
  const names = part("heading").checked ? table[0] : [];
  const width = widthOf(table);
  write("column", "");
  for (let at = 0; at < width; at++) {
    part("column").append(new Option((names[at] || "").trim() || say("columnName", { n: at + 1 }), at));
  }
  part("column").value = chosen;
  show("columns", width > 1);
  prepare();
}

function chosenRows() {
  const column = part("column").value;
  return table
    .map((cells, at) => ({ row: at + 1, text: (cells[column] || "").trim(), cells }))
    .slice(part("heading").checked ? 1 : 0)
    .filter(({ cells }) => cells.some((cell) => cell.trim()));
}

async function prepare() {
  const mine = newReading();
  const rows = chosenRows();
  if (!rows.length) return;
  if (rows.length > words.most) return complain(say("tooMany", { n: rows.length, most: words.most }));
  try {
    rules = rules || compile(await (await fetch(API + "/personal-rules")).json());
  } catch (error) {
    return mine === turn && complain(words.error_no_rules);
  }
  const ready = [];
  for (const order of rows) {
    if (ready.length % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
    if (mine !== turn) return;
    ready.push(masked(order));
  }
  orders = ready;
  preview();
}

// What is too long is skipped by the server and has to stay too long when masking makes it shorter.
function masked({ row, text }) {
  const most = Number(words.characters);
  const one = mask(text.slice(0, most + 1), rules);
  return { row, text: text.length > most ? one.text + " ".repeat(most) : one.text, count: one.count };
}

function preview() {
  const hidden = orders.filter((order) => order.count);
  const n = hidden.reduce((sum, order) => sum + order.count, 0);
  write("masked", say(n ? "masked" : "maskedNone", { rows: orders.length, n }));
  write("first", "");
  part("first").append(...(n ? hidden : orders).slice(0, 3).map((one) => line(one.row, shortened(one.text))));
  show("preview", true);
}

const line = (n, text) => made("line", { number: say("rowNumber", { n }), text });

// Return the answer. Raises an error with the server's words as `said`, if it had any.
async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(API + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.ok) return answer;
  throw Object.assign(new Error("refused"), { said: (await answer.json()).detail });
}

async function ask() {
  const mine = newTurn();
  found = { results: [], clusters: null, skipped: [] };
  for (const name of ["rows", "clusters-list", "skipped-list", "saved"]) write(name, "");
  for (const name of ["clusters", "skipped", "more", "take", "table"]) show(name, false);
  show("result", true);
  running(true);
  progress(0, orders.length);
  part("result").scrollIntoView();
  part("result-heading").focus({ preventScroll: true });
  let end;
  try {
    await readAnswers(await post("/batch", { rows: orders.map(({ row, text }) => ({ row, text })) }), mine);
    end = found.clusters ? "finished" : "errorBroken";
  } catch (error) {
    end = error.said || "errorBroken";
  }
  if (mine === turn) finish(end);
}

// Hear the answer line by line; where it comes in one piece, all at once.
async function readAnswers(answer, mine) {
  const hear = (text) => { if (text && mine === turn) takeAnswer(JSON.parse(text)); };
  if (!answer.body) return (await answer.text()).split("\n").forEach(hear);
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let piece;
  do {
    piece = await reader.read();
    const lines = (rest + decoder.decode(piece.value, { stream: !piece.done })).split("\n");
    rest = lines.pop();
    lines.forEach(hear);
  } while (!piece.done && mine === turn);
  reader.cancel();
  hear(rest);
}

function takeAnswer(one) {
  const textOf = (row) => orders.find((order) => order.row === row).text;
  if (one.clusters) {
    showClusters(one.clusters);
  } else if (one.skipped) {
    showSkipped({ row: one.skipped, text: textOf(one.skipped), reason: one.reason });
  } else if (one.row) {
    found.results.push(Object.assign(one, { text: textOf(one.row) }));
    showMore(part("rows").children.length < PAGE ? 1 : 0);
  } else {
    progress(one.done, one.of);
  }
}

function progress(done, of) {
  Object.assign(part("progress"), { value: done, max: of });
  write("status", say("progress", { done, of }));
}

function finish(end) {
  running(false);
  const values = { done: found.results.length, skipped: found.skipped.length };
  write("status", words[end] ? say(end, values) : end);
  part("text").value = found.results.map(asText).join("\n");
  show("take", found.results.length);
}

function nearCase(one) {
  const item = made("case", { title: one.title, level: words["level" + one.level] });
  item.querySelector("a").href = "/cases/" + encodeURIComponent(one.case_id);
  return item;
}

function resultRow(one) {
  const verdict = words["verdict" + one.level];
  const row = made("row", { number: one.row, text: shortened(one.text), verdict, cases: one.cases.map(nearCase) });
  row.querySelector(".cell-level").classList.add("level-" + one.level);
  return row;
}

function showMore(n) {
  const rows = part("rows");
  const from = rows.children.length;
  rows.append(...found.results.slice(from, from + n).map(resultRow));
  show("table", true);
  show("more", rows.children.length < found.results.length);
}

function cluster(one) {
  const rows = one.rows.slice().sort((a, b) => a - b).join(words.comma);
  return made("cluster", {
    times: say("times", { n: one.rows.length }),
    said: shortened(one.said),
    rows: say("inRows", { rows }),
    cases: one.cases.slice(0, 1).map(nearCase),
  });
}

function showClusters(clusters) {
  found.clusters = clusters;
  part("clusters-list").append(...clusters.map(cluster));
  show("clusters", clusters.length);
}

function showSkipped(one) {
  found.skipped.push(one);
  write("skipped-count", say("skippedCount", { n: found.skipped.length }));
  part("skipped-list").append(line(one.row, words["reason" + one.reason]));
  show("skipped", true);
}

function asText(one) {
  const cells = [one.row, one.text, words["verdict" + one.level], ...one.cases.map((near) => near.title)];
  return cells.map((cell) => String(cell).replace(/\s+/g, " ")).join("\t");
}

// The server looks up the rest of a case by its number.
function withNumbers(one) {
  const cases = one.cases.map(({ case_id, level }) => ({ case_id, level }));
  return Object.assign({}, one, { cases });
}

async function save() {
  write("saved", "");
  const { results, clusters, skipped } = found;
  const body = { results: results.map(withNumbers), clusters: (clusters || []).map(withNumbers), skipped };
  try {
    const address = URL.createObjectURL(await (await post("/batch/workbook", body)).blob());
    Object.assign(document.createElement("a"), { href: address, download: words.fileName }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    write("saved", words.saved);
  } catch (error) {
    write("saved", words.error_save);
  }
}

function stop() {
  newTurn();
  finish("stopped");
  part("go").focus();
}

function start() {
  const room = document.getElementById("batch");
  if (!room || room.dataset.ready) return;
  words = room.dataset;
  words.ready = "yes";
  on("paste", "input", () => { clearTimeout(typing); typing = setTimeout(readPaste, 300); });
  on("file", "change", readFile);
  on("column", "change", prepare);
  on("heading", "change", () => offerColumns(part("column").value));
  on("go", "click", ask);
  on("stop", "click", stop);
  on("more", "click", () => showMore(PAGE));
  on("save", "click", save);
  show("plain", false);
  room.hidden = false;
}

onPage(start);
