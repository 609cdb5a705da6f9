// Keys: "/" to the question, arrows or j and k between the cases, "?" for the list of keys, Esc to leave.
// Nothing while somebody writes, nothing while an input method composes, nothing with Ctrl, Alt or Command.
import { onPage } from "./page.js";

const FIELDS = "input, textarea, select, [contenteditable]";
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
const mouse = window.matchMedia("(pointer: fine)");
let before = null;

document.addEventListener("keydown", event => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.key === "Enter" && event.target.matches("#ask #query")) send(event);
  else if (event.key === "Escape") leave(event.target);
  else if (!event.ctrlKey && !event.altKey && !event.metaKey && !event.target.closest(FIELDS)) act(event);
});

function act(event) {
  if (event.key === "/") done(event, toQuestion());
  else if (event.key === "?" || event.key === "？") done(event, showKeys());
  else if (event.key in STEPS && !event.shiftKey) done(event, step(STEPS[event.key], event));
}

function done(event, happened) {
  if (happened) event.preventDefault();
}

// Where there is a mouse there is most likely a keyboard too; on a phone Enter breaks the line.
function send(event) {
  if (event.shiftKey || event.altKey || !mouse.matches) return;
  event.preventDefault();
  event.target.form.querySelector("button.primary").click();
}

function toQuestion() {
  const box = document.getElementById("query");
  if (!box) {
    location.assign("/#query");
    return true;
  }
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  return true;
}

// In a part that scrolls by itself the arrows scroll; before the first case and after the last one too.
function step(by, event) {
  const arrow = event.key.startsWith("Arrow");
  if (arrow && event.target.closest("[role=region][tabindex], summary, [role=dialog]")) return false;
  const links = [...document.querySelectorAll("main .entry-title a")];
  const now = links.findIndex(link => link === document.activeElement || inSameEntry(link));
  const next = links[now < 0 ? (by > 0 ? 0 : -1) : now + by];
  if (!next) return false;
  next.focus({ preventScroll: true });
  (next.closest("article") || next).scrollIntoView({ block: "nearest" });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function inSameEntry(link) {
  const entry = link.closest("article");
  return entry !== null && entry.contains(document.activeElement);
}

function leave(target) {
  if (document.getElementById("keys-panel")) closeKeys();
  else if (target.closest(FIELDS)) target.blur();
}

// The list of keys is a part of the help page, so there is only one; here it is shown in a panel.
function showKeys() {
  if (location.pathname === "/help") {
    location.hash = "keys";
    return true;
  }
  if (document.getElementById("keys-panel")) {
    closeKeys();
    return true;
  }
  fetch("/help", { credentials: "same-origin" })
    .then(response => response.text())
    .then(html => openKeys(new DOMParser().parseFromString(html, "text/html").getElementById("keys")))
    .catch(() => location.assign("/help#keys"));
  return true;
}

function openKeys(section) {
  if (document.getElementById("keys-panel")) return;
  const panel = document.createElement("div");
  panel.id = "keys-panel";
  panel.className = "keys-panel";
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-labelledby", "keys-heading");
  panel.appendChild(document.importNode(section, true));
  panel.firstChild.removeAttribute("id");
  for (const button of panel.querySelectorAll("[data-close]")) {
    button.hidden = false;
    button.addEventListener("click", closeKeys);
  }
  before = document.activeElement;
  document.body.appendChild(panel);
  const heading = document.getElementById("keys-heading");
  heading.tabIndex = -1;
  heading.focus();
}

function closeKeys() {
  document.getElementById("keys-panel").remove();
  if (before && document.contains(before)) before.focus();
  before = null;
}

onPage(() => {
  for (const hint of document.querySelectorAll("[data-fine-pointer]")) hint.hidden = !mouse.matches;
});
if (location.hash === "#query") toQuestion();
