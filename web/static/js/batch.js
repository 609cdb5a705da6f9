// Many orders at once. Personal data is masked here, before anything is sent; without this file the page offers one.

import { onPage } from "./page.js";
import { compile, mask } from "./personal.js";
import { hasHeading, problem, readBytes, readPasted, tellingColumn } from "./table_reader.js";

const API = "/api/v1";
const PAGE = 100;
const SHORT = 90;
const AT_ONCE = 100;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function link(one) {
  const made = element("a", "", one.title);
  made.href = "/cases/" + encodeURIComponent(one.case_id);
  return made;
}

// The words 〔…〕 that stand for what was masked are shown as such.
function withMarks(text) {
  const line = element("span");
  for (const part of text.split(/(〔[^〔〕]{1,4}〕)/)) {
    line.appendChild(/^〔.*〕$/.test(part) ? element("b", "masked", part) : document.createTextNode(part));
  }
  return line;
}

function short(text) {
  return text.length > SHORT ? text.slice(0, SHORT) + "…" : text;
}

function start() {
  const room = document.getElementById("batch");
  if (!room || room.dataset.ready) return;
  room.dataset.ready = "yes";
  const part = (name) => document.getElementById("batch-" + name);
  const words = room.dataset;
  const say = (name, values) =>
    Object.keys(values || {}).reduce((text, key) => text.split("{" + key + "}").join(values[key]), words[name]);

  let rules = null;
  let table = []; // rows of cells, as read
  let orders = []; // {row, text}, masked
  let run = 0; // answers to an older run are not looked at
  let reading = 0;
  let controller = null;
  let found = empty();

  function empty() {
    return { results: [], skipped: [], clusters: [], texts: {}, shown: 0 };
  }

  function show(name, visible) {
    part(name).hidden = !visible;
  }

  function complain(text) {
    part("error").textContent = text;
    show("error", Boolean(text));
  }

  function status(text) {
    part("status").textContent = text;
  }

  function later() {
    return new Promise((resolve) => setTimeout(resolve, 0));
  }

  // ── Reading and masking ─────────────────────────────────────────

  function loadRules() {
    if (!rules) {
      rules = fetch(API + "/personal-rules")
        .then((answer) => { if (!answer.ok) throw problem("no_rules"); return answer.json(); })
        .then(compile)
        .catch(() => { rules = null; throw problem("no_rules"); });
    }
    return rules;
  }

  function take(rows) {
    table = rows;
    const heading = hasHeading(rows);
    part("heading").checked = heading;
    chooseColumn(heading);
    prepare();
  }

  function chooseColumn(heading) {
    const width = table.reduce((most, row) => Math.max(most, row.length), 1);
    const chooser = part("column");
    chooser.textContent = "";
    for (let column = 0; column < width; column++) {
      const name = heading ? (table[0][column] || "").trim() : "";
      const option = element("option", "", name || say("columnName", { n: column + 1 }));
      option.value = String(column);
      chooser.appendChild(option);
    }
    chooser.value = String(tellingColumn(table, heading));
    show("columns", width > 1);
  }

  function chosen() {
    const column = Number(part("column").value) || 0;
    const heading = part("heading").checked && !part("columns").hidden ? 1 : 0;
    return table
      .map((row, at) => ({ row: at + 1, text: (row[column] || "").trim() }))
      .slice(heading)
      .filter((order, at) => order.text || table[at + heading].some((cell) => cell.trim()));
  }

  // Mask what was read; the rest of the page follows. Whoever types on starts it anew.
  async function prepare() {
    const mine = ++reading;
    const raw = chosen();
    complain("");
    forget();
    if (!raw.length) return;
    if (raw.length > Number(words.most)) {
      complain(say("tooMany", { n: raw.length, most: words.most }));
      return;
    }
    let ready;
    try {
      ready = await loadRules();
    } catch (error) {
      if (mine === reading) complain(say("errorNo_rules"));
      return;
    }
    const masked = [];
    let places = 0;
    for (let at = 0; at < raw.length; at++) {
      if (mine !== reading) return;
      const cut = raw[at].text.slice(0, Number(words.characters) + 1); // too long is skipped, and said so
      const one = mask(cut, ready);
      places += one.count;
      masked.push({ row: raw[at].row, text: cut.length > Number(words.characters) ? cut : one.text, count: one.count });
      if (at % AT_ONCE === AT_ONCE - 1) await later();
    }
    if (mine !== reading) return;
    orders = masked;
    preview(places);
  }

  function preview(places) {
    part("masked").textContent = say(places ? "masked" : "maskedNone", { rows: orders.length, n: places });
    const list = part("first");
    list.textContent = "";
    const first = orders.filter((order) => order.count).slice(0, 3);
    for (const order of first.length ? first : orders.slice(0, 3)) {
      const item = element("li");
      item.appendChild(element("span", "row-number", say("rowNumber", { n: order.row })));
      item.appendChild(withMarks(short(order.text)));
      list.appendChild(item);
    }
    show("preview", true);
  }

  function forget() {
    stop();
    orders = [];
    show("preview", false);
    part("first").textContent = "";
  }

  // ── Asking ──────────────────────────────────────────────────────

  function stop() {
    run += 1;
    if (controller) controller.abort();
    controller = null;
    part("go").disabled = false;
    show("stop", false);
  }

  async function ask() {
    stop();
    const mine = run;
    found = empty();
    for (const order of orders) found.texts[order.row] = order.text;
    clear();
    show("result", true);
    show("stop", true);
    part("go").disabled = true;
    part("progress").max = orders.length;
    progress(0, orders.length);
    part("result").scrollIntoView();
    part("result-heading").focus({ preventScroll: true });
    const rows = orders.map((order) => ({ row: order.row, text: order.text }));
    controller = typeof AbortController === "undefined" ? null : new AbortController();
    try {
      await answers(rows, mine);
      if (mine === run) finish(say("finished", { done: found.results.length, skipped: found.skipped.length }));
    } catch (error) {
      if (mine === run) finish(error.message === "said" ? error.detail : say("errorBroken", { done: found.results.length }));
    }
  }

  async function answers(rows, mine) {
    const answer = await fetch(API + "/batch", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ rows }),
      signal: controller ? controller.signal : undefined,
    });
    if (!answer.ok) throw await refusal(answer);
    if (!answer.body || !answer.body.getReader) {
      (await answer.text()).split("\n").forEach((line) => take1(line, mine));
      return;
    }
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const piece = await reader.read();
      if (mine !== run) return;
      rest += piece.done ? decoder.decode() : decoder.decode(piece.value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop();
      lines.forEach((line) => take1(line, mine));
      if (piece.done) break;
    }
    take1(rest, mine);
    if (!found.complete) throw new Error("cut off");
  }

  async function refusal(answer) {
    const error = new Error("said");
    try {
      error.detail = (await answer.json()).detail;
    } catch (notJson) {
      error.message = "broken";
    }
    return error;
  }

  function take1(line, mine) {
    if (mine !== run || !line) return;
    const one = JSON.parse(line);
    if (one.clusters) {
      found.clusters = one.clusters;
      found.complete = true;
      showClusters();
    } else if (one.skipped) {
      found.skipped.push(one);
      showSkipped(one);
    } else if (one.row) {
      found.results.push(one);
      if (found.shown < PAGE) showMore(1);
      else show("more", true);
    } else {
      progress(one.done, one.of);
    }
  }

  function progress(done, of) {
    part("progress").value = done;
    status(say("progress", { done, of }));
  }

  function finish(text) {
    controller = null;
    part("go").disabled = false;
    show("stop", false);
    status(text);
    show("take", found.results.length > 0);
  }

  // ── Showing ─────────────────────────────────────────────────────

  function clear() {
    for (const name of ["rows", "clusters-list", "skipped-list"]) part(name).textContent = "";
    for (const name of ["clusters", "skipped", "more", "take", "table"]) show(name, false);
    part("text").value = "";
    part("saved").textContent = "";
  }

  function caseList(cases) {
    const list = element("ul", "near");
    for (const one of cases) {
      const item = element("li");
      const leading = link(one);
      leading.appendChild(document.createTextNode(" "));
      leading.appendChild(element("span", "near-level", say("level" + one.level)));
      item.appendChild(leading);
      list.appendChild(item);
    }
    return list;
  }

  function showMore(n) {
    show("table", true);
    const more = document.createDocumentFragment();
    for (const one of found.results.slice(found.shown, found.shown + n)) {
      const row = element("tr");
      const number = element("th", "cell-row", one.row);
      number.scope = "row";
      row.appendChild(number);
      const text = element("td", "cell-text");
      text.lang = "zh-CN";
      text.appendChild(withMarks(short(found.texts[one.row] || "")));
      row.appendChild(text);
      row.appendChild(element("td", "cell-level level-" + one.level, say("verdict" + one.level)));
      const cases = element("td", "cell-cases");
      cases.appendChild(caseList(one.cases));
      row.appendChild(cases);
      more.appendChild(row);
      found.shown += 1;
    }
    part("rows").appendChild(more);
    show("more", found.shown < found.results.length);
  }

  function showClusters() {
    for (const one of found.clusters) {
      const item = element("li");
      const head = element("p", "cluster-head");
      head.appendChild(element("b", "cluster-count", say("times", { n: one.rows.length })));
      const said = withMarks(short(one.said));
      said.lang = "zh-CN";
      head.appendChild(said);
      item.appendChild(head);
      item.appendChild(element("p", "quiet", say("inRows", { rows: one.rows.slice().sort((a, b) => a - b).join(words.comma) })));
      item.appendChild(caseList(one.cases.slice(0, 1)));
      part("clusters-list").appendChild(item);
    }
    show("clusters", found.clusters.length > 0);
  }

  function showSkipped(one) {
    show("skipped", true);
    part("skipped-count").textContent = say("skippedCount", { n: found.skipped.length });
    part("skipped-list").appendChild(element("li", "", say("rowNumber", { n: one.skipped }) + say("reason" + one.reason)));
  }

  // ── Taking home ─────────────────────────────────────────────────

  function results() {
    const near = (cases) => cases.map((one) => ({ case_id: one.case_id, level: one.level }));
    return {
      results: found.results.map((one) => ({
        row: one.row, text: found.texts[one.row], level: one.level, cases: near(one.cases),
      })),
      clusters: found.clusters.map((one) => ({ rows: one.rows, said: one.said, cases: near(one.cases) })),
      skipped: found.skipped.map((one) => ({ row: one.skipped, text: found.texts[one.skipped], reason: one.reason })),
    };
  }

  async function save() {
    part("saved").textContent = "";
    try {
      const answer = await fetch(API + "/batch/workbook", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(results()),
      });
      if (!answer.ok) throw await refusal(answer);
      const address = URL.createObjectURL(await answer.blob());
      const anchor = element("a");
      anchor.href = address;
      anchor.download = say("fileName");
      document.body.appendChild(anchor);
      anchor.click();
      anchor.remove();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
      part("saved").textContent = say("saved");
    } catch (error) {
      part("saved").textContent = say("errorSave");
    }
  }

  function asText() {
    const line = (cells) => cells.map((cell) => String(cell).replace(/\s+/g, " ")).join("\t");
    part("text").value = found.results
      .map((one) => line([one.row, found.texts[one.row], say("verdict" + one.level)].concat(one.cases.map((near) => near.title))))
      .join("\n");
  }

  // ── Listening ───────────────────────────────────────────────────

  let typing = 0;
  part("paste").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      part("file").value = "";
      take(readPasted(part("paste").value));
    }, 300);
  });

  part("file").addEventListener("change", () => {
    const file = part("file").files[0];
    if (!file) return;
    const mine = ++reading;
    part("paste").value = "";
    table = [];
    complain("");
    forget();
    show("columns", false);
    const refuse = (code) => { if (mine === reading) complain(say("error" + code[0].toUpperCase() + code.slice(1))); };
    if (file.size > Number(words.file) * 1024 * 1024) {
      refuse("too_large");
      return;
    }
    const reader = new FileReader();
    reader.onerror = () => refuse("unreadable");
    reader.onload = () => {
      if (mine !== reading) return;
      try {
        const rows = readBytes(new Uint8Array(reader.result));
        if (!rows.some((row) => row.some((cell) => cell.trim()))) throw problem("empty");
        take(rows);
      } catch (error) {
        refuse(error.code && words["error" + error.code[0].toUpperCase() + error.code.slice(1)] ? error.code : "unreadable");
      }
    };
    reader.readAsArrayBuffer(file);
  });

  part("column").addEventListener("change", prepare);
  part("heading").addEventListener("change", () => {
    const column = part("column").value;
    chooseColumn(part("heading").checked);
    part("column").value = column;
    prepare();
  });
  part("go").addEventListener("click", ask);
  part("stop").addEventListener("click", () => {
    stop();
    finish(say("stopped", { done: found.results.length }));
    part("go").focus();
  });
  part("more").addEventListener("click", () => showMore(PAGE));
  part("save").addEventListener("click", save);
  part("copy").addEventListener("toggle", () => { if (part("copy").open) asText(); });

  show("plain", false);
  room.hidden = false;
}

onPage(start);
